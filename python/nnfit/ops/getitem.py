"""Indexing of tensors: `x[key]` for every class that stands for a tensor."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from nnfit import _core

_ops = _core.ops
_MISSING = -(2**63)  # what strided_slice reads as a bound that is not given


def getitem(x: Any, key: Any) -> Any:
    """Returns `x[key]` for a tensor, traced or symbolic too, with NumPy's meaning.

    Args:
        x: Tensor.
        key: An integer, slice, `...`, `None`, integer array, or a tuple of these.

    Returns:
        A tensor.

    Raises:
        IndexError: If there are more indices than axes, or an integer is out of range.
        TypeError: If the key holds anything else.
    """
    items = list(key) if isinstance(key, tuple) else [key]
    items = _with_ellipsis_expanded(x, items)
    starts, stops, steps, squeezed, added, arrays = [], [], [], [], [], []
    place = 0  # axis of the sliced tensor that the next item speaks of
    result = 0  # axis of the result
    for item in items:
        if item is None:
            added.append(result)
            result += 1
            continue
        start, stop, step = _MISSING, _MISSING, 1
        if isinstance(item, slice):
            start = _MISSING if item.start is None else operator.index(item.start)
            stop = _MISSING if item.stop is None else operator.index(item.stop)
            step = 1 if item.step is None else operator.index(item.step)
            if step == 0:
                raise ValueError("[getitem] expected a slice step other than 0.")
            result += 1
        elif _is_array(item):
            arrays.append((place, result, item))
            result += 1
        else:
            start = _integer(item, place, x.shape)
            stop = start + 1 if start != -1 else _MISSING
            squeezed.append(place)
        starts.append(start)
        stops.append(stop)
        steps.append(step)
        place += 1
    y = x
    if any(s != _MISSING for s in starts + stops) or any(s != 1 for s in steps):
        y = _ops.strided_slice(y, starts=starts, stops=stops, steps=steps)
    if arrays:
        return _with_arrays(y, arrays, squeezed, added)
    if squeezed:
        y = _ops.squeeze(y, axis=squeezed)
    return _ops.expand_dims(y, axis=added) if added else y if y is not x else _ops.identity(x)


def _with_ellipsis_expanded(x: Any, items: list[Any]) -> list[Any]:
    rank = len(x.shape)
    used = sum(1 for item in items if item is not None and item is not Ellipsis)
    if used > rank:
        raise IndexError(f"[getitem] expected at most {rank} indices for shape {tuple(x.shape)}; got {used}.")
    places = [i for i, item in enumerate(items) if item is Ellipsis]
    if len(places) > 1:
        raise IndexError("[getitem] expected at most one '...'.")
    at = places[0] if places else len(items)
    return items[:at] + [slice(None)] * (rank - used) + items[at + 1 :]


def _is_array(item: Any) -> bool:
    if isinstance(item, (list, np.ndarray)):
        return True
    return isinstance(item, (_core.Tensor, _core.Variable)) and (item.ndim > 0 or getattr(item, "traced", False))


def _integer(item: Any, axis: int, shape: tuple[int | None, ...]) -> int:
    if isinstance(item, (bool, np.bool_)):
        raise TypeError("[getitem] a boolean is no index; use ops.where to select by a condition.")
    try:
        index = operator.index(item)
    except TypeError:
        raise TypeError(
            f"[getitem] expected integers, slices, '...', None or integer arrays; got {type(item).__name__}."
        ) from None
    size = shape[axis]
    if size is not None and not -size <= index < size:
        raise IndexError(f"[getitem] index {index} is out of range for axis {axis} of size {size}.")
    return index


def _with_arrays(y: Any, arrays: list[tuple[int, int, Any]], squeezed: list[int], added: list[int]) -> Any:
    # NumPy's rule for several arrays (integers among them count as arrays): they broadcast together and stand where the
    # first one does if they are neighbours, in front if not.
    indices = []
    for _, _, item in arrays:
        index: Any = item if isinstance(item, (_core.Tensor, _core.Variable)) else np.asarray(item)
        if str(index.dtype) == "bool":
            raise TypeError("[getitem] boolean arrays give shapes that depend on values; use ops.where instead.")
        if isinstance(index, np.ndarray) and index.size == 0:
            index = index.astype("int32")
        indices.append(index)
    if len(arrays) == 1 and not squeezed:
        y = _ops.take(y, indices[0], axis=arrays[0][0])
        if not added:
            return y
        grown = len(indices[0].shape) - 1
        at = arrays[0][1]
        return _ops.expand_dims(y, axis=[a if a <= at else a + grown for a in added])
    if added:
        raise TypeError("[getitem] None beside several index arrays is not supported; use ops.expand_dims.")
    axes = sorted([place for place, _, _ in arrays] + squeezed)
    zero = np.zeros((), "int32")
    by_axis = {place: index for (place, _, _), index in zip(arrays, indices, strict=True)}
    ordered = [by_axis.get(axis, zero) for axis in axes]
    neighbours = axes == list(range(axes[0], axes[0] + len(axes)))
    rank = len(y.shape)
    rest = [axis for axis in range(rank) if axis not in axes]
    sizes = [y.shape[axis] for axis in axes]
    flat_index: Any = 0
    for index, size in zip(ordered, sizes, strict=True):
        flat_index = _ops.add(_ops.multiply(flat_index, size), _counted_from_the_front(index, size, sizes))
    y = _ops.transpose(y, axes=axes + rest)
    y = _ops.reshape(y, newshape=[-1, *[y.shape[i] for i in range(len(axes), rank)]])
    y = _ops.take(y, flat_index, axis=0)
    if neighbours and axes[0] > 0:
        front = len(flat_index.shape)
        order = [*range(front, front + axes[0]), *range(front), *range(front + axes[0], len(y.shape))]
        y = _ops.transpose(y, axes=order)
    return y


def _counted_from_the_front(index: Any, size: int, sizes: list[int]) -> Any:
    traced = getattr(index, "traced", False)
    if not traced:
        values = np.asarray(index)
        wrong = values[(values < -size) | (values >= size)]
        if wrong.size:
            raise IndexError(f"[getitem] index {wrong[0]} is out of range for an axis of size {size}.")
    wrapped = _ops.where(_ops.less(index, 0), _ops.add(index, size), index)
    if not traced:
        return wrapped
    # A value that is not known yet: what is out of range here must be so in the flat index, too.
    outside = _ops.logical_or(_ops.less(wrapped, 0), _ops.greater_equal(wrapped, size))
    return _ops.where(outside, math.prod(sizes), wrapped)


_core.set_getitem_hook(getitem)
