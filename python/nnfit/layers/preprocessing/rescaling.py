"""Rescaling: a factor and an offset."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.layer import Layer

__all__ = ["Rescaling"]


class Rescaling(Layer):
    """Computes `x * scale + offset`, such as pixels in [0, 1] from bytes.

    Args:
        scale: Float, or a list of them for the last axis.
        offset: Float, or a list of them for the last axis. Defaults to 0.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> float(nnfit.layers.Rescaling(1 / 255)(np.array([255], "uint8"))[0])
        1.0
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        dtype = self.compute_dtype
        scale, offset = ops.cast(self.scale, dtype), ops.cast(self.offset, dtype)
        return ops.cast(inputs, dtype) * scale + offset

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "scale": self.scale, "offset": self.offset}
