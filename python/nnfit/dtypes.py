"""The element types of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnfit import config

__all__ = ["DTYPES", "FLOAT_DTYPES", "standardize_dtype"]

FLOAT_DTYPES = ("float32", "float64")
DTYPES = ("bool", "uint8", "int32", "int64", *FLOAT_DTYPES)


def standardize_dtype(dtype: Any, owner: str) -> str:
    """Returns the name of a dtype.

    Args:
        dtype: A name, a NumPy dtype or type, or `None` for `nnfit.config.floatx()`.
        owner: Who was given it, for the error message.

    Raises:
        ValueError: If tensors cannot have it.

    Example:
        >>> standardize_dtype(np.int32, "x")
        'int32'
    """
    if dtype is None:
        return config.floatx()
    try:
        name = str(np.dtype(dtype).name)
    except TypeError:
        name = ""
    if name not in DTYPES:
        raise ValueError(f"[{owner}] expected dtype to be one of {DTYPES}; got {dtype!r}.")
    return name
