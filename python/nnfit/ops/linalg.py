"""Products of matrices, and functions of matrices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import Axis, TensorLike
from nnfit.ops.arrangement import resolved_axis
from nnfit.ops.contraction import contract
from nnfit.ops.core import convert_to_tensor

_ops = _core.ops


def dense(x: TensorLike, kernel: TensorLike, bias: TensorLike | None = None, activation: str | None = None) -> Tensor:
    """Returns `activation(x @ kernel + bias)`, as one op.

    Args:
        x: Float tensor of shape `(…, inputs)`.
        kernel: Float tensor of shape `(inputs, units)`.
        bias: Float tensor of shape `(units,)`. Defaults to none.
        activation: The name of an activation. Defaults to none.

    Returns:
        A tensor of shape `(…, units)`.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> nnfit.ops.dense([[1.0, 2.0]], [[1.0], [-1.0]], [0.5], activation="relu").numpy()
        array([[0.]], dtype=float32)
    """
    if bias is None:
        return _ops.dense(x, kernel, activation=activation)
    return _ops.dense(x, kernel, bias, activation=activation)


def matmul(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns the matrix product over the last two axes; the others broadcast.

    Args:
        x1: Tensor of shape `(…, m, k)`; a vector is a row.
        x2: Tensor of shape `(…, k, n)`; a vector is a column.

    Returns:
        A tensor of shape `(…, m, n)`, without the axis of a vector.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> nnfit.ops.matmul([[1.0, 2.0]], [[3.0], [4.0]]).numpy()
        array([[11.]], dtype=float32)
    """
    return _ops.matmul(x1, x2)


def dot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns the sum of products over the last axis of `x1` and the last but one of `x2` (the only one of a vector).

    Args:
        x1: Tensor.
        x2: Tensor. A scalar multiplies.

    Returns:
        A tensor whose shape is that of `x1`, then that of `x2`, without the summed axes.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> float(nnfit.ops.dot([1.0, 2.0], [3.0, 4.0]))
        11.0
    """
    x1, x2 = convert_to_tensor(x1), convert_to_tensor(x2)
    rank1, rank2 = len(x1.shape), len(x2.shape)
    if rank1 == 0 or rank2 == 0:
        return _ops.multiply(x1, x2)
    if rank2 <= 2:
        return _ops.matmul(x1, x2)
    return tensordot(x1, x2, ([-1], [-2]))


def tensordot(x1: TensorLike, x2: TensorLike, axes: int | Sequence[int] | Sequence[Sequence[int]] = 2) -> Tensor:
    """Returns the sum of products over pairs of axes.

    Args:
        x1: Tensor.
        x2: Tensor.
        axes: The axes of `x1` and those of `x2`; or how many last axes of `x1` go with the first ones of `x2`.
            Defaults to 2.

    Returns:
        A tensor whose shape is that of `x1`, then that of `x2`, without the summed axes.

    Raises:
        ValueError: If the sizes of a pair differ.

    Example:
        >>> nnfit.ops.tensordot(np.ones((2, 3)), np.ones((3, 4)), axes=1).shape
        (2, 4)
    """
    x1, x2 = convert_to_tensor(x1), convert_to_tensor(x2)
    rank1, rank2 = len(x1.shape), len(x2.shape)
    if isinstance(axes, int):
        axes1, axes2 = list(range(-axes, 0)), list(range(axes))
    else:
        axes1, axes2 = ([a] if isinstance(a, int) else list(a) for a in axes)
    if len(axes1) != len(axes2):
        raise ValueError(f"[tensordot] expected as many axes of x1 as of x2; got {axes}.")
    axes1 = [resolved_axis("tensordot", axis, rank1) for axis in axes1]
    axes2 = [resolved_axis("tensordot", axis, rank2) for axis in axes2]
    labels1, labels2 = list(range(rank1)), list(range(rank1, rank1 + rank2))
    for a, b in zip(axes1, axes2, strict=True):
        if None not in (x1.shape[a], x2.shape[b]) and x1.shape[a] != x2.shape[b]:
            raise ValueError(
                f"[tensordot] expected equal sizes along axes {a} and {b} of shapes {x1.shape} and {x2.shape}."
            )
        labels2[b] = labels1[a]
    free = {*labels1, *labels2} - set(axes1)
    return contract(x1, labels1, x2, labels2, free)[0]


def outer(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `y[i, j] = x1[i] * x2[j]` over the flattened tensors.

    Args:
        x1: Tensor.
        x2: Tensor.

    Returns:
        A matrix.

    Example:
        >>> nnfit.ops.outer([1, 2], [3, 4]).numpy()
        array([[3, 4],
               [6, 8]], dtype=int32)
    """
    return _ops.multiply(_ops.reshape(x1, newshape=(-1, 1)), _ops.reshape(x2, newshape=(1, -1)))


