"""`tf.random`: names over `nnfit.random`."""

from __future__ import annotations

from typing import Any

from nnfit import random as _random
from nnfit.compat.tensorflow.array_ops import _sizes
from nnfit.compat.tensorflow.spelling import unknown_name


def set_seed(seed: int) -> None:
    """Seeds all that a program draws from."""
    _random.set_random_seed(seed)


def normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: str = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Returns normally distributed numbers."""
    return _random.normal(_sizes(shape), mean, stddev, dtype, seed)


def truncated_normal(
    shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: str = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Returns normally distributed numbers within two standard deviations."""
    return _random.truncated_normal(_sizes(shape), mean, stddev, dtype, seed)


def uniform(
    shape: Any, minval: Any = 0, maxval: Any = None, dtype: str = "float32", seed: Any = None, name: Any = None
) -> Any:
    """Returns uniformly distributed numbers; for integers `maxval` is needed, and not among them."""
    if dtype.startswith("int"):
        if maxval is None:
            raise ValueError("[tf.random.uniform] expected maxval for an integer dtype.")
        return _random.randint(_sizes(shape), minval, maxval, dtype, seed)
    return _random.uniform(_sizes(shape), minval, 1.0 if maxval is None else maxval, dtype, seed)


def categorical(logits: Any, num_samples: int, dtype: str = "int64", seed: Any = None, name: Any = None) -> Any:
    """Returns classes drawn with the probabilities that the logits give."""
    return _random.categorical(logits, num_samples, dtype, seed)


def shuffle(value: Any, seed: Any = None, name: Any = None) -> Any:
    """Returns the rows of a tensor in a random order."""
    return _random.shuffle(value, 0, seed)


def __getattr__(name: str) -> Any:
    raise unknown_name(__name__, name)
