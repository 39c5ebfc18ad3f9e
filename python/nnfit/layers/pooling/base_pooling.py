"""BasePooling: what the layers that pool windows have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nnfit.layers.data_format import standardize_data_format
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.layers.window_sizes import checked_padding, spatial_output_shape, windows_along
from nnfit.ops.spatial import per_axis

__all__ = ["BasePooling"]


class BasePooling(Layer):
    """Base of layers that take one value of each window that slides over the spatial axes.

    Args:
        pool: The op, such as `ops.max_pool`.
        axes: How many spatial axes there are.
        pool_size: Int, or one for each spatial axis: the size of the windows.
        strides: Int, or one for each: how far windows are apart. `None` for `pool_size`.
        padding: `"valid"` or `"same"`.
        data_format: `"channels_last"`, `"channels_first"`, or `None` for the first.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For sizes that are not positive ints, and for another padding or data format.
    """

    def __init__(
        self,
        pool: Callable[..., Any],
        axes: int,
        pool_size: int | Sequence[int],
        strides: int | Sequence[int] | None,
        padding: str,
        data_format: str | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._pool = pool
        self.pool_size = per_axis(self.name, "pool_size", pool_size, axes)
        self.strides = self.pool_size if strides is None else per_axis(self.name, "strides", strides, axes)
        self.padding = checked_padding(self.name, padding, "valid", "same")
        self.data_format = standardize_data_format(data_format, self.name)
        self.input_spec = InputSpec(ndim=axes + 2)

    def call(self, inputs: Any) -> Any:
        return self._pool(inputs, self.pool_size, self.strides, self.padding, self.data_format)

    def compute_output_shape(self, input_shape: Any) -> Any:
        first = self.data_format == "channels_first"
        sizes = input_shape[2:] if first else input_shape[1:-1]
        spatial = [
            windows_along(self.name, size, window, stride, self.padding)
            for size, window, stride in zip(sizes, self.pool_size, self.strides, strict=True)
        ]
        return spatial_output_shape(input_shape, spatial, input_shape[1 if first else -1], self.data_format)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "pool_size": self.pool_size,
            "padding": self.padding,
            "strides": self.strides,
            "data_format": self.data_format,
        }
