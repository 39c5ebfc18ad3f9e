"""MaxPooling1D: the largest element of each window of series."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.pooling.base_pooling import BasePooling

__all__ = ["MaxPooling1D"]


class MaxPooling1D(BasePooling):
    """Takes the largest element of each window that slides over series, channel by channel. Also called `MaxPool1D`.

    Input `(batch, steps, channels)`, or `(batch, channels, steps)` with `data_format="channels_first"`; output
    likewise. Along an axis of n elements there are `(n - pool_size) // strides + 1` windows with padding `"valid"`, and
    `ceil(n / strides)` with `"same"`.

    Padding is never the largest. The gradient goes to the element that was chosen, of equal ones to the first in
    row-major order.

    Args:
        pool_size: Int, or a tuple of one: the size of the windows. Defaults to 2.
        strides: Likewise: how far windows are apart. Defaults to `pool_size`.
        padding: `"valid"` (the default) for windows within the input, or `"same"` for windows that reach beyond both
            ends alike.
        data_format: `"channels_last"` (the default) or `"channels_first"`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For sizes that are not positive ints, another padding or data format, or an input that is smaller
            than the windows with padding `"valid"`.

    Example:
        >>> x = np.float32([1, 3, 2, 0, 5]).reshape(1, 5, 1)
        >>> nnfit.layers.MaxPooling1D(2)(x).numpy().ravel()
        array([3., 2.], dtype=float32)
    """

    def __init__(
        self,
        pool_size: int | Sequence[int] = 2,
        strides: int | Sequence[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(ops.max_pool, 1, pool_size, strides, padding, data_format, **kwargs)
