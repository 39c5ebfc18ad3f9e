"""Skipped: all but the first elements."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from nnfit.data.rows import BatchedRows, Rows
from nnfit.data.stages.derived import Selection
from nnfit.data.stages.stage import Stage, close


class Skipped(Selection):
    """See `Dataset.skip`."""

    def __init__(self, source: Stage, count: int) -> None:
        super().__init__(source)
        self._count = count

    def elements(self) -> Iterator[Any]:
        source = self._source.elements()
        try:
            yield from islice(source, self._count, None)
        finally:
            close(source)

    def cardinality(self) -> int:
        count = self._source.cardinality()
        return count if count < 0 else max(count - self._count, 0)

    def _blocks(self, rows: Rows) -> Iterator[np.ndarray]:
        left = self._count
        for block in rows.blocks():
            if left < len(block):
                yield block[left:]
            left = max(left - len(block), 0)

    def batched_rows(self) -> BatchedRows | None:
        batched = self._source.batched_rows()
        return None if batched is None else batched.skip(self._count)
