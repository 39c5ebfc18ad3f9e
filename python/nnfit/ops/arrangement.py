"""Functions that arrange elements: none computes, all pass the gradient to where the element came from."""

from __future__ import annotations

from collections.abc import Sequence

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import Axis, TensorLike
from nnfit.ops.core import convert_to_tensor

_ops = _core.ops


def resolved_axis(op: str, axis: int, rank: int) -> int:
    """Counts an axis from the front, or raises ValueError in the name of `op`."""
    if not -rank <= axis < rank:
        raise ValueError(f"[{op}] axis {axis} is out of range for a tensor with {rank} axes.")
    return axis % rank


def reshape(x: TensorLike, newshape: int | Sequence[int]) -> Tensor:
    """Returns the elements of `x`, in row-major order, in another shape.

    Args:
        x: Tensor.
        newshape: The shape; at most one size may be -1: what the others leave.

    Returns:
        A tensor of shape `newshape` that shares the memory of `x`.

    Raises:
        ValueError: If `newshape` does not have as many elements as `x`.

    Example:
        >>> nnfit.ops.reshape([1, 2, 3, 4], (2, -1)).numpy()
        array([[1, 2],
               [3, 4]], dtype=int32)
    """
    return _ops.reshape(x, newshape=newshape)


def ravel(x: TensorLike) -> Tensor:
    """Returns the elements of `x`, in row-major order, as a vector.

    Args:
        x: Tensor.

    Returns:
        A vector.

    Example:
        >>> nnfit.ops.ravel([[1, 2], [3, 4]]).numpy()
        array([1, 2, 3, 4], dtype=int32)
    """
    return _ops.reshape(x, newshape=(-1,))


def expand_dims(x: TensorLike, axis: int | Sequence[int]) -> Tensor:
    """Inserts axes of size 1.

    Args:
        x: Tensor.
        axis: Where, in the result, the new axis or axes are.

    Returns:
        A tensor that shares the memory of `x`.

    Raises:
        ValueError: If an axis is out of range or named twice.

    Example:
        >>> nnfit.ops.expand_dims([1, 2], axis=-1).shape
        (2, 1)
    """
    return _ops.expand_dims(x, axis=axis)


def squeeze(x: TensorLike, axis: Axis = None) -> Tensor:
    """Removes axes of size 1.

    Args:
        x: Tensor.
        axis: Axis or axes to remove. Defaults to all of size 1.

    Returns:
        A tensor that shares the memory of `x`.

    Raises:
        ValueError: If a named axis is not of size 1.

    Example:
        >>> nnfit.ops.squeeze([[[1], [2]]], axis=0).shape
        (2, 1)
    """
    return _ops.squeeze(x, axis=axis)


def transpose(x: TensorLike, axes: Sequence[int] | None = None) -> Tensor:
    """Permutes the axes: axis `i` of the result is axis `axes[i]` of `x`.

    Args:
        x: Tensor.
        axes: A permutation of the axes. Defaults to the reversed order.

    Returns:
        A tensor of the type of `x`.

    Raises:
        ValueError: If `axes` is not a permutation.

    Example:
        >>> nnfit.ops.transpose([[1, 2], [3, 4]]).numpy()
        array([[1, 3],
               [2, 4]], dtype=int32)
    """
    return _ops.transpose(x, axes=axes)


def swapaxes(x: TensorLike, axis1: int, axis2: int) -> Tensor:
    """Exchanges two axes.

    Args:
        x: Tensor.
        axis1: One axis.
        axis2: The other.

    Returns:
        A tensor of the type of `x`.

    Example:
        >>> nnfit.ops.swapaxes(np.zeros((2, 3, 4)), 0, -1).shape
        (4, 3, 2)
    """
    x = convert_to_tensor(x)
    rank = len(x.shape)
    axes = list(range(rank))
    axis1, axis2 = resolved_axis("swapaxes", axis1, rank), resolved_axis("swapaxes", axis2, rank)
    axes[axis1], axes[axis2] = axis2, axis1
    return _ops.transpose(x, axes=axes)


def moveaxis(x: TensorLike, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """Moves axes; the others keep their order.

    Args:
        x: Tensor.
        source: The axis or axes to move.
        destination: Where each of them goes.

    Returns:
        A tensor of the type of `x`.

    Raises:
        ValueError: If an axis is out of range or named twice, or `source` and `destination` differ in length.

    Example:
        >>> nnfit.ops.moveaxis(np.zeros((2, 3, 4)), 0, -1).shape
        (3, 4, 2)
    """
    x = convert_to_tensor(x)
    rank = len(x.shape)
    sources, goals = (
        [resolved_axis("moveaxis", a, rank) for a in ((axes,) if isinstance(axes, int) else axes)]
        for axes in (source, destination)
    )
    if len(sources) != len(goals) or len(set(sources)) != len(sources) or len(set(goals)) != len(goals):
        raise ValueError(
            f"[moveaxis] expected as many different destinations as sources; got source={source} and "
            f"destination={destination}."
        )
    axes = [a for a in range(rank) if a not in sources]
    for goal, axis in sorted(zip(goals, sources, strict=True)):
        axes.insert(goal, axis)
    return _ops.transpose(x, axes=axes)


def flip(x: TensorLike, axis: Axis = None) -> Tensor:
    """Reverses the order of elements along axes.

    Args:
        x: Tensor.
        axis: Axis or axes to reverse. Defaults to all.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.flip([1, 2, 3]).numpy()
        array([3, 2, 1], dtype=int32)
    """
    return _ops.flip(x, axis=axis)


def roll(x: TensorLike, shift: int | Sequence[int], axis: Axis = None) -> Tensor:
    """Moves elements along axes; those that leave at one end enter at the other.

    Args:
        x: Tensor.
        shift: How far, towards higher indices; one number, or one for each axis.
        axis: Axis or axes to move along. Defaults to None: the flattened tensor.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.roll([1, 2, 3], 1).numpy()
        array([3, 1, 2], dtype=int32)
    """
    if axis is None:
        tensor = convert_to_tensor(x)
        flat = _ops.reshape(tensor, newshape=(-1,))
        total = shift if isinstance(shift, int) else sum(shift)
        return _ops.reshape(_ops.roll(flat, shift=total, axis=0), newshape=tensor.shape)
    axes = (axis,) if isinstance(axis, int) else axis
    shifts = (shift,) * len(axes) if isinstance(shift, int) else shift
    if len(shifts) != len(axes):
        raise ValueError(f"[roll] expected one shift, or one for each of {len(axes)} axes; got {shift}.")
    y = convert_to_tensor(x)
    for one_shift, one_axis in zip(shifts, axes, strict=True):
        y = _ops.roll(y, shift=one_shift, axis=one_axis)
    return y
