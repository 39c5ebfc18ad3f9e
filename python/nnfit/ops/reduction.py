"""Reductions along axes, and running sums and products.

`axis` is one axis, a sequence of axes, or None for all; negative axes count from the end. With `keepdims` the reduced
axes stay, with size 1.
"""

from __future__ import annotations

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import Axis, DType, TensorLike
from nnfit.ops.core import shape

_ops = _core.ops


def sum(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Returns the sum along `axis`; 0 over nothing.

    Args:
        x: Tensor.
        axis: Axis or axes to sum over. Defaults to all.
        keepdims: Whether summed axes stay with size 1. Defaults to False.

    Returns:
        A tensor of the type of `x`; booleans and uint8 are summed as int32.

    Raises:
        ValueError: If an axis is out of range or named twice.

    Example:
        >>> nnfit.ops.sum([[1.0, 2.0], [3.0, 4.0]], axis=-1).numpy()
        array([3., 7.], dtype=float32)
    """
    return _ops.sum(x, axis=axis, keepdims=keepdims)


def mean(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Returns the mean along `axis`; NaN over nothing.

    Args:
        x: Tensor.
        axis: Axis or axes to average over. Defaults to all.
        keepdims: Whether averaged axes stay with size 1. Defaults to False.

    Returns:
        A float tensor.

    Example:
        >>> nnfit.ops.mean([[1, 2], [3, 4]], axis=0).numpy()
        array([2., 3.], dtype=float32)
    """
    return _ops.mean(x, axis=axis, keepdims=keepdims)


def prod(x: TensorLike, axis: Axis = None, keepdims: bool = False, dtype: DType = None) -> Tensor:
    """Returns the product along `axis`; 1 over nothing.

    Args:
        x: Tensor.
        axis: Axis or axes to multiply over. Defaults to all.
        keepdims: Whether reduced axes stay with size 1. Defaults to False.
        dtype: Type to convert `x` to before. Defaults to its own.

    Returns:
        A tensor of the type of `x`; booleans and uint8 are multiplied as int32.

    Example:
        >>> int(nnfit.ops.prod([2, 3, 4]))
        24
    """
    if dtype is not None:
        x = _ops.cast(x, dtype=dtype)
    return _ops.prod(x, axis=axis, keepdims=keepdims)


def max(x: TensorLike, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    """Returns the maximum along `axis`; NaN where there is one. Equal maxima share the gradient.

    Args:
        x: Tensor.
        axis: Axis or axes to reduce. Defaults to all.
        keepdims: Whether reduced axes stay with size 1. Defaults to False.
        initial: The least that the result can be; needed where nothing is reduced. Defaults to None.

    Returns:
        A tensor of the type of `x`.

    Raises:
        ValueError: If a reduced axis is empty and `initial` is None.

    Example:
        >>> nnfit.ops.max([[1.0, 4.0], [3.0, 2.0]], axis=1).numpy()
        array([4., 3.], dtype=float32)
    """
    if initial is not None:
        x = _with_initial(x, axis, initial)
    return _ops.max(x, axis=axis, keepdims=keepdims)


amax = max


def min(x: TensorLike, axis: Axis = None, keepdims: bool = False, initial: float | None = None) -> Tensor:
    """Returns the minimum along `axis`; NaN where there is one. Equal minima share the gradient.

    Args:
        x: Tensor.
        axis: Axis or axes to reduce. Defaults to all.
        keepdims: Whether reduced axes stay with size 1. Defaults to False.
        initial: The most that the result can be; needed where nothing is reduced. Defaults to None.

    Returns:
        A tensor of the type of `x`.

    Raises:
        ValueError: If a reduced axis is empty and `initial` is None.

    Example:
        >>> nnfit.ops.min([[1.0, 4.0], [3.0, 2.0]], axis=1).numpy()
        array([1., 2.], dtype=float32)
    """
    if initial is not None:
        x = _with_initial(x, axis, initial)
    return _ops.min(x, axis=axis, keepdims=keepdims)


def _with_initial(x: TensorLike, axis: Axis, initial: float) -> Tensor:
    """Adds `initial` once more behind the elements along each reduced axis."""
    rank = len(shape(x))
    axes = range(rank) if axis is None else (axis,) if isinstance(axis, int) else axis
    reduced = {a % rank for a in axes}
    widths = [width for a in range(rank) for width in (0, int(a in reduced))]
    return _ops.pad(x, pad_width=widths, constant_values=initial)


amin = min


def any(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Returns whether any element along `axis` is true (not zero); False over nothing.

    Args:
        x: Tensor.
        axis: Axis or axes to reduce. Defaults to all.
        keepdims: Whether reduced axes stay with size 1. Defaults to False.

    Returns:
        A boolean tensor.

    Example:
        >>> nnfit.ops.any([[True, False], [False, False]], axis=1).numpy()
        array([ True, False])
    """
    return _ops.any(x, axis=axis, keepdims=keepdims)


def all(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Returns whether all elements along `axis` are true (not zero); True over nothing.

    Args:
        x: Tensor.
        axis: Axis or axes to reduce. Defaults to all.
        keepdims: Whether reduced axes stay with size 1. Defaults to False.

    Returns:
        A boolean tensor.

    Example:
        >>> nnfit.ops.all([[True, False], [True, True]], axis=1).numpy()
        array([False,  True])
    """
    return _ops.all(x, axis=axis, keepdims=keepdims)


def argmax(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Returns the index of the first maximum along `axis`; of the first NaN where there is one.

    Args:
        x: Tensor.
        axis: Axis to search along. Defaults to None: the index is into the flattened tensor.
        keepdims: Whether the searched axis stays with size 1. Defaults to False.

    Returns:
        An int32 tensor.

    Raises:
        ValueError: If the searched axis is empty.

    Example:
        >>> nnfit.ops.argmax([[1.0, 4.0], [3.0, 2.0]], axis=1).numpy()
        array([1, 0], dtype=int32)
    """
    return _ops.argmax(x, axis=axis, keepdims=keepdims)


def argmin(x: TensorLike, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Returns the index of the first minimum along `axis`; of the first NaN where there is one.

    Args:
        x: Tensor.
        axis: Axis to search along. Defaults to None: the index is into the flattened tensor.
        keepdims: Whether the searched axis stays with size 1. Defaults to False.

    Returns:
        An int32 tensor.

    Raises:
        ValueError: If the searched axis is empty.

    Example:
        >>> nnfit.ops.argmin([[1.0, 4.0], [3.0, 2.0]], axis=1).numpy()
        array([0, 1], dtype=int32)
    """
    return _ops.argmin(x, axis=axis, keepdims=keepdims)


def logsumexp(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Returns `log(sum(exp(x)))` along `axis` without overflow; -inf over nothing.

    Args:
        x: Tensor.
        axis: Axis or axes to reduce. Defaults to all.
        keepdims: Whether reduced axes stay with size 1. Defaults to False.

    Returns:
        A float tensor.

    Example:
        >>> float(nnfit.ops.logsumexp([1000.0, -1000.0]))
        1000.0
    """
    return _ops.logsumexp(x, axis=axis, keepdims=keepdims)


def var(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Returns the variance along `axis`, `mean(|x - mean(x)|**2)`.

    Args:
        x: Tensor.
        axis: Axis or axes to reduce. Defaults to all.
        keepdims: Whether reduced axes stay with size 1. Defaults to False.

    Returns:
        A float tensor.

    Example:
        >>> float(nnfit.ops.var([1.0, 3.0]))
        1.0
    """
    deviation = _ops.subtract(x, _ops.mean(x, axis=axis, keepdims=True))
    return _ops.mean(_ops.square(deviation), axis=axis, keepdims=keepdims)


def std(x: TensorLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Returns the standard deviation along `axis`, `sqrt(var(x))`.

    Args:
        x: Tensor.
        axis: Axis or axes to reduce. Defaults to all.
        keepdims: Whether reduced axes stay with size 1. Defaults to False.

    Returns:
        A float tensor.

    Example:
        >>> float(nnfit.ops.std([1.0, 5.0]))
        2.0
    """
    return _ops.sqrt(var(x, axis, keepdims))


def average(x: TensorLike, axis: Axis = None, weights: TensorLike | None = None) -> Tensor:
    """Returns the weighted mean along `axis`, `sum(x * weights) / sum(weights)`.

    Args:
        x: Tensor.
        axis: Axis or axes to reduce. Defaults to all.
        weights: Tensor whose shape broadcasts to that of `x`, or a vector as long as the one `axis`. Defaults to equal
            weights.

    Returns:
        A float tensor.

    Example:
        >>> float(nnfit.ops.average([1.0, 5.0], weights=[3.0, 1.0]))
        2.0
    """
    if weights is None:
        return _ops.mean(x, axis=axis, keepdims=False)
    rank, weights_rank = len(shape(x)), len(shape(weights))
    if isinstance(axis, int) and weights_rank == 1 and rank > 1:
        others = [i for i in range(rank) if i != axis % rank]
        weights = _ops.expand_dims(weights, axis=others)
    weights = _ops.add(weights, _ops.zeros_like(x))
    total = _ops.sum(_ops.multiply(x, weights), axis=axis, keepdims=False)
    return _ops.divide(total, _ops.sum(weights, axis=axis, keepdims=False))


def count_nonzero(x: TensorLike, axis: Axis = None) -> Tensor:
    """Returns how many elements along `axis` are not zero.

    Args:
        x: Tensor.
        axis: Axis or axes to reduce. Defaults to all.

    Returns:
        An int32 tensor.

    Example:
        >>> nnfit.ops.count_nonzero([[1, 0], [2, 3]], axis=1).numpy()
        array([1, 2], dtype=int32)
    """
    return _ops.sum(_ops.cast(_ops.not_equal(x, 0), dtype="int32"), axis=axis, keepdims=False)


def moments(x: TensorLike, axes: Axis, keepdims: bool = False) -> tuple[Tensor, Tensor]:
    """Returns the mean and the variance along `axes`.

    Args:
        x: Float tensor.
        axes: Axis or axes to reduce.
        keepdims: Whether reduced axes stay with size 1. Defaults to False.

    Returns:
        The mean and the variance, each like `mean(x, axes)`.

    Example:
        >>> mean, variance = nnfit.ops.moments([[1.0, 2.0], [3.0, 6.0]], axes=0)
        >>> mean.numpy(), variance.numpy()
        (array([2., 4.], dtype=float32), array([1., 4.], dtype=float32))
    """
    return _ops.mean(x, axis=axes, keepdims=keepdims), var(x, axes, keepdims)


def cumsum(x: TensorLike, axis: int | None = None, dtype: DType = None) -> Tensor:
    """Returns the running sum along `axis`, `y[i] = x[0] + … + x[i]`.

    Args:
        x: Tensor.
        axis: Axis to sum along. Defaults to None: the flattened tensor.
        dtype: Type to convert `x` to before. Defaults to its own.

    Returns:
        A tensor of the shape of `x`, or a vector if `axis` is None.

    Example:
        >>> nnfit.ops.cumsum([1.0, 2.0, 3.0]).numpy()
        array([1., 3., 6.], dtype=float32)
    """
    if dtype is not None:
        x = _ops.cast(x, dtype=dtype)
    return _ops.cumsum(x, axis=axis)


def cumprod(x: TensorLike, axis: int | None = None, dtype: DType = None) -> Tensor:
    """Returns the running product along `axis`, `y[i] = x[0] * … * x[i]`.

    Args:
        x: Tensor.
        axis: Axis to multiply along. Defaults to None: the flattened tensor.
        dtype: Type to convert `x` to before. Defaults to its own.

    Returns:
        A tensor of the shape of `x`, or a vector if `axis` is None.

    Example:
        >>> nnfit.ops.cumprod([1.0, 2.0, 3.0]).numpy()
        array([1., 2., 6.], dtype=float32)
    """
    if dtype is not None:
        x = _ops.cast(x, dtype=dtype)
    return _ops.cumprod(x, axis=axis)
