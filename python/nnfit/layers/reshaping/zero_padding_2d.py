"""ZeroPadding2D: zeros around images."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.data_format import standardize_data_format
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.layers.reshaping.edge_sizes import edges_of, spatial_sizes

__all__ = ["ZeroPadding2D"]


class ZeroPadding2D(Layer):
    """Puts rows and columns of zeros around images.

    Input `(batch, rows, columns, channels)`, output `(batch, top + rows + bottom, left + columns + right, channels)`.

    Args:
        padding: Int for all sides; two ints, for top and bottom and for left and right; or
            `((top, bottom), (left, right))`. Defaults to 1.
        data_format: `"channels_last"` (the default) or `"channels_first"`, for `(batch, channels, rows, columns)`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For a padding of another form or a negative one, or another data format.

    Example:
        >>> nnfit.layers.ZeroPadding2D(((1, 0), (2, 2)))(np.ones((1, 2, 3, 1))).shape
        (1, 3, 7, 1)
    """

    def __init__(self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = edges_of(self.name, "padding", padding, 2)
        self.data_format = standardize_data_format(data_format, self.name)
        self.input_spec = InputSpec(ndim=4)

    def call(self, inputs: Any) -> Any:
        first = self.data_format == "channels_first"
        return ops.pad(inputs, ((0, 0), (0, 0), *self.padding) if first else ((0, 0), *self.padding, (0, 0)))

    def compute_output_shape(self, input_shape: Any) -> Any:
        first = 2 if self.data_format == "channels_first" else 1
        return spatial_sizes(self.name, input_shape, first, [sum(edges) for edges in self.padding])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding, "data_format": self.data_format}
