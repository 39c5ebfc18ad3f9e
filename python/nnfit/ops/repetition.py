"""Functions whose result holds elements of the argument more than once, or elements beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike
from nnfit.ops.core import convert_to_tensor

_ops = _core.ops


def broadcast_to(x: TensorLike, shape: Sequence[int]) -> Tensor:
    """Repeats `x` along axes of size 1 and along new leading axes.

    Args:
        x: Tensor.
        shape: The shape of the result.

    Returns:
        A tensor of that shape and the type of `x`.

    Raises:
        ValueError: If the shape of `x` does not broadcast to `shape`.

    Example:
        >>> nnfit.ops.broadcast_to([1, 2], (2, 2)).numpy()
        array([[1, 2],
               [1, 2]], dtype=int32)
    """
    return _ops.broadcast_to(x, shape=shape)


def tile(x: TensorLike, repeats: int | Sequence[int]) -> Tensor:
    """Repeats the whole of `x` along each axis.

    Args:
        x: Tensor.
        repeats: How often, for each axis; short ones are for the last axes.

    Returns:
        A tensor of the type of `x`.

    Example:
        >>> nnfit.ops.tile([1, 2], 2).numpy()
        array([1, 2, 1, 2], dtype=int32)
    """
    return _ops.tile(x, repeats=repeats)


def repeat(x: TensorLike, repeats: int | Sequence[int], axis: int | None = None) -> Tensor:
    """Repeats each element of `x` along an axis.

    Args:
        x: Tensor.
        repeats: How often; one number, or one for each element along `axis`.
        axis: Axis to repeat along. Defaults to None: the flattened tensor.

    Returns:
        A tensor of the type of `x`.

    Example:
        >>> nnfit.ops.repeat([1, 2], 2).numpy()
        array([1, 1, 2, 2], dtype=int32)
    """
    if axis is None:
        x, axis = _ops.reshape(x, newshape=(-1,)), 0
    if isinstance(repeats, int):
        return _ops.repeat(x, repeats=repeats, axis=axis)
    return _ops.take(x, np.repeat(np.arange(len(repeats)), repeats), axis=axis)


def pad(
    x: TensorLike,
    pad_width: int | Sequence[int] | Sequence[Sequence[int]],
    mode: str = "constant",
    constant_values: float | None = None,
) -> Tensor:
    """Adds elements before and after each axis.

    Args:
        x: Tensor.
        pad_width: `((before, after), …)` for each axis; one pair, or one number, serves all.
        mode: `"constant"`; `"reflect"` mirrors without the edge, `"symmetric"` with it. Defaults to `"constant"`.
        constant_values: What is added in mode `"constant"`. Defaults to 0.

    Returns:
        A tensor of the type of `x`.

    Raises:
        ValueError: If a width is negative, the mode is unknown, or `x` is too short to mirror.

    Example:
        >>> nnfit.ops.pad([1, 2, 3], (2, 1)).numpy()
        array([0, 0, 1, 2, 3, 0], dtype=int32)
        >>> nnfit.ops.pad([1, 2, 3], (2, 1), mode="reflect").numpy()
        array([3, 2, 1, 2, 3, 2], dtype=int32)
    """
    x = convert_to_tensor(x)
    rank = len(x.shape)
    given: list[Any] = [pad_width] if isinstance(pad_width, int) else list(pad_width)
    if len(given) == 2 and isinstance(given[0], int):
        given = [given]
    widths = [(w, w) if isinstance(w, int) else tuple(w) for w in given]
    if len(widths) == 1:
        widths = widths * rank
    if len(widths) != rank or any(len(w) != 2 or w[0] < 0 or w[1] < 0 for w in widths):
        raise ValueError(
            f"[pad] expected pad_width of one non-negative pair for each of the {rank} axes; got {pad_width}."
        )
    if mode == "constant":
        flat = [width for pair in widths for width in pair]
        return _ops.pad(x, pad_width=flat, constant_values=0 if constant_values is None else constant_values)
    if mode not in ("reflect", "symmetric"):
        raise ValueError(f'[pad] expected mode "constant", "reflect" or "symmetric"; got {mode!r}.')
    if constant_values is not None:
        raise ValueError(f'[pad] constant_values={constant_values} is for mode "constant"; got {mode!r}.')
    for axis, (before, after) in enumerate(widths):
        x = _mirrored(x, axis, before, after, 1 if mode == "reflect" else 0)
    return x


def _mirrored(x: Tensor, axis: int, before: int, after: int, skip: int) -> Tensor:
    size = x.shape[axis]
    if size is not None and max(before, after) + skip > size:
        raise ValueError(f"[pad] cannot mirror {max(before, after)} elements of an axis of size {size}.")
    lead = (slice(None),) * axis
    parts = [x]
    if before:
        first = (*lead, slice(skip, skip + before))
        parts.insert(0, _ops.flip(x[first], axis=axis))
    if after:
        last = (*lead, slice(-after - skip, -skip or None))
        parts.append(_ops.flip(x[last], axis=axis))
    return _ops.concatenate(*parts, axis=axis) if len(parts) > 1 else x


def meshgrid(*x: TensorLike, indexing: str = "xy") -> list[Tensor]:
    """Returns the coordinates of the points of a grid.

    Args:
        *x: Vectors of coordinates, one for each axis.
        indexing: `"ij"`: axis i of the results is that of vector i; `"xy"`: the first two are exchanged. Defaults to
            `"xy"`.

    Returns:
        As many tensors as vectors, each of the shape of the grid.

    Raises:
        ValueError: If `indexing` is neither.

    Example:
        >>> x, y = nnfit.ops.meshgrid([1, 2], [3, 4, 5])
        >>> x.numpy()
        array([[1, 2],
               [1, 2],
               [1, 2]], dtype=int32)
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f'[meshgrid] expected indexing "xy" or "ij"; got {indexing!r}.')
    vectors = [_ops.reshape(v, newshape=(-1,)) for v in x]
    rank = len(vectors)
    place = list(range(rank))
    if indexing == "xy" and rank > 1:
        place[0], place[1] = 1, 0
    sizes = [0] * rank
    for axis, v in zip(place, vectors, strict=True):
        sizes[axis] = v.shape[0]
    grids = []
    for axis, v in zip(place, vectors, strict=True):
        v = _ops.reshape(v, newshape=[-1 if a == axis else 1 for a in range(rank)])
        grids.append(_ops.broadcast_to(v, shape=sizes))
    return grids
