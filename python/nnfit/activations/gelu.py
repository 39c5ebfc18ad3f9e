"""Gaussian error linear unit."""

from __future__ import annotations

from nnfit import ops
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike


def gelu(x: TensorLike, approximate: bool = False) -> Tensor:
    """Returns `nnfit.ops.gelu(x)`, which has the formulas; exact by default, as an activation is in Keras.

    Args:
        x: Float tensor of any shape.
        approximate: Whether to use the form with tanh instead of erf. Defaults to `False`.

    Returns:
        A tensor like `x`.
    """
    return ops.gelu(x, approximate=approximate)
