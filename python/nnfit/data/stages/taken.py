"""Taken: the first elements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnfit.data.rows import BatchedRows, Rows
from nnfit.data.stages.derived import Selection
from nnfit.data.stages.stage import INFINITE_CARDINALITY, Stage, close


class Taken(Selection):
    """See `Dataset.take`."""

    def __init__(self, source: Stage, count: int) -> None:
        super().__init__(source)
        self._count = count

    def elements(self) -> Iterator[Any]:
        if self._count == 0:
            return
        source = self._source.elements()
        try:
            for done, element in enumerate(source, 1):
                yield element
                if done == self._count:
                    return
        finally:
            close(source)

    def cardinality(self) -> int:
        count = self._source.cardinality()
        if count == INFINITE_CARDINALITY or self._count == 0:
            return self._count
        return min(count, self._count)  # of an unknown number none is known

    def _blocks(self, rows: Rows) -> Iterator[np.ndarray]:
        left = self._count
        for block in rows.blocks() if left else ():
            yield block[:left]
            left -= len(block)
            if left <= 0:
                return

    def batched_rows(self) -> BatchedRows | None:
        batched = self._source.batched_rows()
        return None if batched is None else batched.take(self._count)
