"""BaseGlobalPooling: what the layers that pool all steps or pixels have in common."""

from __future__ import annotations

from typing import Any

from nnfit.layers.data_format import standardize_data_format
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.layers.window_sizes import spatial_output_shape

__all__ = ["BaseGlobalPooling"]


class BaseGlobalPooling(Layer):
    """Base of layers that take one value of each channel.

    Args:
        axes: How many spatial axes there are.
        data_format: `"channels_last"`, `"channels_first"`, or `None` for the first.
        keepdims: Whether the spatial axes stay, with size 1.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For another data format.
    """

    def __init__(self, axes: int, data_format: str | None, keepdims: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format, self.name)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=axes + 2)
        self._spatial_axes = tuple(range(2, axes + 2) if self.data_format == "channels_first" else range(1, axes + 1))

    def compute_output_shape(self, input_shape: Any) -> Any:
        spatial = [1] * len(self._spatial_axes) if self.keepdims else []
        channels = input_shape[1 if self.data_format == "channels_first" else -1]
        return spatial_output_shape(input_shape, spatial, channels, self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_format": self.data_format, "keepdims": self.keepdims}