def inner(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns the sum of products over the last axes.

    Args:
        x1: Tensor.
        x2: Tensor whose last axis is as long. A scalar multiplies.

    Returns:
        A tensor whose shape is that of `x1`, then that of `x2`, without the last axes.

    Raises:
        ValueError: If the last sizes differ.

    Example:
        >>> float(nnfit.ops.inner([1.0, 2.0], [3.0, 4.0]))
        11.0
    """
    x1, x2 = convert_to_tensor(x1), convert_to_tensor(x2)
    if not x1.shape or not x2.shape:
        return _ops.multiply(x1, x2)
    return tensordot(x1, x2, ([-1], [-1]))


def norm(x: TensorLike, ord: float | str | None = None, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Returns the norm of vectors (along one axis) or of matrices (along two).

    Args:
        x: Float tensor.
        ord: None for the 2-norm of all elements. For vectors, the p of `sum(|x|**p) ** (1 / p)`; inf and -inf: the
            largest and the least `|x|`; 0: how many are not 0. For matrices, `"fro"`: the 2-norm of the elements; 1
            and -1: the largest and the least column sum of `|x|`; inf and -inf: of row sums. Defaults to None.
        axis: Axis of the vectors or two axes of the matrices. Defaults to all of a vector or matrix.
        keepdims: Whether reduced axes stay with size 1. Defaults to False.

    Returns:
        A float tensor.

    Raises:
        ValueError: If `ord` is none of these.

    Example:
        >>> float(nnfit.ops.norm([3.0, 4.0]))
        5.0
    """
    x = convert_to_tensor(x)
    axes = tuple(range(len(x.shape))) if axis is None else (axis,) if isinstance(axis, int) else tuple(axis)
    if ord is None or (ord == "fro" and len(axes) == 2):
        return _ops.sqrt(_ops.sum(_ops.square(x), axis=axes, keepdims=keepdims))
    if len(axes) == 1:
        return _vector_norm(x, ord, axes[0], keepdims)
    if len(axes) == 2 and ord in (1, -1, np.inf, -np.inf):
        rows, columns = (a % len(x.shape) for a in axes)
        summed, other = (rows, columns) if abs(ord) == 1 else (columns, rows)
        sums = _ops.sum(_ops.abs(x), axis=summed, keepdims=True)
        result = (_ops.max if ord > 0 else _ops.min)(sums, axis=other, keepdims=True)
        return result if keepdims else _ops.squeeze(result, axis=(rows, columns))
    raise ValueError(f"[norm] ord={ord!r} is not known for a norm over {len(axes)} axes.")


def _vector_norm(x: Tensor, ord: float | str, axis: int, keepdims: bool) -> Tensor:
    if isinstance(ord, str):
        raise ValueError(f"[norm] ord={ord!r} is for matrices; got one axis, {axis}.")
    if ord == np.inf:
        return _ops.max(_ops.abs(x), axis=axis, keepdims=keepdims)
    if ord == -np.inf:
        return _ops.min(_ops.abs(x), axis=axis, keepdims=keepdims)
    if ord == 0:
        return _ops.sum(_ops.cast(_ops.not_equal(x, 0), dtype=x.dtype), axis=axis, keepdims=keepdims)
    if ord == 1:
        return _ops.sum(_ops.abs(x), axis=axis, keepdims=keepdims)
    if ord == 2:
        return _ops.sqrt(_ops.sum(_ops.square(x), axis=axis, keepdims=keepdims))
    powers = _ops.sum(_ops.power(_ops.abs(x), float(ord)), axis=axis, keepdims=keepdims)
    return _ops.power(powers, 1.0 / ord)


def diagonal(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Returns a diagonal, as the last axis.

    Args:
        x: Tensor with at least two axes.
        offset: Which diagonal: 0 the main one, positive above it, negative below. Defaults to 0.
        axis1: The axis of rows. Defaults to the first.
        axis2: The axis of columns. Defaults to the second.

    Returns:
        A tensor of the type of `x`.

    Raises:
        ValueError: If `x` has less than two axes, or the two axes are the same.

    Example:
        >>> nnfit.ops.diagonal([[1, 2], [3, 4]]).numpy()
        array([1, 4], dtype=int32)
    """
    x = convert_to_tensor(x)
    rank = len(x.shape)
    axis1, axis2 = resolved_axis("diagonal", axis1, rank), resolved_axis("diagonal", axis2, rank)
    if axis1 == axis2:
        raise ValueError(f"[diagonal] expected two different axes; got axis {axis1} twice.")
    others = [a for a in range(rank) if a not in (axis1, axis2)]
    rows, columns = x.shape[axis1], x.shape[axis2]
    row, column = max(-offset, 0), max(offset, 0)
    i = np.arange(max(min(rows - row, columns - column), 0), dtype=np.int32)
    sizes = [-1 if x.shape[a] is None else x.shape[a] for a in others]
    flat = _ops.reshape(_ops.transpose(x, axes=[*others, axis1, axis2]), newshape=[*sizes, rows * columns])
    return _ops.take(flat, (i + row) * columns + i + column, axis=-1)


def diag(x: TensorLike, k: int = 0) -> Tensor:
    """Returns the diagonal of a matrix, or the matrix with a vector on its diagonal.

    Args:
        x: Matrix or vector.
        k: Which diagonal: 0 the main one, positive above it, negative below. Defaults to 0.

    Returns:
        A vector or a matrix of the type of `x`.

    Raises:
        ValueError: If `x` is neither a vector nor a matrix.

    Example:
        >>> nnfit.ops.diag([1, 2]).numpy()
        array([[1, 0],
               [0, 2]], dtype=int32)
    """
    x = convert_to_tensor(x)
    if len(x.shape) == 2:
        return diagonal(x, k)
    if len(x.shape) != 1:
        raise ValueError(f"[diag] expected a vector or a matrix; got shape {x.shape}.")
    size = x.shape[0] + abs(k)
    return _ops.where(np.eye(size, k=k, dtype=bool), _ops.expand_dims(_placed(x, k), axis=0), _zero(x))


def _placed(x: Tensor, k: int) -> Tensor:
    return _ops.pad(x, pad_width=(max(k, 0), max(-k, 0)))


def _zero(x: Tensor) -> Tensor:
    return convert_to_tensor(0, x.dtype)


def trace(x: TensorLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Returns the sum of a diagonal.

    Args:
        x: Tensor with at least two axes.
        offset: Which diagonal: 0 the main one, positive above it, negative below. Defaults to 0.
        axis1: The axis of rows. Defaults to the first.
        axis2: The axis of columns. Defaults to the second.

    Returns:
        A tensor without the two axes.

    Example:
        >>> int(nnfit.ops.trace([[1, 2], [3, 4]]))
        5
    """
    return _ops.sum(diagonal(x, offset, axis1, axis2), axis=-1, keepdims=False)


def tril(x: TensorLike, k: int = 0) -> Tensor:
    """Returns `x` with zeros above a diagonal of its last two axes.

    Args:
        x: Tensor with at least two axes.
        k: Which diagonal: 0 the main one, positive above it, negative below. Defaults to 0.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.tril([[1, 2], [3, 4]]).numpy()
        array([[1, 0],
               [3, 4]], dtype=int32)
    """
    x = convert_to_tensor(x)
    return _ops.where(np.tri(x.shape[-2], x.shape[-1], k=k, dtype=bool), x, _zero(x))


def triu(x: TensorLike, k: int = 0) -> Tensor:
    """Returns `x` with zeros below a diagonal of its last two axes.

    Args:
        x: Tensor with at least two axes.
        k: Which diagonal: 0 the main one, positive above it, negative below. Defaults to 0.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.triu([[1, 2], [3, 4]]).numpy()
        array([[1, 2],
               [0, 4]], dtype=int32)
    """
    x = convert_to_tensor(x)
    return _ops.where(np.tri(x.shape[-2], x.shape[-1], k=k - 1, dtype=bool), _zero(x), x)
