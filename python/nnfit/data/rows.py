"""Rows of arrays in some order: the data sets whose batches are gathered without a Python loop over samples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any

import numpy as np

from nnfit import _core, tree
from nnfit.data.elements import map_leaves
from nnfit.dtypes import DTYPES
from nnfit.function import TracedFunction, trace

__all__ = ["BatchedRows", "RowGather", "Rows", "inner_contiguous"]

_BLOCK = 1 << 16
_MAX_PLANS = 8


class Rows:
    """Elements that are rows of arrays.

    Args:
        arrays: Nest of arrays, each row contiguous.
        blocks: Starts an iteration: gives int64 arrays that, one after another, number the rows in their order.
    """

    def __init__(self, arrays: Any, blocks: Callable[[], Iterator[np.ndarray]]) -> None:
        self.arrays = arrays
        self.blocks = blocks

    def derive(self, blocks: Callable[[], Iterator[np.ndarray]]) -> Rows:
        """Returns rows of the same arrays in another order."""
        return Rows(self.arrays, blocks)

    def elements(self) -> Iterator[Any]:
        """Returns an iterator over single rows."""
        arrays = self.arrays
        flat = type(arrays) is tuple and not any(isinstance(item, (tuple, dict)) for item in arrays)
        for block in self.blocks():
            for i in block.tolist():
                yield tuple([array[i] for array in arrays]) if flat else map_leaves(itemgetter(i), arrays)


def all_rows(count: int) -> Iterator[np.ndarray]:
    """Returns the numbers of `count` rows in order, in blocks."""
    for first in range(0, count, _BLOCK):
        yield np.arange(first, min(first + _BLOCK, count))


def rechunked(blocks: Iterator[np.ndarray], size: int) -> Iterator[np.ndarray]:
    """Returns the same numbers in pieces of `size`, the last one maybe shorter."""
    rest = np.empty(0, np.int64)
    for block in blocks:
        joined = np.concatenate([rest, block]) if len(rest) else block
        whole = len(joined) - len(joined) % size
        for first in range(0, whole, size):
            yield joined[first : first + size]
        rest = joined[whole:]
    if len(rest):
        yield rest


def batch_count(count: int, batch_size: int, drop_remainder: bool) -> int:
    """Returns how many batches `count` elements make; infinite and unknown numbers stay so."""
    if count < 0:
        return count
    return count // batch_size if drop_remainder else -(-count // batch_size)


class BatchedRows:
    """Batches of rows of arrays. It is also what `fit` takes in place of the batches, to gather rows within its plan.

    Args:
        source: The rows.
        batch_size: Rows in a batch; only the last may have fewer.
        rows: How many rows the batches have in all; `None` if without end.
        skipped: How many batches before them are left out.
    """

    drop_remainder = False  # what is dropped is not among `rows`

    def __init__(self, source: Rows, batch_size: int, rows: int | None, skipped: int = 0) -> None:
        self.source = source
        self.batch_size = batch_size
        self.rows = rows
        self.skipped = skipped

    @classmethod
    def of(cls, source: Rows, batch_size: int, count: int, drop_remainder: bool) -> BatchedRows:
        """Returns the batches of `count` rows; of infinitely many, if it is negative."""
        if count < 0:
            return cls(source, batch_size, None)
        return cls(source, batch_size, count - count % batch_size if drop_remainder else count)

    @property
    def data(self) -> Any:
        """The nest of arrays."""
        return self.source.arrays

    @property
    def even(self) -> bool:
        """Whether the last batch is as large as the others."""
        return self.rows is None or self.rows % self.batch_size == 0

    def take(self, count: int) -> BatchedRows:
        """Returns the first `count` batches."""
        wanted = count * self.batch_size
        return BatchedRows(
            self.source, self.batch_size, wanted if self.rows is None else min(wanted, self.rows), self.skipped
        )

    def skip(self, count: int) -> BatchedRows:
        """Returns the batches after the first `count`."""
        left = None if self.rows is None else max(self.rows - count * self.batch_size, 0)
        return BatchedRows(self.source, self.batch_size, left, self.skipped + count)

    def batches(self) -> Iterator[np.ndarray]:
        """Starts an iteration: returns the numbers of each batch's rows."""
        left = self.rows
        if left == 0:
            return
        for place, numbers in enumerate(rechunked(self.source.blocks(), self.batch_size)):
            if place < self.skipped:
                continue
            if left is None:
                yield numbers
                continue
            yield numbers[:left]
            left -= len(numbers)
            if left <= 0:
                return

    def order(self) -> np.ndarray:
        """Starts an iteration: returns the numbers of all its rows, batch after batch.

        Raises:
            ValueError: If there is no end to them.
        """
        if self.rows is None:
            raise ValueError("[Dataset] there are infinitely many batches; take some of them.")
        batches = list(self.batches())
        return np.concatenate(batches) if batches else np.empty(0, np.int64)


class RowGather:
    """Copies rows of arrays into tensors, by the same kernels that feed a training step.

    Args:
        arrays: Nest of arrays, each row contiguous.
    """

    def __init__(self, arrays: Any) -> None:
        self._structure = arrays
        self._leaves: list[np.ndarray] = tree.flatten(arrays)
        self._native = [leaf.dtype.name in DTYPES for leaf in self._leaves]
        self._gathered = [leaf for leaf, native in zip(self._leaves, self._native, strict=True) if native]
        self._plans: dict[int, TracedFunction] = {}

    def __call__(self, numbers: np.ndarray) -> Any:
        """Returns the element that holds the rows `numbers`."""
        tensors: Iterator[Any] = iter(())
        if self._gathered:
            tensors = iter(self._plan(len(numbers)).plan.run_steps(self._gathered, numbers)[0])
        leaves = [
            next(tensors) if native else leaf[numbers] for leaf, native in zip(self._leaves, self._native, strict=True)
        ]
        return tree.pack_sequence_as(self._structure, leaves)

    def _plan(self, rows: int) -> TracedFunction:
        found = self._plans.get(rows)
        if found is None:
            specs = [((rows, *leaf.shape[1:]), leaf.dtype.name) for leaf in self._gathered]
            with _core.Suspension():
                found = trace(lambda *tensors: tensors, specs, lambda symbols: (symbols, {}))
            if len(self._plans) >= _MAX_PLANS:
                self._plans.clear()
            self._plans[rows] = found
        return found


def inner_contiguous(array: np.ndarray) -> np.ndarray:
    """Returns an array whose rows are contiguous, a copy only if they are not."""
    inner = array.itemsize
    for size, stride in zip(array.shape[:0:-1], array.strides[:0:-1], strict=True):
        if size > 1 and stride != inner:
            return np.ascontiguousarray(array)
        inner *= size
    return array
