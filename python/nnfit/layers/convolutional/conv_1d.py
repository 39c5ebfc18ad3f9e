"""Conv1D: convolution of series."""

from __future__ import annotations

from nnfit.layers.convolutional.base_conv import BaseConv

__all__ = ["Conv1D"]


class Conv1D(BaseConv):
    """Convolves series with a kernel: `activation(conv(x, kernel) + bias)`.

    Input `(batch, steps, channels)`, or `(batch, channels, steps)` with `data_format="channels_first"`; output
    likewise, with `filters` channels.

    Also called `Convolution1D`.

    Args:
        filters: Positive int, the number of channels of the output.
        kernel_size: Positive int, or a tuple of one: the size of the kernel.
        strides: Positive int, or a tuple of one: how far outputs are apart in the input. Defaults to 1.
        padding: `"valid"` (the default) for none; `"same"` for zeros at both ends, so that there are `ceil(size /
            strides)` outputs along an axis; `"causal"` for zeros before the first step alone, so that no output sees
            later steps.
        data_format: `"channels_last"` (the default) or `"channels_first"`.
        dilation_rate: Positive int, or a tuple of one: how far the inputs of neighbouring kernel elements are apart.
            Defaults to 1.
        groups: Positive int: channels and filters are cut into as many groups, each convolved by itself. Defaults to 1.
        activation: Function, its name, or `None` for none.
        use_bias: Whether there is a bias. Defaults to `True`.
        kernel_initializer: Initializer of the kernel, `(kernel_size, channels / groups, filters)`. Defaults to
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
        >>> nnfit.layers.Conv1D(4, 3, activation="relu")(np.ones((2, 10, 3))).shape
        (2, 8, 4)
    """

    rank = 1
    paddings = ("valid", "same", "causal")
