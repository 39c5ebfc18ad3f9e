"""Arrays that the golden programs work on: made from seeds, so that the records need not hold them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


def uniform(shape: Sequence[int], seed: int, low: float = 0.0, high: float = 1.0) -> NDArray[np.float64]:
    return low + (high - low) * np.random.default_rng(seed).random(tuple(shape))


def labels(count: int, classes: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng(seed).integers(0, classes, count)


def one_hot(indices: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    return np.eye(classes)[indices]


def probabilities(shape: Sequence[int], seed: int) -> NDArray[np.float64]:
    """Rows that are positive and sum to one."""
    positive = uniform(shape, seed, 0.05, 1.0)
    totals: NDArray[np.float64] = positive.sum(axis=-1, keepdims=True)
    return positive / totals


def weights_away_from_zero(shapes: Iterable[Sequence[int]], seed: int) -> list[NDArray[np.float64]]:
    """Kernels of the usual scale and biases about one, so that few sums come near the kink of a ReLU.

    None is near zero, so that an error relative to each weight means something.
    """
    generator = np.random.default_rng(seed)
    result = []
    for shape in shapes:
        scale = 1.0 / math.sqrt(shape[0]) if len(shape) > 1 else 1.0
        magnitude = scale * (0.5 + generator.random(tuple(shape)))
        result.append(np.where(generator.random(tuple(shape)) < 0.5, -magnitude, magnitude))
    return result


def fingerprint() -> list[float]:
    """Changes when NumPy's generators do; then the records have to be made anew."""
    samples = [uniform((1000,), 1), labels(1000, 1000, 2).astype(np.float64)]
    return [float(np.sum(sample * np.arange(1000))) for sample in samples]
