"""DepthwiseConv2D: convolution of each channel of images by itself."""

from __future__ import annotations

from nnfit.layers.convolutional.base_depthwise_conv import BaseDepthwiseConv

__all__ = ["DepthwiseConv2D"]


class DepthwiseConv2D(BaseDepthwiseConv):
    """Convolves each channel of images with kernels of its own.

    Input `(batch, rows, columns, channels)`, or `(batch, channels, rows, columns)` with `data_format="channels_first"`;
    output likewise, with `channels * depth_multiplier` channels. Channel `i * depth_multiplier + m` of the output is
    channel i of the input convolved with `kernel[..., i, m]`.

    Args:
        kernel_size: Positive int, or two for rows and columns: the size of the kernel.
        strides: Positive int, or two for rows and columns: how far outputs are apart in the input. Defaults to 1.
        padding: `"valid"` (the default) for none; `"same"` for zeros at both ends, so that there are `ceil(size /
            strides)` outputs along an axis.
        depth_multiplier: Positive int: how many outputs there are for each channel. Defaults to 1.
        data_format: `"channels_last"` (the default) or `"channels_first"`.
        dilation_rate: Positive int, or two for rows and columns: how far the inputs of neighbouring kernel elements are
            apart. Defaults to 1.
        activation: Function, its name, or `None` for none.
        use_bias: Whether there is a bias. Defaults to `True`.
        depthwise_initializer: Initializer of the kernel, `(rows, columns, channels, depth_multiplier)`. Defaults to
            `"glorot_uniform"`.
        bias_initializer: Initializer of the bias. Defaults to `"zeros"`.
        depthwise_regularizer: Regularizer of the kernel, or `None`.
        bias_regularizer: Regularizer of the bias, or `None`.
        activity_regularizer: Regularizer of the output, or `None`.
        depthwise_constraint: Constraint of the kernel, or `None`.
        bias_constraint: Constraint of the bias, or `None`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For sizes that are not positive ints, another padding or data format, or an input that does not fit.

    Example:
        >>> nnfit.layers.DepthwiseConv2D(3)(np.ones((2, 9, 9, 3))).shape
        (2, 7, 7, 3)

    Reference:
        Howard et al., MobileNets, 2017.
    """

    rank = 2
