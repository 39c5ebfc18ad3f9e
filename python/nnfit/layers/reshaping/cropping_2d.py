"""Cropping2D: images without their borders."""

from __future__ import annotations

from typing import Any

from nnfit.layers.data_format import standardize_data_format
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.layers.reshaping.edge_sizes import edges_of, spatial_sizes

__all__ = ["Cropping2D"]


class Cropping2D(Layer):
    """Cuts rows and columns off the borders of images.

    Input `(batch, rows, columns, channels)`, output `(batch, rows - top - bottom, columns - left - right, channels)`.

    Args:
        cropping: Int for all sides; two ints, for top and bottom and for left and right; or
            `((top, bottom), (left, right))`. Defaults to none.
        data_format: `"channels_last"` (the default) or `"channels_first"`, for `(batch, channels, rows, columns)`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For a cropping of another form or a negative one, another data format, or an input of which nothing
            is left.

    Example:
        >>> nnfit.layers.Cropping2D(((1, 0), (2, 2)))(np.ones((1, 4, 6, 3))).shape
        (1, 3, 2, 3)
    """

    def __init__(self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cropping = edges_of(self.name, "cropping", cropping, 2)
        self.data_format = standardize_data_format(data_format, self.name)
        self.input_spec = InputSpec(ndim=4)

    def call(self, inputs: Any) -> Any:
        first = 2 if self.data_format == "channels_first" else 1
        sizes = self.compute_output_shape(inputs.shape)[first : first + 2]
        kept = [slice(low, low + size) for (low, _), size in zip(self.cropping, sizes, strict=True)]
        return inputs[(slice(None),) * first + tuple(kept)]

    def compute_output_shape(self, input_shape: Any) -> Any:
        first = 2 if self.data_format == "channels_first" else 1
        return spatial_sizes(self.name, input_shape, first, [-sum(edges) for edges in self.cropping])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "cropping": self.cropping, "data_format": self.data_format}
