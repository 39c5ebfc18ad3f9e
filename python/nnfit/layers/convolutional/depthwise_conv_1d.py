"""DepthwiseConv1D: convolution of each channel of series by itself."""

from __future__ import annotations

from nnfit.layers.convolutional.base_depthwise_conv import BaseDepthwiseConv

__all__ = ["DepthwiseConv1D"]


class DepthwiseConv1D(BaseDepthwiseConv):
    """Convolves each channel of series with kernels of its own.

    Input `(batch, steps, channels)`, or `(batch, channels, steps)` with `data_format="channels_first"`; output
    likewise, with `channels * depth_multiplier` channels. Channel `i * depth_multiplier + m` of the output is channel i
    of the input convolved with `kernel[..., i, m]`.

    Args:
        kernel_size: Positive int, or a tuple of one: the size of the kernel.
        strides: Positive int, or a tuple of one: how far outputs are apart in the input. Defaults to 1.
        padding: `"valid"` (the default) for none; `"same"` for zeros at both ends, so that there are `ceil(size /
            strides)` outputs along an axis; `"causal"` for zeros before the first step alone, so that no output sees
            later steps.
        depth_multiplier: Positive int: how many outputs there are for each channel. Defaults to 1.
        data_format: `"channels_last"` (the default) or `"channels_first"`.
        dilation_rate: Positive int, or a tuple of one: how far the inputs of neighbouring kernel elements are apart.
            Defaults to 1.
        activation: Function, its name, or `None` for none.
        use_bias: Whether there is a bias. Defaults to `True`.
        depthwise_initializer: Initializer of the kernel, `(kernel_size, channels, depth_multiplier)`. Defaults to
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
        >>> nnfit.layers.DepthwiseConv1D(3, depth_multiplier=2)(np.ones((2, 10, 3))).shape
        (2, 8, 6)

    Reference:
        Howard et al., MobileNets, 2017.
    """

    rank = 1
    paddings = ("valid", "same", "causal")
