"""GaussianDropout: random factors about 1 during training."""

from __future__ import annotations

import math
from typing import Any

from nnfit import random
from nnfit.layers.layer import Layer

__all__ = ["GaussianDropout"]


class GaussianDropout(Layer):
    """Multiplies by normal numbers of mean 1 and standard deviation `sqrt(rate / (1 - rate))` during training.

    That is the mean and the deviation that dropout at this rate has. Without `training=True`, which `fit` sets, the
    input is returned as it is.

    Args:
        rate: Float in [0, 1).
        seed: Int, or `None` for a random one.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `rate` is out of range.

    Example:
        >>> y = nnfit.layers.GaussianDropout(0.5, seed=1)(np.ones((100, 100), "float32"), training=True)
        >>> round(float(nnfit.ops.std(y)), 1)
        1.0

    Reference:
        Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014, section 10.
    """

    def __init__(self, rate: float, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate < 1:
            raise ValueError(f"[{self.name}] expected rate in [0, 1); got {rate!r}.")
        self.rate = rate
        self.seed = seed
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.rate == 0:
            return inputs
        stddev = math.sqrt(self.rate / (1 - self.rate))
        factors = random.normal(inputs.shape, 1.0, stddev, dtype=self.compute_dtype, seed=self.seed_generator)
        return inputs * factors

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
