"""Arrays of rows made of what users have: arrays, tensors, nested lists, pandas and polars tables, torch tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnfit import _core, config, tree


def with_arrays(data: Any) -> Any:
    """Returns `data` with nested lists of numbers made one array; lists of arrays are structures and stay."""
    if isinstance(data, (list, tuple)) and not any(getattr(leaf, "shape", ()) != () for leaf in tree.flatten(data)):
        return np.asarray(data)
    return data


def rows_of(leaf: Any, what: str, owner: str) -> np.ndarray:
    """Returns `leaf` as an array of rows, each contiguous; without a copy where the user's memory is like that.

    Args:
        leaf: Array, tensor, nested lists, or an object that converts to an array (pandas, polars, torch).
        what: `"x"`, `"y"` or `"sample_weight"`, for errors.
        owner: Name of the model, for errors.

    Raises:
        TypeError: If it does not hold numbers; of tables the error names the columns, of arrays of objects row and
            column.
        ValueError: If it is a scalar.
    """
    array = leaf if type(leaf) is np.ndarray else _converted(leaf, what, owner)
    if array.dtype.kind not in "fiub" or array.dtype.itemsize > 8 or array.dtype == np.float16:
        if array.dtype.kind not in "fiubO":
            raise TypeError(f"[{owner}] expected {what} to hold numbers; got an array of dtype {array.dtype}.")
        array = _core.convert_to_tensor(array).numpy()  # names row and column of what is no number
    if array.ndim == 0:
        raise ValueError(f"[{owner}] expected {what} to have one row for each sample; got a scalar.")
    inner = array.itemsize
    for size, stride in zip(array.shape[:0:-1], array.strides[:0:-1], strict=True):
        if size > 1 and stride != inner:
            return np.ascontiguousarray(array, config.floatx() if array.dtype.kind == "f" else None)
        inner *= size
    return array


def _converted(leaf: Any, what: str, owner: str) -> np.ndarray:
    if hasattr(leaf, "detach"):  # a torch tensor in a graph refuses to become an array
        leaf = leaf.detach()
    if hasattr(leaf, "columns") and hasattr(leaf, "dtypes"):
        return _table_array(leaf, what, owner)
    if not hasattr(leaf, "__array__") and hasattr(leaf, "__dlpack__"):
        return np.from_dlpack(leaf)
    return _column_array(leaf)


def _column_array(column: Any) -> np.ndarray:
    """The values of a pandas or polars column, or of anything that becomes an array by itself."""
    if hasattr(column, "isna") and not isinstance(column.dtype, np.dtype) and _is_number(column.dtype):
        return np.asarray(column.to_numpy(dtype=config.floatx(), na_value=np.nan))
    return np.asarray(column)


def _table_array(table: Any, what: str, owner: str) -> np.ndarray:
    """The values of a pandas or polars table, whose columns may have different types of numbers."""
    names, dtypes = list(table.columns), list(table.dtypes)
    others = [f"'{name}' ({dtype})" for name, dtype in zip(names, dtypes, strict=True) if not _is_number(dtype)]
    if others:
        raise TypeError(
            f"[{owner}] expected {what} to hold numbers; got a table with {', '.join(others)}. Encode these columns as "
            "numbers, or drop them."
        )
    if len(set(dtypes)) == 1 and isinstance(dtypes[0], np.dtype):
        return np.asarray(table)
    array = np.empty((len(table), len(names)), config.floatx())
    for i, name in enumerate(names):
        array[:, i] = _column_array(table[name])
    return array


def _is_number(dtype: Any) -> bool:
    """Whether the dtype of a column, pandas's (NumPy's or its own nullable one) or polars's, is one of numbers."""
    if isinstance(dtype, np.dtype):
        return dtype.kind in "fiub"
    if hasattr(dtype, "is_numeric"):  # polars
        return bool(dtype.is_numeric()) or str(dtype) == "Boolean"
    return bool(getattr(dtype, "_is_numeric", False) or getattr(dtype, "_is_boolean", False))


_DTYPES = {"int8": "int32", "int16": "int32", "uint16": "int32", "uint32": "int64", "uint64": "int64"}


def tensor_dtype(array: np.ndarray) -> str:
    """Returns the dtype in which batches of an array reach the model: floats as the default float type."""
    if array.dtype.kind == "f":
        return config.floatx()
    name: str = array.dtype.name
    return _DTYPES.get(name, name)
