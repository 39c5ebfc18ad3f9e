"""ZeroPadding1D: zeros before and after series."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.data_format import standardize_data_format
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.layers.reshaping.edge_sizes import edges_of, spatial_sizes

__all__ = ["ZeroPadding1D"]


class ZeroPadding1D(Layer):
    """Puts steps of zeros before and after series.

    Input `(batch, steps, channels)`, output `(batch, before + steps + after, channels)`.

    Args:
        padding: Int, or a pair: how many steps to put before and after. Defaults to 1.
        data_format: `"channels_last"` (the default) or `"channels_first"`, for `(batch, channels, steps)`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For a negative padding, or another data format.

    Example:
        >>> nnfit.layers.ZeroPadding1D((1, 2))(np.ones((1, 2, 1))).numpy().ravel()
        array([0., 1., 1., 0., 0.], dtype=float32)
    """

    def __init__(self, padding: Any = 1, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = edges_of(self.name, "padding", padding, 1)[0]
        self.data_format = standardize_data_format(data_format, self.name)
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Any) -> Any:
        first = self.data_format == "channels_first"
        return ops.pad(inputs, ((0, 0), (0, 0), self.padding) if first else ((0, 0), self.padding, (0, 0)))

    def compute_output_shape(self, input_shape: Any) -> Any:
        first = 2 if self.data_format == "channels_first" else 1
        return spatial_sizes(self.name, input_shape, first, [sum(self.padding)])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "padding": self.padding, "data_format": self.data_format}
