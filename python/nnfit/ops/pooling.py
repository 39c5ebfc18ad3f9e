"""Pooling over windows of series and images."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike
from nnfit.ops.core import shape
from nnfit.ops.spatial import channels_to_last, channels_to_second, is_channels_first, per_axis

_ops = _core.ops


def _pooled(
    name: str,
    op: Callable[..., Tensor],
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None,
    padding: str,
    data_format: str | None,
) -> Tensor:
    rank = len(shape(inputs))
    if rank not in (3, 4):
        raise ValueError(
            f"[{name}] expected inputs of 3 axes (batch, steps, channels) or 4 (batch, rows, columns, channels); got "
            f"shape {shape(inputs)}."
        )
    size = per_axis(name, "pool_size", pool_size, rank - 2)
    step = size if strides is None else per_axis(name, "strides", strides, rank - 2)
    first = is_channels_first(name, data_format)
    x = channels_to_last(inputs, rank) if first else inputs
    y = op(x, pool_size=size, strides=step, padding=padding)
    return channels_to_second(y, rank) if first else y


def max_pool(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Returns the largest element of each window that slides over the spatial axes.

    Padding is never larger than an element: windows end where the inputs do. NaN counts as the largest. The gradient
    goes to the element that was chosen, of equal ones to the first in row-major order.

    Args:
        inputs: Tensor `(batch, steps, channels)` or `(batch, rows, columns, channels)`; integers become floats.
        pool_size: Size of the windows, an int or one for each spatial axis.
        strides: How far windows are apart, likewise. Defaults to `pool_size`.
        padding: `"valid"` (the default): windows that lie within the inputs, `(size - pool_size) // strides + 1` along
            an axis; or `"same"`: `ceil(size / strides)` of them, reaching beyond both ends alike.
        data_format: `"channels_last"` (the default) or `"channels_first"`.

    Returns:
        A float tensor of the rank of `inputs`.

    Raises:
        ValueError: For a rank other than 3 and 4, sizes that are not positive, or a window that does not fit.

    Example:
        >>> nnfit.ops.max_pool(np.float32([1, 3, 2, 0, 5]).reshape(1, 5, 1), 2, padding="same").numpy().ravel()
        array([3., 2., 5.], dtype=float32)
    """
    return _pooled("max_pool", _ops.max_pool, inputs, pool_size, strides, padding, data_format)


def average_pool(
    inputs: TensorLike,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Returns the mean of each window that slides over the spatial axes, padding not counted.

    Args:
        inputs: Tensor `(batch, steps, channels)` or `(batch, rows, columns, channels)`; integers become floats.
        pool_size: Size of the windows, an int or one for each spatial axis.
        strides: How far windows are apart, likewise. Defaults to `pool_size`.
        padding: `"valid"` (the default): windows that lie within the inputs, `(size - pool_size) // strides + 1` along
            an axis; or `"same"`: `ceil(size / strides)` of them, reaching beyond both ends alike.
        data_format: `"channels_last"` (the default) or `"channels_first"`.

    Returns:
        A float tensor of the rank of `inputs`.

    Raises:
        ValueError: For a rank other than 3 and 4, sizes that are not positive, or a window that does not fit.

    Example:
        >>> nnfit.ops.average_pool(np.float32([1, 3, 2, 0, 5]).reshape(1, 5, 1), 2, padding="same").numpy().ravel()
        array([2., 1., 5.], dtype=float32)
    """
    return _pooled("average_pool", _ops.average_pool, inputs, pool_size, strides, padding, data_format)
