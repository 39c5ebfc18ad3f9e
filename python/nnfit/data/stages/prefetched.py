"""Prefetched: elements made ahead of time on another thread."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nnfit.data.background import Background
from nnfit.data.rows import BatchedRows, Rows
from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import Stage


class Prefetched(Derived):
    """See `Dataset.prefetch`."""

    def __init__(self, source: Stage, buffer_size: int) -> None:
        super().__init__(source)
        self._size = buffer_size

    def elements(self) -> Iterator[Any]:
        # Rows are gathered by the core on all its threads; a thread more would only be in the way.
        if self._size == 0 or self._source.rows() is not None or self._source.batched_rows() is not None:
            return self._source.elements()
        return Background(self._source.elements, self._size)

    def rows(self) -> Rows | None:
        return self._source.rows()

    def batched_rows(self) -> BatchedRows | None:
        return self._source.batched_rows()
