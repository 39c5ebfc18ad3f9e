"""Initializers that draw from a fixed distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import random
from nnfit._core import Tensor
from nnfit.initializers.initializer import Initializer
from nnfit.registry import deserialize_object, serialize_object


class RandomInitializer(Initializer):
    """Base of random initializers.

    Args:
        seed: Int: the same values at each call. `SeedGenerator`: its next values. `None`: the next values of the global
            generator, so that `nnfit.utils.set_random_seed` reproduces them.

    Raises:
        ValueError: for a seed of another kind.
    """

    def __init__(self, seed: int | random.SeedGenerator | None = None) -> None:
        if isinstance(seed, dict):
            seed = deserialize_object(seed)
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, (int, random.SeedGenerator))):
            raise ValueError(f"[{type(self).__name__}] expected `seed` to be an int or a SeedGenerator; got {seed!r}.")
        self.seed = seed

    def get_config(self) -> dict[str, Any]:
        return {"seed": serialize_object(self.seed)}


class RandomNormal(RandomInitializer):
    """Normal values.

    Args:
        mean: Mean. Defaults to 0.
        stddev: Standard deviation. Defaults to 0.05.
        seed: See `RandomInitializer`.
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: int | random.SeedGenerator | None = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Tensor:
        return random.normal(shape, mean=self.mean, stddev=self.stddev, dtype=dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mean": self.mean, "stddev": self.stddev}


class TruncatedNormal(RandomNormal):
    """Normal values, given that they are within two standard deviations of the mean.

    Args:
        mean: Mean. Defaults to 0.
        stddev: Standard deviation before truncation. Defaults to 0.05.
        seed: See `RandomInitializer`.
    """

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Tensor:
        return random.truncated_normal(shape, mean=self.mean, stddev=self.stddev, dtype=dtype, seed=self.seed)


class RandomUniform(RandomInitializer):
    """Values uniform on `[minval, maxval)`.

    Args:
        minval: Lower bound. Defaults to -0.05.
        maxval: Upper bound. Defaults to 0.05.
        seed: See `RandomInitializer`.
    """

    def __init__(
        self, minval: float = -0.05, maxval: float = 0.05, seed: int | random.SeedGenerator | None = None
    ) -> None:
        super().__init__(seed)
        self.minval = minval
        self.maxval = maxval

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Tensor:
        return random.uniform(shape, minval=self.minval, maxval=self.maxval, dtype=dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "minval": self.minval, "maxval": self.maxval}
