"""Functions that read and write elements by index."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import DType, TensorLike
from nnfit.ops.core import convert_to_tensor

_ops = _core.ops


def get_item(x: TensorLike, key: Any) -> Tensor:
    """Returns `x[key]`.

    Args:
        x: Tensor.
        key: Whatever a NumPy array takes between brackets: integers, slices, `...`, `None`, arrays of integers.

    Returns:
        A tensor of the type of `x`.

    Raises:
        IndexError: If an index is out of range.

    Example:
        >>> nnfit.ops.get_item([[1, 2], [3, 4]], np.s_[:, -1]).numpy()
        array([2, 4], dtype=int32)
    """
    return convert_to_tensor(x)[key]


def slice(inputs: TensorLike, start_indices: Sequence[int], shape: Sequence[int]) -> Tensor:
    """Returns the block of `shape` that begins at `start_indices`.

    Args:
        inputs: Tensor.
        start_indices: Where the block begins, for each axis.
        shape: The size of the block; -1: up to the end.

    Returns:
        A tensor of shape `shape` and the type of `inputs`.

    Raises:
        ValueError: If the block is not within `inputs`.

    Example:
        >>> nnfit.ops.slice([[1, 2, 3], [4, 5, 6]], (0, 1), (2, 2)).numpy()
        array([[2, 3],
               [5, 6]], dtype=int32)
    """
    return _ops.slice(inputs, start_indices=start_indices, shape=shape)


def slice_update(inputs: TensorLike, start_indices: Sequence[int], updates: TensorLike) -> Tensor:
    """Returns `inputs` with the block that begins at `start_indices` replaced by `updates`.

    Args:
        inputs: Tensor.
        start_indices: Where the block begins, for each axis.
        updates: Tensor with as many axes as `inputs`.

    Returns:
        A tensor like `inputs`.

    Raises:
        ValueError: If the block is not within `inputs`.

    Example:
        >>> nnfit.ops.slice_update([1, 2, 3, 4], [1], [8, 9]).numpy()
        array([1, 8, 9, 4], dtype=int32)
    """
    return _ops.slice_update(inputs, updates, start_indices=start_indices)


def take(x: TensorLike, indices: TensorLike, axis: int | None = None) -> Tensor:
    """Returns the elements or slices of `x` at `indices` along `axis`.

    Args:
        x: Tensor.
        indices: Integer tensor of any shape; negative indices count from the end.
        axis: Axis to index. Defaults to None: the flattened tensor.

    Returns:
        A tensor of the type of `x`, whose shape is that of `x` with `axis` replaced by the shape of `indices`.

    Raises:
        IndexError: If an index is out of range.

    Example:
        >>> nnfit.ops.take([[1, 2, 3], [4, 5, 6]], [2, 0], axis=1).numpy()
        array([[3, 1],
               [6, 4]], dtype=int32)
    """
    return _ops.take(x, indices, axis=axis)


def take_along_axis(x: TensorLike, indices: TensorLike, axis: int | None = None) -> Tensor:
    """Returns `y[i, …, j, …, k] = x[i, …, indices[i, …, j, …, k], …, k]`, indexed along `axis`.

    Args:
        x: Tensor.
        indices: Integer tensor whose shape broadcasts with that of `x` except along `axis`.
        axis: Axis to index. Defaults to None: the flattened tensor.

    Returns:
        A tensor of the type of `x`.

    Raises:
        IndexError: If an index is out of range.

    Example:
        >>> nnfit.ops.take_along_axis([[1, 2, 3], [4, 5, 6]], [[2], [0]], axis=1).numpy()
        array([[3],
               [4]], dtype=int32)
    """
    if axis is None:
        x, indices, axis = _ops.reshape(x, newshape=[-1]), _ops.reshape(indices, newshape=[-1]), 0
    return _ops.take_along_axis(x, indices, axis=axis)


def one_hot(x: TensorLike, num_classes: int, axis: int = -1, dtype: DType = None) -> Tensor:
    """Returns 1 at the place `x` along a new axis and 0 elsewhere; a row of zeros where `x` is not a class.

    Args:
        x: Tensor of classes; floats are cut to integers.
        num_classes: Size of the new axis.
        axis: Where, in the result, the new axis is. Defaults to the last.
        dtype: Type of the result. Defaults to the default float type.

    Returns:
        A tensor with one more axis than `x`.

    Example:
        >>> nnfit.ops.one_hot([2, 0], 3).numpy()
        array([[0., 0., 1.],
               [1., 0., 0.]], dtype=float32)
    """
    if str(getattr(x, "dtype", "")).startswith("float"):
        x = _ops.cast(x, dtype="int32")
    return _ops.one_hot(x, num_classes=num_classes, axis=axis, dtype=dtype)


def segment_sum(
    data: TensorLike, segment_ids: TensorLike, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """Returns `y[s] = sum of data[i] over all i with segment_ids[i] == s`.

    Args:
        data: Tensor.
        segment_ids: Integer vector as long as the first axis of `data`.
        num_segments: Size of the first axis of the result. Defaults to one more than the largest id, which has to be
            looked at: a traced function needs the number.
        sorted: Whether the ids are in order. No difference is made.

    Returns:
        A tensor of the type of `data`.

    Raises:
        IndexError: If an id is not below `num_segments`.

    Example:
        >>> nnfit.ops.segment_sum([1.0, 2.0, 4.0], [0, 1, 0], 2).numpy()
        array([5., 2.], dtype=float32)
    """
    if num_segments is None:
        num_segments = int(_ops.max(segment_ids, axis=None, keepdims=False)) + 1
    return _ops.scatter_add(segment_ids, data, axis=0, size=num_segments)
