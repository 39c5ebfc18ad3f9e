"""Joining tensors, and cutting them apart."""

from __future__ import annotations

from collections.abc import Sequence

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike
from nnfit.ops.arrangement import resolved_axis
from nnfit.ops.core import convert_to_tensor

_ops = _core.ops


def concatenate(xs: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """Joins tensors along an axis that they have.

    Args:
        xs: Tensors of the same shape except along `axis`.
        axis: The axis to join along. Defaults to the first.

    Returns:
        A tensor of the promoted type.

    Raises:
        ValueError: If there are no tensors or their shapes differ along another axis.

    Example:
        >>> nnfit.ops.concatenate([[1, 2], [3]]).numpy()
        array([1, 2, 3], dtype=int32)
    """
    return _ops.concatenate(list(xs), axis=axis)


def stack(x: Sequence[TensorLike], axis: int = 0) -> Tensor:
    """Joins tensors along a new axis.

    Args:
        x: Tensors of one shape.
        axis: Where, in the result, the new axis is. Defaults to the first.

    Returns:
        A tensor of the promoted type.

    Raises:
        ValueError: If there are no tensors or their shapes differ.

    Example:
        >>> nnfit.ops.stack([[1, 2], [3, 4]], axis=1).numpy()
        array([[1, 3],
               [2, 4]], dtype=int32)
    """
    return _ops.stack(list(x), axis=axis)


def hstack(xs: Sequence[TensorLike]) -> Tensor:
    """Joins tensors along the second axis, or vectors along the first.

    Args:
        xs: Tensors of the same shape except along that axis.

    Returns:
        A tensor of the promoted type.

    Example:
        >>> nnfit.ops.hstack([[[1], [2]], [[3], [4]]]).numpy()
        array([[1, 3],
               [2, 4]], dtype=int32)
    """
    tensors = [convert_to_tensor(x) for x in xs]
    return _ops.concatenate(*tensors, axis=0 if tensors and len(tensors[0].shape) == 1 else 1)


def vstack(xs: Sequence[TensorLike]) -> Tensor:
    """Joins tensors along the first axis; vectors become rows.

    Args:
        xs: Tensors of the same shape except along that axis.

    Returns:
        A tensor of the promoted type.

    Example:
        >>> nnfit.ops.vstack([[1, 2], [3, 4]]).numpy()
        array([[1, 2],
               [3, 4]], dtype=int32)
    """
    tensors = [convert_to_tensor(x) for x in xs]
    if tensors and len(tensors[0].shape) == 1:
        return _ops.stack(*tensors, axis=0)
    return _ops.concatenate(*tensors, axis=0)


def split(x: TensorLike, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Tensor]:
    """Cuts a tensor along an axis.

    Args:
        x: Tensor.
        indices_or_sections: The number of equal parts, or the sorted indices at which parts begin.
        axis: The axis to cut. Defaults to the first.

    Returns:
        The parts.

    Raises:
        ValueError: If `x` cannot be cut into that many equal parts.

    Example:
        >>> [part.numpy().tolist() for part in nnfit.ops.split([1, 2, 3, 4], [1, 3])]
        [[1], [2, 3], [4]]
    """
    if isinstance(indices_or_sections, int):
        return _ops.split(x, sections=indices_or_sections, axis=axis)
    return _ops.split(x, indices=indices_or_sections, axis=axis)


def unstack(x: TensorLike, num: int | None = None, axis: int = 0) -> list[Tensor]:
    """Cuts a tensor into its slices along an axis, without that axis.

    Args:
        x: Tensor.
        num: The size along `axis`; needed where it is not known. Defaults to None.
        axis: The axis to remove. Defaults to the first.

    Returns:
        The slices.

    Raises:
        ValueError: If the size along `axis` is unknown or not `num`.

    Example:
        >>> [part.numpy().tolist() for part in nnfit.ops.unstack([[1, 2], [3, 4]], axis=1)]
        [[1, 3], [2, 4]]
    """
    x = convert_to_tensor(x)
    axis = resolved_axis("unstack", axis, len(x.shape))
    size = x.shape[axis]
    if num is None:
        num = size
    if num is None:
        raise ValueError(f"[unstack] the size of axis {axis} of shape {x.shape} is not known. Pass num=.")
    if size is not None and size != num:
        raise ValueError(f"[unstack] expected size {num} along axis {axis}; got shape {x.shape}.")
    if num == 0:
        return []
    return [_ops.squeeze(part, axis=axis) for part in _ops.split(x, sections=num, axis=axis)]
