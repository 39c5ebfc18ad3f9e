"""PaddedBatched: consecutive elements stacked after padding them to one shape."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from nnfit import tree
from nnfit.data.rows import batch_count
from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import Stage, close
from nnfit.data.tensor_spec import TensorSpec


class PaddedBatched(Derived):
    """See `Dataset.padded_batch`."""

    def __init__(
        self, source: Stage, batch_size: int, padded_shapes: Any, padding_values: Any, drop_remainder: bool
    ) -> None:
        super().__init__(source)
        self._size = batch_size
        self._shapes = padded_shapes
        self._values = padding_values
        self._drop = drop_remainder

    def elements(self) -> Iterator[Any]:
        source = self._source.elements()
        try:
            while chunk := list(islice(source, self._size)):
                if len(chunk) < self._size and self._drop:
                    return
                yield self._padded(chunk)
        finally:
            close(source)

    def _padded(self, chunk: list[Any]) -> Any:
        structure = chunk[0]
        columns = zip(*(tree.flatten(element) for element in chunk), strict=True)
        count = len(tree.flatten(structure))
        shapes = _by_leaf(self._shapes, structure, count, _is_shape)
        values = _by_leaf(self._values, structure, count, lambda value: not tree.is_nested(value))
        padded = [
            _pad([np.asarray(leaf) for leaf in column], shape, value)
            for column, shape, value in zip(columns, shapes, values, strict=True)
        ]
        return tree.pack_sequence_as(structure, padded)

    def cardinality(self) -> int:
        return batch_count(self._source.cardinality(), self._size, self._drop)

    def element_spec(self) -> Any:
        spec = self._source.element_spec()
        leaves = tree.flatten(spec)
        size = self._size if self._drop else None
        shapes = _by_leaf(self._shapes, spec, len(leaves), _is_shape)
        padded = []
        for leaf, shape in zip(leaves, shapes, strict=True):
            wanted = (None,) * len(leaf.shape) if shape is None and leaf.shape else shape
            known = leaf.shape if shape is None else wanted
            padded.append(TensorSpec((size, *(None if n in (None, -1) else n for n in known or ())), leaf.dtype))
        return tree.pack_sequence_as(spec, padded)


def _is_shape(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(n is None or isinstance(n, (int, np.integer)) for n in value)


def _by_leaf(given: Any, structure: Any, count: int, is_leaf: Any) -> list[Any]:
    """What was given for each leaf of the structure: one for all, or a nest like the structure."""
    if given is None or is_leaf(given):
        return [given] * count
    found: list[Any] = []

    def walk(item: Any, like: Any) -> None:
        if item is None or is_leaf(item):
            found.extend([item] * len(tree.flatten(like)))
        elif isinstance(like, dict):
            for key in like:
                walk(item[key], like[key])
        else:
            for part, like_part in zip(item, like, strict=True):
                walk(part, like_part)

    walk(given, structure)
    return found


def _pad(arrays: list[np.ndarray], shape: Any, value: Any) -> np.ndarray:
    rank = arrays[0].ndim
    if any(array.ndim != rank for array in arrays):
        raise ValueError(
            f"[Dataset.padded_batch] expected elements of one rank; got {sorted({a.ndim for a in arrays})}."
        )
    if shape is not None and len(shape) != rank:
        raise ValueError(f"[Dataset.padded_batch] expected padded_shapes of rank {rank}; got {tuple(shape)}.")
    longest = [max(array.shape[axis] for array in arrays) for axis in range(rank)]
    wanted = [n if shape is None or shape[axis] in (None, -1) else int(shape[axis]) for axis, n in enumerate(longest)]
    if any(n > w for n, w in zip(longest, wanted, strict=True)):
        raise ValueError(
            f"[Dataset.padded_batch] expected elements no larger than {tuple(wanted)}; got one of {tuple(longest)}."
        )
    fill = value if value is not None else "" if arrays[0].dtype.kind in "US" else 0
    dtype = np.result_type(*arrays)
    batch = np.full((len(arrays), *wanted), np.asarray(fill), dtype)
    for row, array in zip(batch, arrays, strict=True):
        row[tuple(slice(n) for n in array.shape)] = array
    return batch
