"""Types of the arguments of ops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, Union

import numpy as np

if TYPE_CHECKING:
    from nnfit._core import Tensor, Variable
    from nnfit.symbolic import KerasTensor

# What an op takes: a tensor, a variable, a symbolic tensor, an array, a number (weakly typed: it takes the type of the
# tensor beside it), or nested lists of numbers.
TensorLike: TypeAlias = Union[
    "Tensor", "Variable", "KerasTensor", np.ndarray, np.generic, bool, int, float, Sequence[Any]
]
Axis: TypeAlias = int | Sequence[int] | None
DType: TypeAlias = str | type | np.dtype | None
