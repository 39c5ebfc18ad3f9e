"""MaxPooling2D: the largest element of each window of images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.pooling.base_pooling import BasePooling

__all__ = ["MaxPooling2D"]


class MaxPooling2D(BasePooling):
    """Takes the largest element of each window that slides over images, channel by channel. Also called `MaxPool2D`.

    Input `(batch, rows, columns, channels)`, or `(batch, channels, rows, columns)` with `data_format="channels_first"`;
    output likewise. Along an axis of n elements there are `(n - pool_size) // strides + 1` windows with padding
    `"valid"`, and `ceil(n / strides)` with `"same"`.

    Padding is never the largest. The gradient goes to the element that was chosen, of equal ones to the first in
    row-major order.

    Args:
        pool_size: Int, or two for rows and columns: the size of the windows. Defaults to 2.
        strides: Likewise: how far windows are apart. Defaults to `pool_size`.
        padding: `"valid"` (the default) for windows within the input, or `"same"` for windows that reach beyond both
            ends alike.
        data_format: `"channels_last"` (the default) or `"channels_first"`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For sizes that are not positive ints, another padding or data format, or an input that is smaller
            than the windows with padding `"valid"`.

    Example:
        >>> nnfit.layers.MaxPooling2D(2)(np.zeros((4, 9, 6, 3))).shape
        (4, 4, 3, 3)
    """

    def __init__(
        self,
        pool_size: int | Sequence[int] = (2, 2),
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(ops.max_pool, 2, pool_size, strides, padding, data_format, **kwargs)
