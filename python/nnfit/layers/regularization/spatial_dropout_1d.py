"""SpatialDropout1D: random channels at zero during training."""

from __future__ import annotations

from typing import Any

from nnfit.layers.regularization.spatial_dropout import SpatialDropout

__all__ = ["SpatialDropout1D"]


class SpatialDropout1D(SpatialDropout):
    """Sets whole channels of a sample to 0 with probability `rate` during training, and scales the others up.

    Neighbours in a series are alike, so single values that are dropped can be guessed from those around them; channels
    cannot. Without `training=True`, which `fit` sets, the input `(batch, steps, channels)` is returned as it is.

    Args:
        rate: Float in [0, 1].
        seed: Int, or `None` for a random one.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `rate` is out of range.

    Example:
        >>> y = nnfit.layers.SpatialDropout1D(0.5)(np.ones((2, 5, 3)), training=True).numpy()
        >>> bool((y == y[:, :1]).all())
        True

    Reference:
        Tompson et al., Efficient Object Localization Using Convolutional Networks, 2015.
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(1, rate, None, seed, **kwargs)
