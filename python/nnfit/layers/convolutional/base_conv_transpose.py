"""BaseConvTranspose: what Conv1DTranspose and Conv2DTranspose have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core, constraints, initializers, regularizers
from nnfit.layers.convolutional.base_convolution import BaseConvolution
from nnfit.ops.spatial import per_axis

__all__ = ["BaseConvTranspose"]

_conv_transpose = _core.ops.conv_transpose


class BaseConvTranspose(BaseConvolution):
    """Base of the transposed convolutions.

    A subclass defines `rank`, the number of spatial axes. The arguments are described there.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        output_padding: int | Sequence[int] | None = None,
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
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
        self.filters = self.positive("filters", filters)
        self.output_padding = (
            None if output_padding is None else per_axis(self.name, "output_padding", output_padding, self.rank, 0)
        )
        if any(more >= stride for more, stride in zip(self.output_padding or (), self.strides, strict=False)):
            raise ValueError(
                f"[{self.name}] expected output_padding to be less than strides={self.strides}; got {output_padding!r}."
            )
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)

    def build(self, input_shape: Any) -> None:
        self.kernel = self.add_weight(
            (*self.kernel_size, self.filters, self.channels_of(input_shape)),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.add_bias(self.filters)

    def convolve(self, x: Any, activation: str | None) -> Any:
        return _conv_transpose(
            x,
            self.kernel,
            self.bias,
            strides=self.strides,
            padding=self.padding,
            output_padding=self.output_padding,
            dilation=self.dilation_rate,
            activation=activation,
        )

    def output_channels(self, channels: int | None) -> int:
        return self.filters

    def output_size(self, size: int | None, axis: int) -> int | None:
        if size is None:
            return None
        reach = (self.kernel_size[axis] - 1) * self.dilation_rate[axis] + 1
        stride = self.strides[axis]
        if self.output_padding is None:
            return size * stride if self.padding == "same" else (size - 1) * stride + max(reach, stride)
        inner = reach % 2 if self.padding == "same" else reach
        return (size - 1) * stride + inner + self.output_padding[axis]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "output_padding": self.output_padding,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
        }
