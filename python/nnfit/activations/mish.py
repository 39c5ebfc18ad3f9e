"""Mish."""

from __future__ import annotations

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike


def mish(x: TensorLike) -> Tensor:
    """Returns `x * tanh(softplus(x))`, a tensor like the float tensor `x`.

    Reference:
        Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019.
    """
    return _core.ops.mish(x)
