"""Rebatched: batches of another size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnfit import tree
from nnfit.data.rows import BatchedRows, RowGather, batch_count
from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import Stage, close
from nnfit.data.stages.unbatched import Unbatched
from nnfit.data.tensor_spec import with_leading


class Rebatched(Derived):
    """See `Dataset.rebatch`."""

    def __init__(self, source: Stage, batch_size: int, drop_remainder: bool) -> None:
        super().__init__(source)
        self._unbatched = Unbatched(source)
        self._size = batch_size
        self._drop = drop_remainder

    def elements(self) -> Iterator[Any]:
        rows = self.batched_rows()
        return self._cut() if rows is None else map(RowGather(rows.data), rows.batches())

    def _cut(self) -> Iterator[Any]:
        source = self._source.elements()
        held: list[Any] = []  # nests of arrays, fewer rows than a batch in all
        rows = 0
        try:
            for element in source:
                held.append(tree.map_structure(np.asarray, element))
                rows += len(tree.flatten(held[-1])[0])
                if rows < self._size:
                    continue
                joined = tree.map_structure(lambda *leaves: np.concatenate(leaves), *held)
                for first in range(0, rows - self._size + 1, self._size):
                    yield _cut(joined, first, first + self._size)
                rest = rows % self._size
                held, rows = ([_cut(joined, rows - rest, rows)] if rest else []), rest
            if held and not self._drop:
                yield tree.map_structure(lambda *leaves: np.concatenate(leaves), *held)
        finally:
            close(source)

    def cardinality(self) -> int:
        return batch_count(self._unbatched.cardinality(), self._size, self._drop)

    def element_spec(self) -> Any:
        return with_leading(self._unbatched.element_spec(), self._size if self._drop else None)

    def batched_rows(self) -> BatchedRows | None:
        rows = self._unbatched.rows()
        return None if rows is None else BatchedRows.of(rows, self._size, self._unbatched.cardinality(), self._drop)


def _cut(element: Any, first: int, last: int) -> Any:
    return tree.map_structure(lambda leaf: leaf[first:last], element)
