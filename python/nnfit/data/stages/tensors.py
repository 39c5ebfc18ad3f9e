"""Tensors: a single element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nnfit.data.elements import standardize
from nnfit.data.stages.stage import Stage


class Tensors(Stage):
    """See `Dataset.from_tensors`."""

    def __init__(self, tensors: Any) -> None:
        self._element = standardize(tensors, "from_tensors")

    def elements(self) -> Iterator[Any]:
        yield self._element

    def cardinality(self) -> int:
        return 1
