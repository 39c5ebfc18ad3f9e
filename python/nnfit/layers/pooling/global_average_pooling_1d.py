"""GlobalAveragePooling1D: the mean of each channel of series."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.pooling.base_global_pooling import BaseGlobalPooling

__all__ = ["GlobalAveragePooling1D"]


class GlobalAveragePooling1D(BaseGlobalPooling):
    """Takes the mean of each channel over all steps. Also called `GlobalAvgPool1D`.

    Input `(batch, steps, channels)`, or `(batch, channels, steps)` with `data_format="channels_first"`; output `(batch,
    channels)`.

    With a mask, steps where it is false do not count; the output has no mask.

    Args:
        data_format: `"channels_last"` (the default) or `"channels_first"`.
        keepdims: Whether the spatial axes stay, with size 1. Defaults to `False`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For another data format.

    Example:
        >>> x = np.float32([[[1, 2], [3, 4], [8, 9]]])
        >>> layer = nnfit.layers.GlobalAveragePooling1D()
        >>> layer(x).numpy()
        array([[4., 5.]], dtype=float32)
        >>> layer(x, mask=np.array([[True, True, False]])).numpy()
        array([[2., 3.]], dtype=float32)
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(1, data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return ops.mean(inputs, axis=self._spatial_axes, keepdims=self.keepdims)
        steps = ops.expand_dims(ops.cast(mask, inputs.dtype), 1 if self.data_format == "channels_first" else 2)
        total = ops.sum(inputs * steps, axis=self._spatial_axes, keepdims=self.keepdims)
        return total / ops.sum(steps, axis=self._spatial_axes, keepdims=self.keepdims)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        return None
