"""Sorting and ranking."""

from __future__ import annotations

from typing import NamedTuple

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike

_ops = _core.ops


def sort(x: TensorLike, axis: int | None = -1) -> Tensor:
    """Returns `x` in ascending order along `axis`; NaN comes last.

    Args:
        x: Tensor.
        axis: Axis to sort along; None for the flattened tensor. Defaults to the last.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.sort([3.0, 1.0, 2.0]).numpy()
        array([1., 2., 3.], dtype=float32)
    """
    return _ops.sort(x, axis=axis)


def argsort(x: TensorLike, axis: int | None = -1) -> Tensor:
    """Returns the indices that sort `x` along `axis`; equal elements keep their order and NaN comes last.

    Args:
        x: Tensor.
        axis: Axis to sort along; None for the flattened tensor. Defaults to the last.

    Returns:
        An int32 tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.argsort([3.0, 1.0, 2.0]).numpy()
        array([1, 2, 0], dtype=int32)
    """
    return _ops.argsort(x, axis=axis)


def searchsorted(sorted_sequence: TensorLike, values: TensorLike, side: str = "left") -> Tensor:
    """Returns where values would be inserted into a sorted vector to keep it sorted.

    With the side `"left"` that is the number of elements below the value, with `"right"` the number of those that are
    not above it. NaN counts as greater than every number.

    Args:
        sorted_sequence: Vector in ascending order; what another gives is not defined.
        values: Tensor of any shape.
        side: `"left"` or `"right"`: before or after equal elements. Defaults to `"left"`.

    Returns:
        An int32 tensor of the shape of `values`.

    Raises:
        ValueError: If `sorted_sequence` is not a vector, or for another side.

    Example:
        >>> nnfit.ops.searchsorted([0.0, 0.5, 1.0], [0.2, 0.5, 3.0]).numpy()
        array([1, 1, 3], dtype=int32)
    """
    return _ops.searchsorted(sorted_sequence, values, side=side)


class TopK(NamedTuple):
    """What `top_k` returns."""

    values: Tensor
    indices: Tensor


def top_k(x: TensorLike, k: int, sorted: bool = True) -> TopK:
    """Returns the `k` largest elements along the last axis and where they are; of equal ones, the first.

    Args:
        x: Tensor.
        k: How many.
        sorted: Whether they have to be in descending order; they always are.

    Returns:
        The pair `(values, indices)`, both of the shape of `x` with `k` last; indices are int32.

    Raises:
        ValueError: If the last axis has less than `k` elements.

    Example:
        >>> values, indices = nnfit.ops.top_k([1.0, 4.0, 3.0], 2)
        >>> values.numpy(), indices.numpy()
        (array([4., 3.], dtype=float32), array([1, 2], dtype=int32))
    """
    return TopK(*_ops.top_k(x, k=k))


def in_top_k(targets: TensorLike, predictions: TensorLike, k: int) -> Tensor:
    """Returns whether less than `k` predictions are greater than that of the target.

    Args:
        targets: Integer tensor of shape `(batch,)`.
        predictions: Float tensor of shape `(batch, classes)`.
        k: How many predictions count as the top.

    Returns:
        A boolean tensor of shape `(batch,)`; False where the prediction of the target is not finite or the target is
        not a class.

    Example:
        >>> nnfit.ops.in_top_k([2, 0], [[0.1, 0.6, 0.3], [0.1, 0.6, 0.3]], 2).numpy()
        array([ True, False])
    """
    return _ops.in_top_k(targets, predictions, k=k)
