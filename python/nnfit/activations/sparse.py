"""Sparsemax and its two-class forms."""

from __future__ import annotations

from nnfit import ops
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike


def sparse_plus(x: TensorLike) -> Tensor:
    """Returns 0 where `x <= -1`, `(x + 1)**2 / 4` where `-1 < x < 1`, and `x` elsewhere.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.
    """
    bent = ops.multiply(0.25, ops.square(ops.add(x, 1.0)))
    return ops.where(ops.less_equal(x, -1.0), 0.0, ops.where(ops.less(x, 1.0), bent, x))


def sparse_sigmoid(x: TensorLike) -> Tensor:
    """Returns `(x + 1) / 2` held within [0, 1]: the derivative of `sparse_plus`.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.
    """
    return ops.multiply(0.5, ops.add(ops.clip(x, -1.0, 1.0), 1.0))


def sparsemax(x: TensorLike, axis: int = -1) -> Tensor:
    """Returns the point of the probability simplex nearest to `x`: `max(x - tau, 0)`, summing to 1 along `axis`.

    With `z` the values in falling order, `tau = (z_1 + … + z_k - 1) / k` for the largest k with
    `1 + k z_k > z_1 + … + z_k`.

    Args:
        x: Float tensor.
        axis: Axis along which the result sums to 1. Defaults to the last.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.activations.sparsemax([[1.0, 0.5, -1.0]]).numpy()
        array([[0.75, 0.25, 0.  ]], dtype=float32)

    Reference:
        Martins and Astudillo, From Softmax to Sparsemax, 2016.
    """
    x = ops.moveaxis(ops.convert_to_tensor(x), axis, -1)
    falling = ops.negative(ops.sort(ops.negative(x), axis=-1))
    sums = ops.cumsum(falling, axis=-1)
    k = ops.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    supported = ops.cast(ops.greater(ops.add(1.0, ops.multiply(k, falling)), sums), x.dtype)
    size = ops.sum(supported, axis=-1, keepdims=True)
    # The support is a prefix of the falling order, so its sum is the sum of the supported values.
    tau = ops.divide(ops.subtract(ops.sum(ops.multiply(supported, falling), axis=-1, keepdims=True), 1.0), size)
    return ops.moveaxis(ops.relu(ops.subtract(x, tau)), -1, axis)
