"""BaseConv: what Conv1D and Conv2D have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core, constraints, initializers, regularizers
from nnfit.layers.convolutional.base_convolution import BaseConvolution

__all__ = ["BaseConv"]

_conv = _core.ops.conv


class BaseConv(BaseConvolution):
    """Base of the convolutions that mix channels, in groups if there are several.

    A subclass defines `rank`, the number of spatial axes. The arguments are described there.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | Sequence[int] = 1,
        groups: int = 1,
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
        self.groups = self.positive("groups", groups)
        if self.filters % self.groups:
            raise ValueError(
                f"[{self.name}] expected filters to be a multiple of groups; got filters={filters} and groups={groups}."
            )
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)

    def build(self, input_shape: Any) -> None:
        channels = self.channels_of(input_shape)
        if channels % self.groups:
            raise ValueError(
                f"[{self.name}] expected a number of channels that is a multiple of groups={self.groups}; got input "
                f"{tuple(input_shape)}."
            )
        self.kernel = self.add_weight(
            (*self.kernel_size, channels // self.groups, self.filters),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.add_bias(self.filters)

    def convolve(self, x: Any, activation: str | None) -> Any:
        return _conv(
            x,
            self.kernel,
            self.bias,
            strides=self.strides,
            padding=self.padding,
            dilation=self.dilation_rate,
            groups=self.groups,
            activation=activation,
        )

    def output_channels(self, channels: int | None) -> int:
        return self.filters

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "groups": self.groups,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
        }
