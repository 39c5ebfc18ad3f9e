"""Tensors made from numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import DType, TensorLike
from nnfit.ops.core import convert_to_tensor

_ops = _core.ops


def zeros(shape: int | Sequence[int], dtype: DType = None) -> Tensor:
    """Returns a tensor of zeros.

    Args:
        shape: Size of each axis.
        dtype: Type of the result. Defaults to the default float type.

    Returns:
        A tensor.

    Example:
        >>> nnfit.ops.zeros((2,)).numpy()
        array([0., 0.], dtype=float32)
    """
    return _ops.zeros(shape=shape, dtype=dtype)


def ones(shape: int | Sequence[int], dtype: DType = None) -> Tensor:
    """Returns a tensor of ones.

    Args:
        shape: Size of each axis.
        dtype: Type of the result. Defaults to the default float type.

    Returns:
        A tensor.

    Example:
        >>> nnfit.ops.ones((2,), dtype="int32").numpy()
        array([1, 1], dtype=int32)
    """
    return _ops.ones(shape=shape, dtype=dtype)


def full(shape: int | Sequence[int], fill_value: TensorLike, dtype: DType = None) -> Tensor:
    """Returns a tensor that holds one value everywhere.

    Args:
        shape: Size of each axis.
        fill_value: The value: a number, or a tensor that broadcasts to `shape`.
        dtype: Type of the result. Defaults to the default float type.

    Returns:
        A tensor.

    Example:
        >>> nnfit.ops.full((2,), 7, dtype="int32").numpy()
        array([7, 7], dtype=int32)
    """
    return _ops.broadcast_to(convert_to_tensor(fill_value, dtype or _core.floatx()), shape=shape)


def zeros_like(x: TensorLike, dtype: DType = None) -> Tensor:
    """Returns zeros in the shape of `x`.

    Args:
        x: Tensor.
        dtype: Type of the result. Defaults to that of `x`.

    Returns:
        A tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.zeros_like([1, 2]).numpy()
        array([0, 0], dtype=int32)
    """
    return _ops.zeros_like(x, dtype=dtype)


def ones_like(x: TensorLike, dtype: DType = None) -> Tensor:
    """Returns ones in the shape of `x`.

    Args:
        x: Tensor.
        dtype: Type of the result. Defaults to that of `x`.

    Returns:
        A tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.ones_like([1, 2]).numpy()
        array([1, 1], dtype=int32)
    """
    return _ops.ones_like(x, dtype=dtype)


def full_like(x: TensorLike, fill_value: TensorLike, dtype: DType = None) -> Tensor:
    """Returns one value everywhere in the shape of `x`.

    Args:
        x: Tensor.
        fill_value: The value: a number, or a tensor that broadcasts to `x`.
        dtype: Type of the result. Defaults to that of `x`.

    Returns:
        A tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.full_like([1, 2], 7).numpy()
        array([7, 7], dtype=int32)
    """
    blank = _ops.zeros_like(x, dtype=dtype)
    return _ops.add(blank, _ops.cast(fill_value, dtype=blank.dtype))


def arange(
    start: int | float, stop: int | float | None = None, step: int | float | None = None, dtype: DType = None
) -> Tensor:
    """Returns `start, start + step, …` below `stop`.

    Args:
        start: The first number; or, alone, `stop`, with the first number 0.
        stop: The bound, not reached. Defaults to None.
        step: The distance. Defaults to 1.
        dtype: Type of the result. Defaults to int32, or the default float type if an argument is a float.

    Returns:
        A vector.

    Raises:
        ValueError: If `step` is 0.

    Example:
        >>> nnfit.ops.arange(1, 7, 2).numpy()
        array([1, 3, 5], dtype=int32)
    """
    if stop is None:
        start, stop = 0, start
    step = 1 if step is None else step
    if step == 0:
        raise ValueError("[arange] expected a step other than 0.")
    if dtype is None:
        whole = all(isinstance(value, (int, np.integer)) for value in (start, stop, step))
        dtype = "int32" if whole else _core.floatx()
    return convert_to_tensor(np.arange(start, stop, step), dtype)


def linspace(
    start: TensorLike,
    stop: TensorLike,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DType = None,
    axis: int = 0,
) -> Any:
    """Returns `num` numbers at equal distances from `start` to `stop`.

    Args:
        start: The first number, or tensor of numbers.
        stop: The last number.
        num: How many. Defaults to 50.
        endpoint: Whether `stop` is among them. Defaults to True.
        retstep: Whether to return the distance too. Defaults to False.
        dtype: Type of the result. Defaults to a float type.
        axis: Where, in the result, the numbers of one row are. Defaults to the first axis.

    Returns:
        A tensor; with `retstep`, a pair of it and the distance.

    Raises:
        ValueError: If `num` is negative.

    Example:
        >>> nnfit.ops.linspace(0.0, 1.0, 5).numpy()
        array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    if num < 0:
        raise ValueError(f"[linspace] expected num >= 0; got {num}.")
    intervals = num - 1 if endpoint else num
    steps = np.arange(num, dtype=np.float64) / max(intervals, 1)
    start, stop = _ops.expand_dims(start, axis=axis), _ops.expand_dims(stop, axis=axis)
    rank = len(_ops.add(start, stop).shape)
    place = [1] * rank
    place[axis] = num
    weight = convert_to_tensor(steps.reshape(place), _ops.divide(start, 1).dtype)
    # Both ends are weighted, so that both are met exactly.
    result = _ops.add(_ops.multiply(start, _ops.subtract(1, weight)), _ops.multiply(stop, weight))
    if dtype is not None:
        result = _ops.cast(result, dtype=dtype)
    if not retstep:
        return result
    distance = _ops.divide(_ops.subtract(stop, start), intervals if intervals > 0 else float("nan"))
    return result, _ops.squeeze(distance, axis=axis)


def eye(N: int, M: int | None = None, k: int = 0, dtype: DType = None) -> Tensor:
    """Returns ones on a diagonal and zeros elsewhere.

    Args:
        N: Number of rows.
        M: Number of columns. Defaults to `N`.
        k: Which diagonal: 0 the main one, positive above it, negative below. Defaults to 0.
        dtype: Type of the result. Defaults to the default float type.

    Returns:
        A matrix of shape `(N, M)`.

    Example:
        >>> nnfit.ops.eye(2).numpy()
        array([[1., 0.],
               [0., 1.]], dtype=float32)
    """
    return convert_to_tensor(np.eye(N, M, k, dtype=dtype or _core.floatx()))


def identity(n: int, dtype: DType = None) -> Tensor:
    """Returns the identity matrix.

    Args:
        n: Number of rows and of columns.
        dtype: Type of the result. Defaults to the default float type.

    Returns:
        A matrix of shape `(n, n)`.

    Example:
        >>> nnfit.ops.identity(2).numpy()
        array([[1., 0.],
               [0., 1.]], dtype=float32)
    """
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: DType = None) -> Tensor:
    """Returns ones on and below a diagonal and zeros above it.

    Args:
        N: Number of rows.
        M: Number of columns. Defaults to `N`.
        k: Which diagonal: 0 the main one, positive above it, negative below. Defaults to 0.
        dtype: Type of the result. Defaults to the default float type.

    Returns:
        A matrix of shape `(N, M)`.

    Example:
        >>> nnfit.ops.tri(2).numpy()
        array([[1., 0.],
               [1., 1.]], dtype=float32)
    """
    return convert_to_tensor(np.tri(N, M, k, dtype=dtype or _core.floatx()))
