"""Identity and exponential."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike


def linear(x: Any) -> Any:
    """Returns `x` itself."""
    return x


def exponential(x: TensorLike) -> Tensor:
    """Returns `exp(x)`, a tensor like the float tensor `x`."""
    return ops.exp(x)
