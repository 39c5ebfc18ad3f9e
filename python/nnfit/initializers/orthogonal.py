"""Orthogonal matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from nnfit import config, ops, random
from nnfit._core import Tensor
from nnfit.initializers.random import RandomInitializer


class Orthogonal(RandomInitializer):
    """A random matrix with orthonormal rows or columns (whichever are fewer), times a factor.

    A tensor of more than two axes is such a matrix of shape `(product of all but the last, last)`, reshaped.

    Args:
        gain: The factor. Defaults to 1.
        seed: See `RandomInitializer`.

    Raises:
        ValueError: when called with a shape of rank below 2.

    Reference:
        Saxe et al., Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks, 2013.
    """

    def __init__(self, gain: float = 1.0, seed: int | random.SeedGenerator | None = None) -> None:
        super().__init__(seed)
        self.gain = gain

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Tensor:
        if len(shape) < 2:
            raise ValueError(f"[Orthogonal] expected a shape of rank 2 or more; got {tuple(shape)}.")
        rows, columns = math.prod(shape[:-1]), shape[-1]
        # Double precision, so that the result is orthogonal to the last bit of float32.
        normal = random.normal((max(rows, columns), min(rows, columns)), dtype="float64", seed=self.seed)
        q, r = np.linalg.qr(normal.numpy())
        q *= np.sign(np.diag(r))  # makes the distribution uniform over orthogonal matrices (Mezzadri, 2007)
        matrix = q if rows >= columns else q.T
        return ops.convert_to_tensor(self.gain * matrix.reshape(shape), dtype=dtype or config.floatx())

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "gain": self.gain}
