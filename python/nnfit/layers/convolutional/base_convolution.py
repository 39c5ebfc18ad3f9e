"""BaseConvolution: what all convolutional layers have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import activations, constraints, initializers, regularizers
from nnfit.layers.data_format import standardize_data_format
from nnfit.layers.fused_activation import split_activation
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.layers.window_sizes import checked_padding, spatial_output_shape, windows_along
from nnfit.ops.spatial import channels_to_last, channels_to_second, per_axis
from nnfit.variable import Variable

__all__ = ["BaseConvolution"]


class BaseConvolution(Layer):
    """Base of layers that slide kernels over the spatial axes, then add a bias and apply an activation.

    A subclass defines `rank`, `build`, `convolve` and `output_channels`.

    Args:
        kernel_size: Int, or one for each spatial axis.
        strides: Likewise.
        padding: One of `paddings`.
        data_format: `"channels_last"`, `"channels_first"`, or `None` for the first.
        dilation_rate: Int, or one for each spatial axis.
        activation: Function, its name, or `None`.
        use_bias: Whether there is a bias.
        bias_initializer: Initializer of the bias.
        bias_regularizer: Regularizer of the bias, or `None`.
        bias_constraint: Constraint of the bias, or `None`.
        **kwargs: `name`, `trainable`, `dtype`, `activity_regularizer` of `Layer`.

    Raises:
        ValueError: For sizes that are not positive ints, and for another padding or data format.
    """

    rank: int  # how many spatial axes there are
    paddings: tuple[str, ...] = ("valid", "same")

    def __init__(
        self,
        *,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int],
        padding: str,
        data_format: str | None,
        dilation_rate: int | Sequence[int],
        activation: Any,
        use_bias: bool,
        bias_initializer: Any,
        bias_regularizer: Any,
        bias_constraint: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.kernel_size = per_axis(self.name, "kernel_size", kernel_size, self.rank)
        self.strides = per_axis(self.name, "strides", strides, self.rank)
        self.dilation_rate = per_axis(self.name, "dilation_rate", dilation_rate, self.rank)
        self.padding = checked_padding(self.name, padding, *self.paddings)
        self.data_format = standardize_data_format(data_format, self.name)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.bias_initializer = initializers.get(bias_initializer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.bias_constraint = constraints.get(bias_constraint)
        self.bias: Variable | None = None
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def positive(self, name: str, value: Any) -> int:
        """Returns an argument as an int, or raises a ValueError unless it is a positive one."""
        return per_axis(self.name, name, value, 1)[0]

    def channels_of(self, input_shape: Sequence[int | None]) -> int:
        """Returns the number of channels of the input, which `input_spec` holds from now on."""
        axis = 1 if self.data_format == "channels_first" else -1
        channels = input_shape[axis]
        if channels is None:
            raise ValueError(
                f"[{self.name}] expected an input whose axis of channels, {axis}, has a known size; got "
                f"{tuple(input_shape)}. Give the `Input` that size."
            )
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        return channels

    def add_bias(self, channels: int) -> None:
        """Makes the bias if there is to be one."""
        if self.use_bias:
            self.bias = self.add_weight(
                (channels,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )

    def convolve(self, x: Any, activation: str | None) -> Any:
        """Returns the convolution with bias and an activation that the op knows; `x` has its channels last."""
        raise NotImplementedError(f"[{self.name}] {type(self).__name__} needs a `convolve` method; define one.")

    def output_channels(self, channels: int | None) -> int | None:
        """Returns how many channels come out for those that go in."""
        raise NotImplementedError(f"[{self.name}] {type(self).__name__} needs an `output_channels` method; define one.")

    def call(self, inputs: Any) -> Any:
        fused, left = split_activation(self.activation)
        if self.data_format == "channels_first":
            rank = self.rank + 2
            y = channels_to_second(self.convolve(channels_to_last(inputs, rank), fused), rank)
        else:
            y = self.convolve(inputs, fused)
        return y if left is None else left(y)

    def output_size(self, size: int | None, axis: int) -> int | None:
        """Returns the size of a spatial axis, counted from 0, of the output."""
        window, stride, dilation = self.kernel_size[axis], self.strides[axis], self.dilation_rate[axis]
        return windows_along(self.name, size, window, stride, self.padding, dilation)

    def compute_output_shape(self, input_shape: Any) -> Any:
        first = self.data_format == "channels_first"
        sizes = input_shape[2:] if first else input_shape[1:-1]
        spatial = [self.output_size(size, axis) for axis, size in enumerate(sizes)]
        channels = self.output_channels(input_shape[1 if first else -1])
        return spatial_output_shape(input_shape, spatial, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }
