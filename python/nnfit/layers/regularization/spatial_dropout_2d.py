"""SpatialDropout2D: random channels at zero during training."""

from __future__ import annotations

from typing import Any

from nnfit.layers.regularization.spatial_dropout import SpatialDropout

__all__ = ["SpatialDropout2D"]


class SpatialDropout2D(SpatialDropout):
    """Sets whole channels of a sample to 0 with probability `rate` during training, and scales the others up.

    Neighbours in an image are alike, so single values that are dropped can be guessed from those around them; channels
    cannot. Without `training=True`, which `fit` sets, the input
    `(batch, rows, columns, channels)` is returned as it is.

    Args:
        rate: Float in [0, 1].
        data_format: `"channels_last"` or `"channels_first"`, where channels are axis 1. Defaults to `"channels_last"`.
        seed: Int, or `None` for a random one.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `rate` is out of range, or for another `data_format`.

    Example:
        >>> y = nnfit.layers.SpatialDropout2D(0.5)(np.ones((2, 4, 4, 3)), training=True).numpy()
        >>> bool((y == y[:, :1, :1]).all())
        True

    Reference:
        Tompson et al., Efficient Object Localization Using Convolutional Networks, 2015.
    """

    def __init__(self, rate: float, data_format: str | None = None, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(2, rate, data_format, seed, **kwargs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_format": self.data_format}
