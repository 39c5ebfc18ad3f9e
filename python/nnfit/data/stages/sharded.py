"""Sharded: each n-th element."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from nnfit.data.rows import Rows
from nnfit.data.stages.derived import Selection
from nnfit.data.stages.stage import Stage, close


class Sharded(Selection):
    """See `Dataset.shard`."""

    def __init__(self, source: Stage, num_shards: int, index: int) -> None:
        super().__init__(source)
        self._shards = num_shards
        self._index = index

    def elements(self) -> Iterator[Any]:
        source = self._source.elements()
        try:
            yield from islice(source, self._index, None, self._shards)
        finally:
            close(source)

    def cardinality(self) -> int:
        count = self._source.cardinality()
        return count if count < 0 else len(range(self._index, count, self._shards))

    def _blocks(self, rows: Rows) -> Iterator[np.ndarray]:
        first = self._index  # the next element wanted, counted from the start of the block
        for block in rows.blocks():
            yield block[first :: self._shards]
            first = (first - len(block)) % self._shards if first < len(block) else first - len(block)
