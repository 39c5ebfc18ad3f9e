"""Names of TensorFlow's top level for making, cutting and joining tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnfit import ops, tree
from nnfit.compat.tensorflow.spelling import spelled

broadcast_to = spelled(ops.broadcast_to, input="x")
cast = spelled(ops.cast)
concat = spelled(ops.concatenate, values="xs")
expand_dims = spelled(ops.expand_dims, input="x")
identity = spelled(ops.copy, input="x")
meshgrid = spelled(ops.meshgrid)
ones_like = spelled(ops.ones_like, input="x")
repeat = spelled(ops.repeat, input="x")
reshape = spelled(ops.reshape, tensor="x", shape="newshape")
reverse = spelled(ops.flip, tensor="x")
roll = spelled(ops.roll, input="x")
squeeze = spelled(ops.squeeze, input="x")
stack = spelled(ops.stack, values="x")
stop_gradient = spelled(ops.stop_gradient, input="variable")
tile = spelled(ops.tile, input="x", multiples="repeats")
transpose = spelled(ops.transpose, a="x", perm="axes")
unstack = spelled(ops.unstack, value="x")
zeros_like = spelled(ops.zeros_like, input="x")


def constant(value: Any, dtype: str | None = None, shape: Any = None, name: str | None = None) -> Any:
    """Returns a tensor of a value, filled up to `shape` if that is given."""
    tensor = ops.convert_to_tensor(value, dtype)
    if shape is None:
        return tensor
    return ops.broadcast_to(tensor, shape) if tensor.size == 1 else ops.reshape(tensor, shape)


def convert_to_tensor(value: Any, dtype: str | None = None, dtype_hint: Any = None, name: str | None = None) -> Any:
    """Returns `value` as a tensor."""
    if isinstance(value, (list, tuple)) and any(map(ops.is_tensor, value)):
        value = ops.stack(list(value))
    return ops.convert_to_tensor(value, dtype)


def zeros(shape: Any, dtype: str = "float32", name: str | None = None) -> Any:
    """Returns zeros."""
    return ops.zeros(_sizes(shape), dtype)


def ones(shape: Any, dtype: str = "float32", name: str | None = None) -> Any:
    """Returns ones."""
    return ops.ones(_sizes(shape), dtype)


def fill(dims: Any, value: Any, name: str | None = None) -> Any:
    """Returns a tensor of shape `dims` full of `value`."""
    return ops.full(_sizes(dims), value, ops.convert_to_tensor(value).dtype)


def eye(
    num_rows: int,
    num_columns: int | None = None,
    batch_shape: Any = None,
    dtype: str = "float32",
    name: str | None = None,
) -> Any:
    """Returns identity matrices."""
    matrix = ops.eye(num_rows, num_columns, dtype=dtype)
    return matrix if batch_shape is None else ops.broadcast_to(matrix, (*_sizes(batch_shape), *matrix.shape))


def range(*args: Any, delta: Any = 1, dtype: str | None = None, name: str | None = None) -> Any:
    """Returns numbers from `start`, by default 0, to before `limit` in steps of `delta`."""
    numbers = [arg.item() if hasattr(arg, "item") else arg for arg in args]
    start, limit = (0, numbers[0]) if len(numbers) == 1 else numbers[:2]
    return ops.arange(start, limit, numbers[2] if len(numbers) > 2 else delta, dtype=dtype)


def linspace(start: Any, stop: Any, num: int, name: str | None = None, axis: int = 0) -> Any:
    """Returns `num` numbers from `start` to `stop`, both among them."""
    return ops.linspace(start, stop, num, axis=axis)


def shape(input: Any, out_type: str = "int32", name: str | None = None) -> Any:
    """Returns the shape, a tensor of ints.

    Raises:
        ValueError: If a size is not known, as the batch of a symbolic tensor is not.
    """
    sizes = ops.shape(input)
    if None in sizes:
        raise ValueError(
            f"[tf.shape] a shape of {sizes} is not known yet; ask for it in the call method of a layer, or in a Lambda."
        )
    return ops.convert_to_tensor(np.array(sizes, np.int64), out_type)


def size(input: Any, out_type: str = "int32", name: str | None = None) -> Any:
    """Returns the number of elements."""
    return ops.convert_to_tensor(np.prod(np.asarray(shape(input)), dtype=np.int64), out_type)


def rank(input: Any, name: str | None = None) -> Any:
    """Returns the number of axes."""
    return ops.convert_to_tensor(len(ops.shape(input)), "int32")


def _sizes(shape: Any) -> tuple[int, ...]:
    if hasattr(shape, "__index__") and getattr(shape, "ndim", 0) == 0:
        return (int(shape),)
    return tuple(int(n) for n in shape)


def one_hot(
    indices: Any,
    depth: int,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: str | None = None,
    name: str | None = None,
) -> Any:
    """Returns `on_value`, by default 1, at each index along a new axis, `off_value`, by default 0, elsewhere."""
    ones_and_zeros = ops.one_hot(indices, depth, -1 if axis is None else axis, dtype or "float32")
    if on_value is None and off_value is None:
        return ones_and_zeros
    on, off = 1 if on_value is None else on_value, 0 if off_value is None else off_value
    return ops.cast(ops.where(ops.cast(ones_and_zeros, "bool"), on, off), dtype or ops.convert_to_tensor(on).dtype)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """Returns `x` where the condition holds and `y` elsewhere; without them, the places where it holds."""
    if x is not None and y is not None:
        return ops.where(condition, x, y)
    return ops.convert_to_tensor(np.argwhere(np.asarray(condition)).astype(np.int64))


def gather(params: Any, indices: Any, validate_indices: Any = None, axis: int = 0, batch_dims: int = 0) -> Any:
    """Returns the slices of `params` at `indices` along `axis`.

    Raises:
        ValueError: For `batch_dims` other than 0.
    """
    if batch_dims:
        raise ValueError("[tf.gather] expected batch_dims=0; use ops.take_along_axis for batches.")
    return ops.take(params, indices, axis)


def boolean_mask(tensor: Any, mask: Any, axis: int = 0, name: str | None = None) -> Any:
    """Returns the slices of a tensor where the mask is true; not in a traced function, for it looks at values."""
    return ops.take(tensor, np.flatnonzero(np.asarray(mask)), axis)


def split(value: Any, num_or_size_splits: Any, axis: int = 0, num: Any = None, name: str | None = None) -> Any:
    """Returns a list of pieces along `axis`: so many equal ones, or ones of the sizes given, -1 for the rest."""
    if not isinstance(num_or_size_splits, (list, tuple, np.ndarray)):
        return ops.split(value, int(num_or_size_splits), axis)
    sizes = [int(n) for n in num_or_size_splits]
    total = ops.shape(value)[axis]
    if -1 in sizes and total is not None:
        sizes[sizes.index(-1)] = total - sum(sizes) - 1
    return ops.split(value, np.cumsum(sizes[:-1]).tolist(), axis)


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Any:
    """Returns the part of a tensor from `begin` on of the given size, -1 for all that there is."""
    starts = _sizes(begin)
    wanted = [
        total - start if n == -1 and total is not None else n
        for n, start, total in zip(_sizes(size), starts, ops.shape(input_), strict=True)
    ]
    return ops.slice(input_, starts, wanted)


def pad(tensor: Any, paddings: Any, mode: str = "CONSTANT", constant_values: Any = 0, name: str | None = None) -> Any:
    """Returns a tensor with `(before, after)` more elements along each axis."""
    widths = np.asarray(paddings).tolist()
    if mode.lower() == "constant":
        return ops.pad(tensor, widths, "constant", constant_values)
    return ops.pad(tensor, widths, mode.lower())


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    """Returns values no smaller and no larger than the bounds."""
    return ops.clip(t, clip_value_min, clip_value_max)


def clip_by_norm(t: Any, clip_norm: float, axes: Any = None, name: str | None = None) -> Any:
    """Returns a tensor scaled down, if its norm is larger, to `clip_norm`."""
    norm = ops.sqrt(ops.sum(ops.square(t), axes, keepdims=True))
    return ops.divide(ops.multiply(t, clip_norm), ops.maximum(norm, clip_norm))


def global_norm(t_list: Sequence[Any], name: str | None = None) -> Any:
    """Returns the norm of all values of several tensors together; `None` among them counts nothing."""
    squares = [ops.sum(ops.square(t)) for t in t_list if t is not None]
    return ops.sqrt(ops.sum(ops.stack(squares)))


def clip_by_global_norm(t_list: Sequence[Any], clip_norm: float, use_norm: Any = None, name: str | None = None) -> Any:
    """Returns tensors scaled down together, if their global norm is larger, to `clip_norm`; and that norm."""
    norm = global_norm(t_list) if use_norm is None else use_norm
    scale = ops.divide(clip_norm, ops.maximum(norm, clip_norm))
    return [None if t is None else ops.multiply(t, scale) for t in t_list], norm


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: str | None = None) -> Any:
    """Returns what one of two functions gives."""
    return ops.cond(pred, true_fn, false_fn)


def map_fn(fn: Callable[[Any], Any], elems: Any, dtype: Any = None, **options: Any) -> Any:
    """Returns `fn` of each slice along the first axis, stacked."""
    count = ops.shape(tree.flatten(elems)[0])[0] or 0
    results = [fn(tree.map_structure(lambda e, i=i: e[i], elems)) for i in np.arange(count).tolist()]
    return tree.map_structure(lambda *leaves: ops.stack(list(leaves)), *results)
