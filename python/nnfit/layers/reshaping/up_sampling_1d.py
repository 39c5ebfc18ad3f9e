"""UpSampling1D: each step of a series several times."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.ops.spatial import per_axis

__all__ = ["UpSampling1D"]


class UpSampling1D(Layer):
    """Repeats each step of series.

    Input `(batch, steps, channels)`, output `(batch, size * steps, channels)`.

    Args:
        size: Positive int: how often each step is repeated. Defaults to 2.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `size` is not a positive int.

    Example:
        >>> nnfit.layers.UpSampling1D(2)(np.float32([[[1], [2]]])).numpy().ravel()
        array([1., 1., 2., 2.], dtype=float32)
    """

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.size = per_axis(self.name, "size", size, 1)[0]
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Any) -> Any:
        return ops.repeat(inputs, self.size, axis=1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        batch, steps, channels = input_shape
        return (batch, None if steps is None else self.size * steps, channels)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "size": self.size}
