"""Cropping1D: series without their ends."""

from __future__ import annotations

from typing import Any

from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.layers.reshaping.edge_sizes import edges_of, spatial_sizes

__all__ = ["Cropping1D"]


class Cropping1D(Layer):
    """Cuts steps off both ends of series.

    Input `(batch, steps, channels)`, output `(batch, steps - before - after, channels)`.

    Args:
        cropping: Int, or a pair: how many steps to cut off at the start and at the end. Defaults to 1.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For a negative cropping, or an input of which nothing is left.

    Example:
        >>> nnfit.layers.Cropping1D((1, 2))(np.arange(5.0).reshape(1, 5, 1)).numpy().ravel()
        array([1., 2.], dtype=float32)
    """

    def __init__(self, cropping: Any = (1, 1), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cropping = edges_of(self.name, "cropping", cropping, 1)[0]
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Any) -> Any:
        steps = self.compute_output_shape(inputs.shape)[1]
        return inputs[:, self.cropping[0] : self.cropping[0] + steps]

    def compute_output_shape(self, input_shape: Any) -> Any:
        return spatial_sizes(self.name, input_shape, 1, [-sum(self.cropping)])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "cropping": self.cropping}
