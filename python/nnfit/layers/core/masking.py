"""Masking: a mask where a series holds nothing but a given value."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.layer import Layer

__all__ = ["Masking"]


class Masking(Layer):
    """Masks the steps at which every feature is `mask_value`, and sets them to 0.

    Layers, losses and metrics that come after skip those steps.

    Args:
        mask_value: Number. Defaults to 0.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> layer = nnfit.layers.Masking(mask_value=-1.0)
        >>> layer(np.array([[[1.0, -1.0], [-1.0, -1.0]]])).numpy()
        array([[[ 1., -1.],
                [ 0.,  0.]]], dtype=float32)
    """

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        counts = ops.any(ops.not_equal(inputs, self.mask_value), axis=-1, keepdims=True)
        return ops.where(counts, inputs, 0.0)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        return ops.any(ops.not_equal(inputs, self.mask_value), axis=-1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mask_value": self.mask_value}
