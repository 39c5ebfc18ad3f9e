"""GlobalMaxPooling2D: the largest element of each channel of images."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.pooling.base_global_pooling import BaseGlobalPooling

__all__ = ["GlobalMaxPooling2D"]


class GlobalMaxPooling2D(BaseGlobalPooling):
    """Takes the largest element of each channel over all pixels. Also called `GlobalMaxPool2D`.

    Input `(batch, rows, columns, channels)`, or `(batch, channels, rows, columns)` with `data_format="channels_first"`;
    output `(batch, channels)`.

    Equal maxima share the gradient.

    Args:
        data_format: `"channels_last"` (the default) or `"channels_first"`.
        keepdims: Whether the spatial axes stay, with size 1. Defaults to `False`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For another data format.

    Example:
        >>> nnfit.layers.GlobalMaxPooling2D()(np.zeros((2, 5, 4, 3))).shape
        (2, 3)
    """

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any) -> None:
        super().__init__(2, data_format, keepdims, **kwargs)

    def call(self, inputs: Any) -> Any:
        return ops.max(inputs, axis=self._spatial_axes, keepdims=self.keepdims)
