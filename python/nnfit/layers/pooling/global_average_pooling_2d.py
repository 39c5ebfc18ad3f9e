"""GlobalAveragePooling2D: the mean of each channel of images."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.pooling.base_global_pooling import BaseGlobalPooling

__all__ = ["GlobalAveragePooling2D"]


class GlobalAveragePooling2D(BaseGlobalPooling):
    """Takes the mean of each channel over all pixels. Also called `GlobalAvgPool2D`.

    Input `(batch, rows, columns, channels)`, or `(batch, channels, rows, columns)` with `data_format="channels_first"`;
    output `(batch, channels)`.

    Args:
        data_format: `"channels_last"` (the default) or `"channels_first"`.
        keepdims: Whether the spatial axes stay, with size 1. Defaults to `False`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For another data format.

    Example:
        >>> nnfit.layers.GlobalAveragePooling2D()(np.zeros((2, 5, 4, 3))).shape
        (2, 3)
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(2, data_format, keepdims, **kwargs)

    def call(self, inputs: Any) -> Any:
        return ops.mean(inputs, axis=self._spatial_axes, keepdims=self.keepdims)
