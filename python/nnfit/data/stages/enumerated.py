"""Enumerated: elements with their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import Stage, close
from nnfit.data.tensor_spec import TensorSpec


class Enumerated(Derived):
    """See `Dataset.enumerate`."""

    def __init__(self, source: Stage, start: int) -> None:
        super().__init__(source)
        self._start = start

    def elements(self) -> Iterator[Any]:
        source = self._source.elements()
        try:
            for number, element in enumerate(source, self._start):
                yield np.int64(number), element
        finally:
            close(source)

    def element_spec(self) -> Any:
        return TensorSpec((), "int64"), self._source.element_spec()
