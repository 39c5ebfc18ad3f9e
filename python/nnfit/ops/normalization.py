"""Functions that shift and scale a tensor by its own statistics or by given ones."""

from __future__ import annotations

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import Axis, TensorLike
from nnfit.ops.core import dtype, shape
from nnfit.ops.creation import ones, zeros
from nnfit.ops.linalg import norm

_ops = _core.ops


def normalize(x: TensorLike, axis: Axis = -1, order: float | str | None = 2, epsilon: float | None = None) -> Tensor:
    """Returns `x / max(norm(x, order, axis), epsilon)`.

    Args:
        x: Float tensor.
        axis: Axis or axes of the norm. Defaults to the last.
        order: Order of the norm; see `norm`. Defaults to 2.
        epsilon: The least divisor. Defaults to 1e-7.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.normalize([[3.0, 4.0], [0.0, 0.0]]).numpy().round(4)
        array([[0.6, 0.8],
               [0. , 0. ]], dtype=float32)
    """
    epsilon = 1e-7 if epsilon is None else epsilon
    if order == 2:  # no square root whose gradient at 0 is infinite
        squares = _ops.sum(_ops.square(x), axis=axis, keepdims=True)
        return _ops.multiply(x, _ops.rsqrt(_ops.maximum(squares, epsilon * epsilon)))
    return _ops.divide(x, _ops.maximum(norm(x, ord=order, axis=axis, keepdims=True), epsilon))


def batch_normalization(
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    axis: int,
    offset: TensorLike | None = None,
    scale: TensorLike | None = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """Returns `(x - mean) / sqrt(variance + epsilon) * scale + offset`, with statistics given for each channel.

    Args:
        x: Float tensor.
        mean: Tensor of shape `(channels,)`.
        variance: Tensor of shape `(channels,)`.
        axis: The axis of channels.
        offset: Tensor of shape `(channels,)`. Defaults to zeros.
        scale: Tensor of shape `(channels,)`. Defaults to ones.
        epsilon: What is added to the variance. Defaults to 1e-3.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.batch_normalization([[3.0, 5.0]], [1.0, 1.0], [4.0, 16.0], axis=-1, epsilon=0.0).numpy()
        array([[1., 1.]], dtype=float32)

    Reference:
        Ioffe and Szegedy, Batch Normalization, 2015.
    """
    rank = len(shape(x))
    if axis in (-1, rank - 1):
        factor = _ops.rsqrt(_ops.add(variance, epsilon))
        factor = factor if scale is None else _ops.multiply(factor, scale)
        return _ops.normalize_channels(x, mean, factor, _ops.zeros_like(mean) if offset is None else offset)
    others = [i for i in range(rank) if i != axis % rank]

    def along_axis(statistic: TensorLike) -> TensorLike:
        return _ops.expand_dims(statistic, axis=others) if others else statistic

    factor = _ops.rsqrt(_ops.add(variance, epsilon))
    if scale is not None:
        factor = _ops.multiply(factor, scale)
    y = _ops.multiply(_ops.subtract(x, along_axis(mean)), along_axis(factor))
    return y if offset is None else _ops.add(y, along_axis(offset))


def layer_normalization(
    x: TensorLike,
    gamma: TensorLike | None = None,
    beta: TensorLike | None = None,
    axis: int | list[int] | tuple[int, ...] = -1,
    epsilon: float | None = None,
) -> Tensor:
    """Returns `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, with statistics of `x` along `axis`.

    Args:
        x: Float tensor.
        gamma: Scale, of the shape of `x` along `axis`. Defaults to ones.
        beta: Offset, of the shape of `x` along `axis`. Defaults to zeros.
        axis: Axis or axes to normalise over. Defaults to the last.
        epsilon: What is added to the variance. Defaults to 1e-7.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.layer_normalization([[1.0, 3.0]], epsilon=0.0).numpy()
        array([[-1.,  1.]], dtype=float32)

    Reference:
        Ba et al., Layer Normalization, 2016.
    """
    size = shape(x)[-1] if axis in (-1, [-1], (-1,)) else None
    if size:
        gamma = ones(size, dtype(x)) if gamma is None else gamma
        beta = zeros(size, dtype(x)) if beta is None else beta
        return _ops.normalize_rows(x, gamma, beta, epsilon=1e-7 if epsilon is None else epsilon)[0]
    centred = _ops.subtract(x, _ops.mean(x, axis=axis, keepdims=True))
    variance = _ops.mean(_ops.square(centred), axis=axis, keepdims=True)
    y = _ops.multiply(centred, _ops.rsqrt(_ops.add(variance, 1e-7 if epsilon is None else epsilon)))
    rank = len(shape(x))
    axes = {a % rank for a in ((axis,) if isinstance(axis, int) else axis)}
    between = [i for i in range(min(axes), rank) if i not in axes]  # leading axes broadcast by themselves
    if gamma is not None:
        y = _ops.multiply(y, _ops.expand_dims(gamma, axis=[i - rank for i in between]) if between else gamma)
    if beta is not None:
        y = _ops.add(y, _ops.expand_dims(beta, axis=[i - rank for i in between]) if between else beta)
    return y


def rms_normalization(
    x: TensorLike, scale: TensorLike | None = None, axis: Axis = -1, epsilon: float | None = None
) -> Tensor:
    """Returns `x / sqrt(mean(x**2) + epsilon) * scale`, with the mean along `axis`.

    Args:
        x: Float tensor.
        scale: Tensor that broadcasts to `x`. Defaults to ones.
        axis: Axis or axes of the mean. Defaults to the last.
        epsilon: What is added to the mean square. Defaults to 1e-7.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.rms_normalization([[1.0, 7.0]], epsilon=0.0).numpy().round(4)
        array([[0.2, 1.4]], dtype=float32)

    Reference:
        Zhang and Sennrich, Root Mean Square Layer Normalization, 2019.
    """
    square = _ops.mean(_ops.square(x), axis=axis, keepdims=True)
    y = _ops.multiply(x, _ops.rsqrt(_ops.add(square, 1e-7 if epsilon is None else epsilon)))
    return y if scale is None else _ops.multiply(y, scale)
