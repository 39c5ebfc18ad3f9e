"""Conv1DTranspose: transposed convolution of series."""

from __future__ import annotations

from nnfit.layers.convolutional.base_conv_transpose import BaseConvTranspose

__all__ = ["Conv1DTranspose"]


class Conv1DTranspose(BaseConvTranspose):
    """Convolves series backwards: as the gradient of a convolution goes to its input.

    Input `(batch, steps, channels)`, or `(batch, channels, steps)` with `data_format="channels_first"`; output
    likewise, with `filters` channels.

    Along an axis of n elements there are `(n - 1) * strides + max(kernel_size, strides)` outputs with padding `"valid"`
    and `n * strides` with `"same"`; with `output_padding`, `(n - 1) * strides + kernel_size + output_padding` and `(n -
    1) * strides + kernel_size % 2 + output_padding`.

    Also called `Convolution1DTranspose`.

    Args:
        filters: Positive int, the number of channels of the output.
        kernel_size: Positive int, or a tuple of one: the size of the kernel.
        strides: Positive int, or a tuple of one: how far the outputs of neighbouring inputs are apart. Defaults to 1.
        padding: `"valid"` (the default) or `"same"`.
        output_padding: Int less than `strides`, or one for each axis; `None` for the sizes above.
        data_format: `"channels_last"` (the default) or `"channels_first"`.
        dilation_rate: Positive int, or a tuple of one: how far the outputs of neighbouring kernel elements are apart.
            Defaults to 1.
        activation: Function, its name, or `None` for none.
        use_bias: Whether there is a bias. Defaults to `True`.
        kernel_initializer: Initializer of the kernel, `(kernel_size, filters, channels)`. Defaults to
            `"glorot_uniform"`.
        bias_initializer: Initializer of the bias, `(filters,)`. Defaults to `"zeros"`.
        kernel_regularizer: Regularizer of the kernel, or `None`.
        bias_regularizer: Regularizer of the bias, or `None`.
        activity_regularizer: Regularizer of the output, or `None`.
        kernel_constraint: Constraint of the kernel, or `None`.
        bias_constraint: Constraint of the bias, or `None`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For sizes that are not positive ints, another padding or data format, or an output_padding that is
            too large.

    Example:
        >>> nnfit.layers.Conv1DTranspose(4, 3, strides=2)(np.ones((2, 10, 3))).shape
        (2, 21, 4)

    Reference:
        Zeiler et al., Deconvolutional Networks, 2010.
    """

    rank = 1
