"""The dtype that each operation gives for each pair of dtypes, and for a tensor and a Python scalar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from .store import Results

FILE = "promotion.json"
DTYPES = ("bool", "uint8", "int32", "int64", "float32", "float64")
SCALARS: dict[str, Any] = {"python_bool": True, "python_int": 2, "python_float": 2.5}
_BINARY = "add subtract multiply divide true_divide floor_divide power maximum minimum matmul equal less logical_and"
_UNARY = (
    "abs negative square sqrt rsqrt exp expm1 log log1p sin tanh sigmoid relu softmax floor ceil round sign isnan "
    "logical_not sum mean prod max min var std any all argmax argmin argsort sort cumsum count_nonzero ones_like "
    "zeros_like transpose"
)


def _promoted(library: ModuleType, name: str, operands: Sequence[Any]) -> str | None:
    """None where the library refuses, or has a dtype of its own: that binds nobody."""
    try:
        dtype = getattr(library.ops, name)(*operands).dtype
    except Exception:
        return None
    promoted = str(getattr(dtype, "name", dtype))
    return promoted if promoted in DTYPES else None


def _operands(library: ModuleType, *, with_scalars: bool) -> dict[str, Any]:
    tensors = {dtype: library.ops.convert_to_tensor(np.ones((2, 2), dtype)) for dtype in DTYPES}
    return tensors | SCALARS if with_scalars else tensors


def _binary(library: ModuleType, *, name: str) -> Results:
    operands = _operands(library, with_scalars=name != "matmul")
    pairs = [(left, right) for left in operands for right in operands if not {left, right} <= set(SCALARS)]
    found = {f"{x},{y}": _promoted(library, name, (operands[x], operands[y])) for x, y in pairs}
    return {key: value for key, value in found.items() if value is not None}


def _unary(library: ModuleType, *, name: str) -> Results:
    operands = _operands(library, with_scalars=False)
    found = {dtype: _promoted(library, name, (operand,)) for dtype, operand in operands.items()}
    return {key: value for key, value in found.items() if value is not None}


CASES: dict[str, Callable[[ModuleType], Results]] = {name: partial(_binary, name=name) for name in _BINARY.split()}
CASES |= {name: partial(_unary, name=name) for name in _UNARY.split()}
