"""Cached: elements kept from the first iteration on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nnfit.data.rows import Rows
from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import Stage, close
from nnfit.data.stages.tensor_slices import TensorSlices


class Cached(Derived):
    """See `Dataset.cache`. An iteration that ends early keeps nothing."""

    def __init__(self, source: Stage) -> None:
        super().__init__(source)
        self._kept: list[Any] | None = None

    def elements(self) -> Iterator[Any]:
        if isinstance(self._source, TensorSlices):
            return self._source.elements()  # in memory as it is
        return self._filling() if self._kept is None else iter(self._kept)

    def _filling(self) -> Iterator[Any]:
        source = self._source.elements()
        seen: list[Any] = []
        try:
            for element in source:
                seen.append(element)
                yield element
        finally:
            close(source)
        self._kept = seen

    def cardinality(self) -> int:
        return self._source.cardinality() if self._kept is None else len(self._kept)

    def rows(self) -> Rows | None:
        return self._source.rows() if isinstance(self._source, TensorSlices) else None
