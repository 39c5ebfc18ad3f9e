"""Dropout: random zeros during training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import random
from nnfit.layers.layer import Layer

__all__ = ["Dropout"]


class Dropout(Layer):
    """Sets values to 0 with probability `rate` during training, and scales the others by `1 / (1 - rate)`.

    Without `training=True`, which `fit` sets, the input is returned as it is.

    Args:
        rate: Float in [0, 1].
        noise_shape: Shape of the random mask, which broadcasts to the input: a size of 1 treats an axis as one, `None`
            stands for the input's size. Defaults to the shape of the input.
        seed: Int, or `None` for a random one.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `rate` is out of range, or `noise_shape` has sizes that are not positive ints.

    Example:
        >>> float(nnfit.ops.sum(nnfit.layers.Dropout(0.5)(np.ones((2, 3)))))
        6.0

    Reference:
        Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014.
    """

    def __init__(
        self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(f"[{self.name}] expected rate between 0 and 1; got {rate!r}.")
        if noise_shape is not None and any(n is not None and (not isinstance(n, int) or n < 1) for n in noise_shape):
            raise ValueError(f"[{self.name}] expected noise_shape of positive ints and None; got {noise_shape!r}.")
        self.rate = rate
        self.noise_shape = None if noise_shape is None else tuple(noise_shape)
        self.seed = seed
        if rate > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.supports_masking = True

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.rate == 0:
            return inputs
        return random.dropout(
            inputs, self.rate, noise_shape=self._noise_shape(len(inputs.shape)), seed=self.seed_generator
        )

    def _noise_shape(self, rank: int) -> tuple[int | None, ...] | None:
        """The shape of the mask for inputs of a rank; `None` in it stands for the input's size."""
        return self.noise_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rate": self.rate, "noise_shape": self.noise_shape, "seed": self.seed}
