"""SpatialDropout: the base of dropout of whole channels."""

from __future__ import annotations

from typing import Any

from nnfit.layers.data_format import standardize_data_format
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.regularization.dropout import Dropout

__all__ = ["SpatialDropout"]


class SpatialDropout(Dropout):
    """Base of dropout of whole channels.

    Args:
        spatial_rank: How many axes a channel has.
        rate: Float in [0, 1].
        data_format: `"channels_last"` or `"channels_first"`.
        seed: Int, or `None` for a random one.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.
    """

    def __init__(
        self, spatial_rank: int, rate: float, data_format: str | None, seed: int | None, **kwargs: Any
    ) -> None:
        super().__init__(rate, seed=seed, **kwargs)
        self.data_format = standardize_data_format(data_format, self.name)
        self.input_spec = InputSpec(ndim=spatial_rank + 2)

    def _noise_shape(self, rank: int) -> tuple[int | None, ...]:
        ones = (1,) * (rank - 2)
        return (None, *ones, None) if self.data_format == "channels_last" else (None, None, *ones)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["noise_shape"]
        return config
