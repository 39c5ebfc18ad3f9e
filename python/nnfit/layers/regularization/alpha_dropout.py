"""AlphaDropout: dropout that keeps mean and variance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops, random
from nnfit.layers.regularization.dropout import Dropout

__all__ = ["AlphaDropout"]

# What selu gives for minus infinity: -scale * alpha.
_DROPPED = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717


class AlphaDropout(Dropout):
    """Sets values to the least value of `selu` with probability `rate` during training, then shifts and scales all.

    The shift and the scale are such that inputs of mean 0 and variance 1, as those after `selu` are, keep both. Without
    `training=True`, which `fit` sets, the input is returned as it is.

    Args:
        rate: Float in [0, 1).
        noise_shape: Shape of the random mask, which broadcasts to the input: a size of 1 treats an axis as one, `None`
            stands for the input's size. Defaults to the shape of the input.
        seed: Int, or `None` for a random one.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `rate` is out of range, or `noise_shape` has sizes that are not positive ints.

    Example:
        >>> x = nnfit.random.normal((100, 100), seed=1)
        >>> y = nnfit.layers.AlphaDropout(0.2, seed=2)(x, training=True)
        >>> round(float(nnfit.ops.std(y)), 1)
        1.0

    Reference:
        Klambauer et al., Self-Normalizing Neural Networks, 2017.
    """

    def __init__(
        self, rate: float, noise_shape: Sequence[int | None] | None = None, seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(rate, noise_shape, seed, **kwargs)
        if rate == 1:
            raise ValueError(f"[{self.name}] expected rate in [0, 1); got {rate!r}: nothing would be left to scale.")

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not training or self.rate == 0:
            return inputs
        sizes = self.noise_shape or (None,) * len(inputs.shape)
        shape = tuple(n if size is None else size for size, n in zip(sizes, inputs.shape, strict=True))
        kept = random.uniform(shape, seed=self.seed_generator) >= self.rate
        scale = ((1 - self.rate) * (1 + self.rate * _DROPPED**2)) ** -0.5
        return ops.where(kept, inputs, _DROPPED) * scale - scale * _DROPPED * self.rate
