"""SeparableConv1D: convolution of series, first along their axes and then across channels."""

from __future__ import annotations

from nnfit.layers.convolutional.base_separable_conv import BaseSeparableConv

__all__ = ["SeparableConv1D"]


class SeparableConv1D(BaseSeparableConv):
    """Convolves each channel of series by itself, then mixes the channels of each step.

    Input `(batch, steps, channels)`, or `(batch, channels, steps)` with `data_format="channels_first"`; output
    likewise, with `filters` channels.

    Also called `SeparableConvolution1D`.

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
        depth_multiplier: Positive int: how many channels the first part makes of each. Defaults to 1.
        activation: Function, its name, or `None` for none.
        use_bias: Whether there is a bias. Defaults to `True`.
        depthwise_initializer: Initializer of the first kernel, `(kernel_size, channels, depth_multiplier)`. Defaults to
            `"glorot_uniform"`.
        pointwise_initializer: Initializer of the second kernel, `(1, channels * depth_multiplier, filters)`. Defaults
            to `"glorot_uniform"`.
        bias_initializer: Initializer of the bias, `(filters,)`. Defaults to `"zeros"`.
        depthwise_regularizer: Regularizer of the first kernel, or `None`.
        pointwise_regularizer: Regularizer of the second kernel, or `None`.
        bias_regularizer: Regularizer of the bias, or `None`.
        activity_regularizer: Regularizer of the output, or `None`.
        depthwise_constraint: Constraint of the first kernel, or `None`.
        pointwise_constraint: Constraint of the second kernel, or `None`.
        bias_constraint: Constraint of the bias, or `None`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For sizes that are not positive ints, another padding or data format, or an input that does not fit.

    Example:
        >>> nnfit.layers.SeparableConv1D(4, 3)(np.ones((2, 10, 3))).shape
        (2, 8, 4)

    Reference:
        Chollet, Xception: Deep Learning with Depthwise Separable Convolutions, 2017.
    """

    rank = 1
    paddings = ("valid", "same", "causal")
