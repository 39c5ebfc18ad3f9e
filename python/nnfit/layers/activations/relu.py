"""ReLU as a layer."""

from __future__ import annotations

from typing import Any

from nnfit import activations
from nnfit.layers.layer import Layer

__all__ = ["ReLU"]


class ReLU(Layer):
    """Rectified linear unit: `max_value` where `x >= max_value`, `x` where `threshold <= x < max_value`, and
    `negative_slope * (x - threshold)` below.

    Args:
        max_value: Float of at least 0, or `None` for no limit.
        negative_slope: Float of at least 0. Defaults to 0.
        threshold: Float of at least 0. Defaults to 0.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If one of them is negative.

    Example:
        >>> nnfit.layers.ReLU(max_value=6)(np.array([-1.0, 2.0, 8.0])).numpy()
        array([0., 2., 6.], dtype=float32)
    """

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        for name, value in (("max_value", max_value), ("negative_slope", negative_slope), ("threshold", threshold)):
            if (value is None and name != "max_value") or (value is not None and not value >= 0):
                raise ValueError(f"[{self.name}] expected {name} to be at least 0; got {value!r}.")
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        return activations.relu(
            inputs, negative_slope=self.negative_slope, max_value=self.max_value, threshold=self.threshold
        )

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "max_value": self.max_value,
            "negative_slope": self.negative_slope,
            "threshold": self.threshold,
        }
