"""Batched: consecutive elements stacked along a new first axis."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from nnfit.data.elements import stack
from nnfit.data.rows import BatchedRows, RowGather, batch_count
from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import Stage, close
from nnfit.data.tensor_spec import with_leading


class Batched(Derived):
    """See `Dataset.batch`."""

    def __init__(self, source: Stage, batch_size: int, drop_remainder: bool) -> None:
        super().__init__(source)
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
        return batch_count(self._source.cardinality(), self._size, self._drop)

    def element_spec(self) -> Any:
        return with_leading(self._source.element_spec(), self._size if self._drop else None)

    def batched_rows(self) -> BatchedRows | None:
        rows = self._source.rows()
        return None if rows is None else BatchedRows.of(rows, self._size, self._source.cardinality(), self._drop)
