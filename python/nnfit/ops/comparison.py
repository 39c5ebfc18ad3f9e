"""Comparisons, logic and choice, element by element, with NumPy's broadcasting."""

from __future__ import annotations

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike

_ops = _core.ops


def equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 == x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A boolean tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.equal([1, 2], [1, 3]).numpy()
        array([ True, False])
    """
    return _ops.equal(x1, x2)


def not_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 != x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A boolean tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.not_equal([1, 2], [1, 3]).numpy()
        array([False,  True])
    """
    return _ops.not_equal(x1, x2)


def greater(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 > x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A boolean tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.greater([1, 2, 3], 2).numpy()
        array([False, False,  True])
    """
    return _ops.greater(x1, x2)


def greater_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 >= x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A boolean tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.greater_equal([1, 2, 3], 2).numpy()
        array([False,  True,  True])
    """
    return _ops.greater_equal(x1, x2)


def less(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 < x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A boolean tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.less([1, 2, 3], 2).numpy()
        array([ True, False, False])
    """
    return _ops.less(x1, x2)


def less_equal(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 <= x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A boolean tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.less_equal([1, 2, 3], 2).numpy()
        array([ True,  True, False])
    """
    return _ops.less_equal(x1, x2)


def logical_and(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns whether both `x1` and `x2` are true (not zero).

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A boolean tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.logical_and([True, True], [True, False]).numpy()
        array([ True, False])
    """
    return _ops.logical_and(x1, x2)


def logical_or(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns whether `x1` or `x2` is true (not zero).

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A boolean tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.logical_or([True, False], [False, False]).numpy()
        array([ True, False])
    """
    return _ops.logical_or(x1, x2)


def logical_xor(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns whether exactly one of `x1` and `x2` is true (not zero).

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A boolean tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.logical_xor([True, True], [True, False]).numpy()
        array([False,  True])
    """
    return _ops.logical_xor(x1, x2)


def logical_not(x: TensorLike) -> Tensor:
    """Returns whether `x` is false (zero).

    Args:
        x: Tensor of any shape.

    Returns:
        A boolean tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.logical_not([True, False]).numpy()
        array([False,  True])
    """
    return _ops.logical_not(x)


def isfinite(x: TensorLike) -> Tensor:
    """Returns whether `x` is neither infinite nor NaN.

    Args:
        x: Tensor of any shape.

    Returns:
        A boolean tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.isfinite([1.0, np.inf, np.nan]).numpy()
        array([ True, False, False])
    """
    return _ops.isfinite(x)


def isinf(x: TensorLike) -> Tensor:
    """Returns whether `x` is infinite.

    Args:
        x: Tensor of any shape.

    Returns:
        A boolean tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.isinf([1.0, -np.inf, np.nan]).numpy()
        array([False,  True, False])
    """
    return _ops.isinf(x)


def isnan(x: TensorLike) -> Tensor:
    """Returns whether `x` is NaN.

    Args:
        x: Tensor of any shape.

    Returns:
        A boolean tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.isnan([1.0, np.inf, np.nan]).numpy()
        array([False, False,  True])
    """
    return _ops.isnan(x)


def isclose(x1: TensorLike, x2: TensorLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Returns `|x1 - x2| <= atol + rtol * |x2|`; equal infinities are close.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.
        rtol: Relative tolerance. Defaults to 1e-5.
        atol: Absolute tolerance. Defaults to 1e-8.
        equal_nan: Whether two NaNs are close. Defaults to False.

    Returns:
        A boolean tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.isclose([1.0, 2.0], [1.000001, 2.1]).numpy()
        array([ True, False])
    """
    difference = _ops.abs(_ops.subtract(x1, x2))
    near = _ops.less_equal(difference, _ops.add(_ops.multiply(_ops.abs(x2), rtol), atol))
    close = _ops.logical_or(_ops.equal(x1, x2), _ops.logical_and(near, _ops.isfinite(x2)))
    if equal_nan:
        close = _ops.logical_or(close, _ops.logical_and(_ops.isnan(x1), _ops.isnan(x2)))
    return close


def allclose(x1: TensorLike, x2: TensorLike, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Returns whether all elements of `x1` and `x2` are close; see `isclose`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.
        rtol: Relative tolerance. Defaults to 1e-5.
        atol: Absolute tolerance. Defaults to 1e-8.
        equal_nan: Whether two NaNs are close. Defaults to False.

    Returns:
        A boolean scalar tensor.

    Example:
        >>> bool(nnfit.ops.allclose([1.0, 2.0], [1.000001, 2.0]))
        True
    """
    return _ops.all(isclose(x1, x2, rtol, atol, equal_nan))


def where(condition: TensorLike, x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1` where `condition` is true and `x2` elsewhere.

    Args:
        condition: Boolean tensor.
        x1: Tensor.
        x2: Tensor. The three shapes broadcast.

    Returns:
        A tensor of the broadcast shape and the promoted type of `x1` and `x2`.

    Example:
        >>> nnfit.ops.where([True, False], [1.0, 2.0], -1.0).numpy()
        array([ 1., -1.], dtype=float32)
    """
    return _ops.where(condition, x1, x2)
