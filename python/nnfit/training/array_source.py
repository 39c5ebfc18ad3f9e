"""ArraySource: data that stand in memory, one row for each sample."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnfit import _core, config, tree


class ArraySource:
    """Inputs, targets and sample weights as arrays of equally many rows.

    Arrays stay where the user has them; a step gathers its rows from there, casting as it goes.

    Args:
        x: Array, or a list, tuple or dict of arrays.
        y: Targets, likewise, or `None`.
        sample_weight: Weights, likewise, or `None`.
        batch_size: Rows in a batch. Defaults to 32.
        input_dtypes: Dtypes that the model's inputs have, in order, or `None` where they are free.
        owner: Name of the model, for errors.

    Raises:
        ValueError: If there are no rows, their numbers differ, or the batch size is not a positive int.
        TypeError: If an array does not hold numbers.
    """

    def __init__(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        batch_size: int | None = None,
        input_dtypes: list[str] | None = None,
        owner: str = "model",
    ) -> None:
        self.batch_size = 32 if batch_size is None else batch_size
        if isinstance(self.batch_size, bool) or not isinstance(self.batch_size, (int, np.integer)):
            raise ValueError(f"[{owner}] expected batch_size to be an int; got {batch_size!r}.")
        if self.batch_size < 1:
            raise ValueError(f"[{owner}] expected batch_size to be at least 1; got {batch_size}.")
        data = (
            (x,) if y is None and sample_weight is None else (x, y) if sample_weight is None else (x, y, sample_weight)
        )
        self._structure = data
        leaves = tree.flatten(data)
        inputs = len(tree.flatten(x))
        self.arrays: list[np.ndarray] = []
        self._dtypes: list[str] = []
        self._places: list[bool] = []  # whether a leaf of the structure is an array
        for i, leaf in enumerate(leaves):
            self._places.append(leaf is not None)
            if leaf is None:
                continue
            array = rows_of(leaf, "x" if i < inputs else "y", owner)
            wanted = input_dtypes[i] if i < inputs and input_dtypes and len(input_dtypes) == inputs else None
            self.arrays.append(array)
            self._dtypes.append(wanted or tensor_dtype(array))
        self._check_rows(owner)

    def _check_rows(self, owner: str) -> None:
        counts = [len(array) for array in self.arrays]
        if len(set(counts)) > 1:
            raise ValueError(f"[{owner}] expected x, y and sample_weight to have as many samples each; got {counts}.")
        self.rows = counts[0] if counts else 0
        if self.rows == 0:
            raise ValueError(
                f"[{owner}] expected at least one sample; got arrays of shapes "
                f"{[array.shape for array in self.arrays]}."
            )

    @property
    def signature(self) -> str:
        """What tells apart sources whose batches have different structures."""
        return repr(tree.map_structure(lambda leaf: leaf is not None, self._structure))

    @property
    def steps(self) -> int:
        """The number of batches, a short last one included."""
        return -(-self.rows // self.batch_size)

    def specs(self, rows: int) -> list[tuple[tuple[int, ...], str]]:
        """Returns shape and dtype of each array of a batch of `rows` rows."""
        return [((rows, *a.shape[1:]), d) for a, d in zip(self.arrays, self._dtypes, strict=True)]

    def rebuild(self, tensors: list[Any]) -> Any:
        """Returns `(x,)`, `(x, y)` or `(x, y, sample_weight)` with `tensors` in the places of the arrays."""
        remaining = iter(tensors)
        leaves = [next(remaining) if place else None for place in self._places]
        return tree.pack_sequence_as(self._structure, leaves)

    def batch(self, order: np.ndarray | None, first: int, rows: int) -> Any:
        """Returns one batch as tensors: for steps that run eagerly."""
        chosen = slice(first, first + rows) if order is None else order[first : first + rows]
        return self.rebuild(
            [_core.convert_to_tensor(a[chosen], d) for a, d in zip(self.arrays, self._dtypes, strict=True)]
        )


def rows_of(leaf: Any, what: str, owner: str) -> np.ndarray:
    """Returns `leaf` as an array of rows.

    Args:
        leaf: Array, tensor, nested lists, or an object that converts to an array (pandas, torch).
        what: `"x"` or `"y"`, for errors.
        owner: Name of the model, for errors.

    Raises:
        TypeError: If it does not hold numbers; of arrays of objects the error names row and column.
        ValueError: If it is a scalar.
    """
    array = leaf if type(leaf) is np.ndarray else np.asarray(leaf)
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8 or array.dtype == np.float16:
        if array.dtype.kind not in "fiubO":
            raise TypeError(f"[{owner}] expected {what} to hold numbers; got an array of dtype {array.dtype}.")
        array = _core.convert_to_tensor(array).numpy()  # names row and column of what is no number
    if array.ndim == 0:
        raise ValueError(f"[{owner}] expected {what} to have one row for each sample; got a scalar.")
    inner = array.itemsize
    for size, stride in zip(array.shape[:0:-1], array.strides[:0:-1], strict=True):
        if size > 1 and stride != inner:
            return np.ascontiguousarray(array)
        inner *= size
    return array


_DTYPES = {"int8": "int32", "int16": "int32", "uint16": "int32", "uint32": "int64", "uint64": "int64"}


def tensor_dtype(array: np.ndarray) -> str:
    """Returns the dtype in which batches of an array reach the model: floats as the default float type."""
    if array.dtype.kind == "f":
        return config.floatx()
    name: str = array.dtype.name
    return _DTYPES.get(name, name)
