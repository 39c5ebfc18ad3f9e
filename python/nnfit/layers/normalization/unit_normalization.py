"""UnitNormalization: each vector at length 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.layer import Layer

__all__ = ["UnitNormalization"]


class UnitNormalization(Layer):
    """Divides by the Euclidean norm along `axis`: `x / max(sqrt(sum(x**2)), 1e-12)`.

    Args:
        axis: Axis, or axes, along which the result has length 1. Defaults to the last.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        TypeError: If `axis` is neither an int nor a sequence of ints.

    Example:
        >>> nnfit.layers.UnitNormalization()(np.array([[3.0, 4.0]])).numpy()
        array([[0.6, 0.8]], dtype=float32)
    """

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axis, (int, list, tuple)):
            raise TypeError(f"[{self.name}] expected axis to be an int or a list of ints; got {axis!r}.")
        self.axis = axis if isinstance(axis, int) else list(axis)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        axis = self.axis if isinstance(self.axis, int) else tuple(self.axis)
        return ops.normalize(inputs, axis=axis, order=2, epsilon=1e-12)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}
