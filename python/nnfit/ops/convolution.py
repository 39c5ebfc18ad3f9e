"""Convolutions over one or two spatial axes."""

from __future__ import annotations

from collections.abc import Sequence

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike
from nnfit.ops.core import convert_to_tensor
from nnfit.ops.spatial import channels_to_last, channels_to_second, is_channels_first

_ops = _core.ops


def conv(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Returns the convolution of one- or two-dimensional images with a kernel.

    `y[n, p, q, o] = sum(x[n, p * strides + s * dilation_rate, q * strides + t * dilation_rate, i] * kernel[s, t, i, o]
    for s, t, i)`, as deep learning defines it: the kernel is not flipped. Where the kernel has fewer input channels
    than the images, these are divided into as many groups, and so are the filters.

    Args:
        inputs: Float tensor of shape `(batch, steps, channels)` or `(batch, rows, columns, channels)`; with
            `"channels_first"` the channels come second.
        kernel: Float tensor of shape `(size, channels / groups, filters)` or `(rows, columns, channels / groups,
            filters)`.
        strides: Int, or one for each spatial axis. Defaults to 1.
        padding: `"valid"` for none; `"same"` for zeros on either side, so that there are `ceil(size / stride)`
            results along each axis, the odd zero at the end; `"causal"` (one spatial axis) for zeros before the first
            step alone. Defaults to `"valid"`.
        data_format: `"channels_last"` or `"channels_first"`, or `None` for `"channels_last"`.
        dilation_rate: Int, or one for each spatial axis: how far apart the inputs of neighbouring kernel elements are.
            Defaults to 1.

    Returns:
        A tensor of shape `(batch, steps, filters)` or `(batch, rows, columns, filters)`, or with the filters second.

    Raises:
        ValueError: If the shapes do not fit, or an image is smaller than the kernel with `"valid"` padding.

    Example:
        >>> nnfit.ops.conv(np.ones((1, 5, 1)), np.ones((3, 1, 1)), padding="same").numpy().ravel()
        array([2., 3., 3., 3., 2.])
    """
    x, kernel = convert_to_tensor(inputs), convert_to_tensor(kernel)
    x, channels_first = _channels_last("conv", x, data_format)
    channels, taken = x.shape[-1], kernel.shape[-2] if kernel.ndim > 1 else 1
    groups = channels // taken if taken and channels and channels % taken == 0 else 1
    y = _ops.conv(x, kernel, strides=strides, padding=padding, dilation=dilation_rate, groups=groups)
    return channels_to_second(y, y.ndim) if channels_first else y


def conv_transpose(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    output_padding: int | Sequence[int] | None = None,
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Returns the transposed convolution: the gradient of `conv` with respect to its inputs, taken at `inputs`.

    Along an axis of `n` elements the result has `(n - 1) * stride + max(size, stride)` with `"valid"` and `n * stride`
    with `"same"` padding, `size` being that of the dilated kernel; with `output_padding`, `(n - 1) * stride + size +
    output_padding` and `(n - 1) * stride + size % 2 + output_padding`.

    Args:
        inputs: Float tensor of shape `(batch, steps, channels)` or `(batch, rows, columns, channels)`; with
            `"channels_first"` the channels come second.
        kernel: Float tensor of shape `(size, filters, channels)` or `(rows, columns, filters, channels)`.
        strides: Int, or one for each spatial axis: how far apart the results of neighbouring inputs are. Defaults to 1.
        padding: `"valid"` or `"same"`. Defaults to `"valid"`.
        output_padding: Int, or one for each spatial axis; `None` gives the sizes above.
        data_format: `"channels_last"` or `"channels_first"`, or `None` for `"channels_last"`.
        dilation_rate: Int, or one for each spatial axis. Defaults to 1.

    Returns:
        A tensor of shape `(batch, steps, filters)` or `(batch, rows, columns, filters)`, or with the filters second.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> nnfit.ops.conv_transpose(np.ones((1, 2, 1)), np.ones((3, 1, 1)), strides=2).numpy().ravel()
        array([1., 1., 2., 1., 1.])
    """
    x, channels_first = _channels_last("conv_transpose", convert_to_tensor(inputs), data_format)
    y = _ops.conv_transpose(
        x, kernel, strides=strides, padding=padding, output_padding=output_padding, dilation=dilation_rate
    )
    return channels_to_second(y, y.ndim) if channels_first else y


def depthwise_conv(
    inputs: TensorLike,
    kernel: TensorLike,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Returns the convolution of each channel with kernels of its own.

    Result channel `i * multiplier + m` is channel `i` convolved with `kernel[..., i, m]`.

    Args:
        inputs: Float tensor of shape `(batch, steps, channels)` or `(batch, rows, columns, channels)`; with
            `"channels_first"` the channels come second.
        kernel: Float tensor of shape `(size, channels, multiplier)` or `(rows, columns, channels, multiplier)`.
        strides: Int, or one for each spatial axis. Defaults to 1.
        padding: `"valid"`, `"same"`, or `"causal"` (one spatial axis), as in `conv`. Defaults to `"valid"`.
        data_format: `"channels_last"` or `"channels_first"`, or `None` for `"channels_last"`.
        dilation_rate: Int, or one for each spatial axis. Defaults to 1.

    Returns:
        A tensor of shape `(batch, …, channels * multiplier)`, or with the channels second.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> nnfit.ops.depthwise_conv(np.ones((1, 4, 2)), np.array([[[1.0], [2.0]]] * 2)).numpy()[0, 0]
        array([2., 4.])
    """
    x, channels_first = _channels_last("depthwise_conv", convert_to_tensor(inputs), data_format)
    kernel = convert_to_tensor(kernel)
    channels = x.shape[-1]
    if kernel.ndim != x.ndim or kernel.shape[-2] != channels:
        raise ValueError(
            f"[depthwise_conv] expected a kernel (…, {channels}, multiplier) with the channels and as many axes as "
            f"inputs {x.shape}; got {kernel.shape}."
        )
    kernel = _ops.reshape(kernel, newshape=[*kernel.shape[:-2], 1, channels * kernel.shape[-1]])
    y = _ops.conv(x, kernel, strides=strides, padding=padding, dilation=dilation_rate, groups=channels)
    return channels_to_second(y, y.ndim) if channels_first else y


def separable_conv(
    inputs: TensorLike,
    depthwise_kernel: TensorLike,
    pointwise_kernel: TensorLike,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Returns `depthwise_conv`, then a convolution of single pixels that mixes its channels.

    Args:
        inputs: Float tensor of shape `(batch, steps, channels)` or `(batch, rows, columns, channels)`; with
            `"channels_first"` the channels come second.
        depthwise_kernel: Float tensor of shape `(size, channels, multiplier)` or `(rows, columns, channels,
            multiplier)`.
        pointwise_kernel: Float tensor of shape `(1, channels * multiplier, filters)` or `(1, 1, channels * multiplier,
            filters)`.
        strides: Int, or one for each spatial axis, of the depthwise part. Defaults to 1.
        padding: `"valid"`, `"same"`, or `"causal"` (one spatial axis), as in `conv`. Defaults to `"valid"`.
        data_format: `"channels_last"` or `"channels_first"`, or `None` for `"channels_last"`.
        dilation_rate: Int, or one for each spatial axis, of the depthwise part. Defaults to 1.

    Returns:
        A tensor of shape `(batch, …, filters)`, or with the filters second.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> nnfit.ops.separable_conv(np.ones((1, 4, 2)), np.ones((2, 2, 1)), np.ones((1, 2, 3))).shape
        (1, 3, 3)
    """
    x, channels_first = _channels_last("separable_conv", convert_to_tensor(inputs), data_format)
    y = conv(depthwise_conv(x, depthwise_kernel, strides, padding, None, dilation_rate), pointwise_kernel)
    return channels_to_second(y, y.ndim) if channels_first else y


def _channels_last(op: str, x: Tensor, data_format: str | None) -> tuple[Tensor, bool]:
    """`x` with its channels last, and whether they came second."""
    if not is_channels_first(op, data_format):
        return x, False
    if x.ndim < 3:
        raise ValueError(f"[{op}] expected inputs (batch, channels, …) with a spatial axis; got {x.shape}.")
    return channels_to_last(x, x.ndim), True
