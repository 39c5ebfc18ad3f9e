"""GaussianNoise: random numbers added during training."""

from __future__ import annotations

from typing import Any

from nnfit import random
from nnfit.layers.layer import Layer

__all__ = ["GaussianNoise"]


class GaussianNoise(Layer):
    """Adds normal numbers of mean 0 during training.

    Without `training=True`, which `fit` sets, the input is returned as it is.

    Args:
        stddev: Standard deviation of the noise, in [0, 1].
        seed: Int, or `None` for a random one.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `stddev` is out of range.

    Example:
        >>> x = np.zeros((100, 100), "float32")
        >>> noise = nnfit.layers.GaussianNoise(0.5, seed=1)(x, training=True)
        >>> round(float(nnfit.ops.std(noise)), 1)
        0.5
    """

    def __init__(self, stddev: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= stddev <= 1:
            raise ValueError(f"[{self.name}] expected stddev between 0 and 1; got {stddev!r}.")
        self.stddev = stddev
        self.seed = seed
        if stddev > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.stddev == 0:
            return inputs
        noise = random.normal(inputs.shape, stddev=self.stddev, dtype=self.compute_dtype, seed=self.seed_generator)
        return inputs + noise

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "stddev": self.stddev, "seed": self.seed}
