"""Random tensors. Each is a pure function of a `[key, counter]` state; see `SeedGenerator`."""

from __future__ import annotations

from collections.abc import Sequence

from nnfit import _core, config, ops
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike
from nnfit.random.seed_generator import SeedGenerator, draw_state

_ops = _core.ops
Seed = int | SeedGenerator | None


def _float_dtype(function: str, dtype: str | None) -> str:
    dtype = dtype or config.floatx()
    if dtype not in ("float32", "float64"):
        raise ValueError(f"[{function}] expected a floating-point dtype; got {dtype!r}.")
    return dtype


def normal(
    shape: Sequence[int], mean: float = 0.0, stddev: float = 1.0, dtype: str | None = None, seed: Seed = None
) -> Tensor:
    """Draws from a normal distribution.

    Args:
        shape: Shape of the result.
        mean: Mean. Defaults to 0.
        stddev: Standard deviation. Defaults to 1.
        dtype: `"float32"` or `"float64"`. Defaults to `nnfit.config.floatx()`.
        seed: Int (the same numbers each time), `SeedGenerator`, or `None` for the global generator.

    Returns:
        A tensor of the shape and dtype.

    Raises:
        ValueError: for another dtype or a seed of another kind.

    Example:
        >>> nnfit.random.normal((2, 3), seed=1).shape
        (2, 3)
    """
    dtype = _float_dtype("normal", dtype)
    return _ops.random_normal(draw_state(seed), shape=tuple(shape), mean=mean, stddev=stddev, dtype=dtype)


def truncated_normal(
    shape: Sequence[int], mean: float = 0.0, stddev: float = 1.0, dtype: str | None = None, seed: Seed = None
) -> Tensor:
    """Draws from a normal distribution, given that the value is within two standard deviations of the mean.

    Args:
        shape: Shape of the result.
        mean: Mean. Defaults to 0.
        stddev: Standard deviation before truncation. Defaults to 1.
        dtype: `"float32"` or `"float64"`. Defaults to `nnfit.config.floatx()`.
        seed: Int (the same numbers each time), `SeedGenerator`, or `None` for the global generator.

    Returns:
        A tensor of the shape and dtype.

    Raises:
        ValueError: for another dtype or a seed of another kind.
    """
    dtype = _float_dtype("truncated_normal", dtype)
    return _ops.random_truncated_normal(draw_state(seed), shape=tuple(shape), mean=mean, stddev=stddev, dtype=dtype)


def uniform(
    shape: Sequence[int], minval: float = 0.0, maxval: float = 1.0, dtype: str | None = None, seed: Seed = None
) -> Tensor:
    """Draws from the uniform distribution on `[minval, maxval)`.

    Args:
        shape: Shape of the result.
        minval: Lower bound, included. Defaults to 0.
        maxval: Upper bound, excluded. Defaults to 1.
        dtype: `"float32"` or `"float64"`. Defaults to `nnfit.config.floatx()`.
        seed: Int (the same numbers each time), `SeedGenerator`, or `None` for the global generator.

    Returns:
        A tensor of the shape and dtype.

    Raises:
        ValueError: for another dtype or a seed of another kind.
    """
    dtype = _float_dtype("uniform", dtype)
    return _ops.random_uniform(draw_state(seed), shape=tuple(shape), low=minval, high=maxval, dtype=dtype)


def randint(shape: Sequence[int], minval: int, maxval: int, dtype: str = "int32", seed: Seed = None) -> Tensor:
    """Draws integers, all equally likely, from `[minval, maxval)`.

    Args:
        shape: Shape of the result.
        minval: Smallest value.
        maxval: One more than the largest value.
        dtype: An integer dtype. Defaults to `"int32"`.
        seed: Int (the same numbers each time), `SeedGenerator`, or `None` for the global generator.

    Returns:
        A tensor of the shape and dtype.

    Raises:
        ValueError: for another dtype or a seed of another kind.
    """
    if dtype not in ("uint8", "int32", "int64"):
        raise ValueError(f"[randint] expected an integer dtype; got {dtype!r}.")
    return _ops.random_integer(draw_state(seed), shape=tuple(shape), low=minval, high=maxval, dtype=dtype)


def categorical(logits: TensorLike, num_samples: int, dtype: str = "int32", seed: Seed = None) -> Tensor:
    """Draws class indices with probabilities `softmax(logits)`.

    The largest of `logits + g` is drawn, with g independent standard Gumbel numbers.

    Args:
        logits: Float tensor `(batch, classes)`.
        num_samples: Number of draws for each row.
        dtype: An integer dtype. Defaults to `"int32"`.
        seed: Int (the same numbers each time), `SeedGenerator`, or `None` for the global generator.

    Returns:
        An integer tensor `(batch, num_samples)`.

    Raises:
        ValueError: If `logits` is not of rank 2.
    """
    logits = ops.convert_to_tensor(logits)
    if len(logits.shape) != 2:
        raise ValueError(f"[categorical] expected logits (batch, classes); got shape {tuple(logits.shape)}.")
    batch, classes = logits.shape
    u = uniform((batch, num_samples, classes), dtype=logits.dtype, seed=seed)
    gumbel = ops.negative(ops.log(ops.negative(ops.log(u))))
    return ops.cast(ops.argmax(ops.add(ops.expand_dims(logits, 1), gumbel), axis=-1), dtype)


def shuffle(x: TensorLike, axis: int = 0, seed: Seed = None) -> Tensor:
    """Returns `x` with its slices along an axis in random order.

    Args:
        x: Tensor of rank 1 or more.
        axis: Axis to shuffle along. Defaults to the first.
        seed: Int (the same order each time), `SeedGenerator`, or `None` for the global generator.

    Returns:
        A tensor like `x`.
    """
    x = ops.convert_to_tensor(x)
    return ops.take(x, _ops.random_permutation(draw_state(seed), size=x.shape[axis]), axis=axis)


def dropout(
    inputs: TensorLike, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Seed = None
) -> Tensor:
    """Sets elements to zero with probability `rate` and divides the others by `1 - rate`.

    Args:
        inputs: Float tensor.
        rate: Probability in [0, 1].
        noise_shape: Shape of the mask, which is broadcast to that of `inputs`; `None` in it stands for the size of
            `inputs` there. Defaults to the shape of `inputs`.
        seed: Int (the same mask each time), `SeedGenerator`, or `None` for the global generator.

    Returns:
        A tensor like `inputs`.

    Raises:
        ValueError: If `rate` is outside [0, 1].

    Reference:
        Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014.
    """
    if not 0 <= rate <= 1:
        raise ValueError(f"[dropout] expected a rate in [0, 1]; got {rate!r}.")
    inputs = ops.convert_to_tensor(inputs)
    if rate == 0:
        return inputs
    if rate == 1:
        return ops.zeros_like(inputs)
    if noise_shape is None:
        return _ops.dropout(draw_state(seed), inputs, rate=rate)
    if len(noise_shape) != len(inputs.shape):
        raise ValueError(f"[dropout] expected a noise_shape of rank {len(inputs.shape)}; got {tuple(noise_shape)}.")
    mask_shape = tuple(size if size is not None else inputs.shape[i] for i, size in enumerate(noise_shape))
    mask = _ops.dropout(draw_state(seed), ops.ones(mask_shape, dtype=inputs.dtype), rate=rate)
    return ops.multiply(inputs, mask)
