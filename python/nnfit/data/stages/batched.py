"""Batched: consecutive elements stacked along a new first axis."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from nnfit.data.elements import stack
from nnfit.data.rows import BatchedRows, RowGather
from nnfit.data.stages.stage import Stage, close
from nnfit.data.tensor_spec import with_leading


class Batched(Stage):
    """See `Dataset.batch`."""

    def __init__(self, source: Stage, batch_size: int, drop_remainder: bool) -> None:
        self.inputs = (source,)
        self._source = source
        self._size = batch_size
        self._drop = drop_remainder
        self._gather: RowGather | None = None

    def elements(self) -> Iterator[Any]:
        rows = self.batched_rows()
        if rows is None:
            return self._stacked()
        if self._gather is None:
            self._gather = RowGather(rows.data)
        return map(self._gather, rows.batches())

    def _stacked(self) -> Iterator[Any]:
        source = self._source.elements()
        try:
            while chunk := list(islice(source, self._size)):
                if len(chunk) < self._size and self._drop:
                    return
                yield stack(chunk, "Dataset.batch")
        finally:
            close(source)

    def cardinality(self) -> int:
        count = self._source.cardinality()
        return count if count < 0 else count // self._size if self._drop else -(-count // self._size)

    def element_spec(self) -> Any:
        return with_leading(self._source.element_spec(), self._size if self._drop else None)

    def batched_rows(self) -> BatchedRows | None:
        rows = self._source.rows()
        if rows is None:
            return None
        count = self._source.cardinality()
        if count < 0:
            return BatchedRows(rows, self._size, None)
        return BatchedRows(rows, self._size, count - count % self._size if self._drop else count)
