"""Listed: elements that are at hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nnfit.data.stages.stage import Stage


class Listed(Stage):
    """The elements of a list, in order."""

    def __init__(self, elements: list[Any]) -> None:
        self._elements = elements

    def elements(self) -> Iterator[Any]:
        return iter(self._elements)

    def cardinality(self) -> int:
        return len(self._elements)
