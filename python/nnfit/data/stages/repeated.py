"""Repeated: the elements over again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnfit.data.rows import BatchedRows, Rows
from nnfit.data.stages.derived import Selection
from nnfit.data.stages.stage import INFINITE_CARDINALITY, Stage


class Repeated(Selection):
    """See `Dataset.repeat`.

    Args:
        source: Where elements come from.
        count: How often; `None`: without end.
    """

    def __init__(self, source: Stage, count: int | None) -> None:
        super().__init__(source)
        self._count = count

    def elements(self) -> Iterator[Any]:
        return self._over_again(self._source.elements)

    def _over_again(self, begin: Any) -> Iterator[Any]:
        done = 0
        while self._count is None or done < self._count:
            empty = True
            for item in begin():
                empty = False
                yield item
            if empty:
                return
            done += 1

    def cardinality(self) -> int:
        count = self._source.cardinality()
        if self._count is None:
            return 0 if count == 0 else INFINITE_CARDINALITY
        return count if count < 0 and self._count else count * self._count

    def _blocks(self, rows: Rows) -> Iterator[np.ndarray]:
        return self._over_again(rows.blocks)

    def batched_rows(self) -> BatchedRows | None:
        batched = self._source.batched_rows()
        if batched is None or batched.rows is None or not batched.even:
            return None  # of several passes a short batch would be in the midst
        rows = batched.source.derive(lambda: self._over_again(batched.batches))
        return BatchedRows(rows, batched.batch_size, None if self._count is None else batched.rows * self._count)
