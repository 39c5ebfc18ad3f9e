"""BaseDepthwiseConv: what DepthwiseConv1D and DepthwiseConv2D have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core, constraints, initializers, regularizers
from nnfit.layers.convolutional.base_convolution import BaseConvolution

__all__ = ["BaseDepthwiseConv"]

_ops = _core.ops


class BaseDepthwiseConv(BaseConvolution):
    """Base of the convolutions of each channel by itself.

    A subclass defines `rank`, the number of spatial axes. The arguments are described there.
    """

    def __init__(
        self,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            use_bias=use_bias,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            bias_constraint=bias_constraint,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.depth_multiplier = self.positive("depth_multiplier", depth_multiplier)
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.depthwise_constraint = constraints.get(depthwise_constraint)

    def build(self, input_shape: Any) -> None:
        channels = self.channels_of(input_shape)
        self.kernel = self.add_weight(
            (*self.kernel_size, channels, self.depth_multiplier),
            self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
            name="kernel",
        )
        self.add_bias(channels * self.depth_multiplier)

    def convolve(self, x: Any, activation: str | None) -> Any:
        return self.convolve_channels(x, self.kernel, self.bias, activation)

    def convolve_channels(self, x: Any, kernel: Any, bias: Any, activation: str | None) -> Any:
        """Returns the convolution of each channel of `x` with its own kernels, `kernel[..., channel, :]`."""
        channels = kernel.shape[-2]
        grouped = _ops.reshape(kernel, newshape=(*self.kernel_size, 1, channels * self.depth_multiplier))
        return _ops.conv(
            x,
            grouped,
            bias,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
            groups=channels,
            activation=activation,
        )

    def output_channels(self, channels: int | None) -> int | None:
        return None if channels is None else channels * self.depth_multiplier

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "depth_multiplier": self.depth_multiplier,
            "depthwise_initializer": initializers.serialize(self.depthwise_initializer),
            "depthwise_regularizer": regularizers.serialize(self.depthwise_regularizer),
            "depthwise_constraint": constraints.serialize(self.depthwise_constraint),
        }
