"""Conv2D: convolution of images."""

from __future__ import annotations

from nnfit.layers.convolutional.base_conv import BaseConv

__all__ = ["Conv2D"]


class Conv2D(BaseConv):
    """Convolves images with a kernel: `activation(conv(x, kernel) + bias)`.

    Input `(batch, rows, columns, channels)`, or `(batch, channels, rows, columns)` with `data_format="channels_first"`;
    output likewise, with `filters` channels.

    Also called `Convolution2D`.

    Args:
        filters: Positive int, the number of channels of the output.
        kernel_size: Positive int, or two for rows and columns: the size of the kernel.
        strides: Positive int, or two for rows and columns: how far outputs are apart in the input. Defaults to 1.
        padding: `"valid"` (the default) for none; `"same"` for zeros at both ends, so that there are `ceil(size /
            strides)` outputs along an axis.
        data_format: `"channels_last"` (the default) or `"channels_first"`.
        dilation_rate: Positive int, or two for rows and columns: how far the inputs of neighbouring kernel elements are
            apart. Defaults to 1.
        groups: Positive int: channels and filters are cut into as many groups, each convolved by itself. Defaults to 1.
        activation: Function, its name, or `None` for none.
        use_bias: Whether there is a bias. Defaults to `True`.
        kernel_initializer: Initializer of the kernel, `(rows, columns, channels / groups, filters)`. Defaults to
            `"glorot_uniform"`.
        bias_initializer: Initializer of the bias, `(filters,)`. Defaults to `"zeros"`.
        kernel_regularizer: Regularizer of the kernel, or `None`.
        bias_regularizer: Regularizer of the bias, or `None`.
        activity_regularizer: Regularizer of the output, or `None`.
        kernel_constraint: Constraint of the kernel, or `None`.
        bias_constraint: Constraint of the bias, or `None`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For sizes that are not positive ints, another padding or data format, groups that do not divide
            filters or channels, or an input that does not fit.

    Example:
        >>> nnfit.layers.Conv2D(4, 3, strides=2, padding="same")(np.ones((2, 9, 9, 3))).shape
        (2, 5, 5, 4)
    """

    rank = 2
