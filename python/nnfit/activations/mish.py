"""Mish."""

from __future__ import annotations

from nnfit import ops
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike


def mish(x: TensorLike) -> Tensor:
    """Returns `x * tanh(softplus(x))`, a tensor like the float tensor `x`.

    Reference:
        Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019.
    """
    return ops.multiply(x, ops.tanh(ops.softplus(x)))
