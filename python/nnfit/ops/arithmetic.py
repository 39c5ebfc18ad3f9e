"""Functions of two tensors, element by element, with NumPy's broadcasting and Keras's type promotion."""

from __future__ import annotations

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike

_ops = _core.ops


def add(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 + x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Raises:
        ValueError: If the shapes do not broadcast.

    Example:
        >>> nnfit.ops.add([1.0, 2.0], [[10.0], [20.0]]).numpy()
        array([[11., 12.],
               [21., 22.]], dtype=float32)
    """
    return _ops.add(x1, x2)


def subtract(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 - x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.subtract([1, 2], 1).numpy()
        array([0, 1], dtype=int32)
    """
    return _ops.subtract(x1, x2)


def multiply(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 * x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.multiply([1.0, 2.0], 3).numpy()
        array([3., 6.], dtype=float32)
    """
    return _ops.multiply(x1, x2)


def divide(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 / x2`; integers are divided as floats.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A float tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.divide([1, 2], 4).numpy()
        array([0.25, 0.5 ], dtype=float32)
    """
    return _ops.divide(x1, x2)


true_divide = divide


def divide_no_nan(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 / x2`, and 0 where `x2` is 0.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A float tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.divide_no_nan([1.0, 2.0], [0.0, 4.0]).numpy()
        array([0. , 0.5], dtype=float32)
    """
    return _ops.divide_no_nan(x1, x2)


def floor_divide(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `floor(x1 / x2)`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`. An integer division by 0 gives 0.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.floor_divide([7, -7], 2).numpy()
        array([ 3, -4], dtype=int32)
    """
    return _ops.floor_divide(x1, x2)


def mod(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 - x2 * floor(x1 / x2)`: the remainder, with the sign of `x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`. An integer remainder by 0 is 0.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.mod([7, -7], 4).numpy()
        array([3, 1], dtype=int32)
    """
    return _ops.mod(x1, x2)


def power(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `x1 ** x2`.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A tensor of the broadcast shape and the promoted type; NaN where `x1 < 0` and `x2` is not whole.

    Example:
        >>> nnfit.ops.power([2.0, 3.0], 2).numpy()
        array([4., 9.], dtype=float32)
    """
    return _ops.power(x1, x2)


def maximum(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns the larger of `x1` and `x2`; NaN where either is NaN.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.maximum([1.0, 5.0], 3.0).numpy()
        array([3., 5.], dtype=float32)
    """
    return _ops.maximum(x1, x2)


def minimum(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns the smaller of `x1` and `x2`; NaN where either is NaN.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.minimum([1.0, 5.0], 3.0).numpy()
        array([1., 3.], dtype=float32)
    """
    return _ops.minimum(x1, x2)


def arctan2(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns the angle of the point `(x2, x1)`, in `[-pi, pi]`.

    Args:
        x1: Tensor of ordinates.
        x2: Tensor of abscissas whose shape broadcasts with that of `x1`.

    Returns:
        A float tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.arctan2([0.0, 1.0], [1.0, 0.0]).numpy().round(4)
        array([0.    , 1.5708], dtype=float32)
    """
    return _ops.arctan2(x1, x2)


def logaddexp(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `log(exp(x1) + exp(x2))` without overflow.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A float tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.logaddexp([0.0, 1000.0], [0.0, 0.0]).numpy().round(4)
        array([6.931e-01, 1.000e+03], dtype=float32)
    """
    return _ops.logaddexp(x1, x2)


def hypot(x1: TensorLike, x2: TensorLike) -> Tensor:
    """Returns `sqrt(x1**2 + x2**2)` without overflow.

    Args:
        x1: Tensor.
        x2: Tensor whose shape broadcasts with that of `x1`.

    Returns:
        A float tensor of the broadcast shape.

    Example:
        >>> nnfit.ops.hypot([3.0], [4.0]).numpy()
        array([5.], dtype=float32)
    """
    return _ops.hypot(x1, x2)


def left_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Returns `x << y`: the bits of `x` moved `y` places up; 0 where `y` is negative or as large as the type.

    Args:
        x: Integer tensor.
        y: Integer tensor whose shape broadcasts with that of `x`.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.left_shift([1, 3], 2).numpy()
        array([ 4, 12], dtype=int32)
    """
    return _ops.left_shift(x, y)


bitwise_left_shift = left_shift


def right_shift(x: TensorLike, y: TensorLike) -> Tensor:
    """Returns `x >> y`: the bits of `x` moved `y` places down, with copies of the sign behind them.

    Args:
        x: Integer tensor.
        y: Integer tensor whose shape broadcasts with that of `x`.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.right_shift([8, -8], 2).numpy()
        array([ 2, -2], dtype=int32)
    """
    return _ops.right_shift(x, y)


bitwise_right_shift = right_shift


def bitwise_and(x: TensorLike, y: TensorLike) -> Tensor:
    """Returns the bits that are set in both `x` and `y`.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor whose shape broadcasts with that of `x`.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.bitwise_and([6, 5], 3).numpy()
        array([2, 1], dtype=int32)
    """
    return _ops.bitwise_and(x, y)


def bitwise_or(x: TensorLike, y: TensorLike) -> Tensor:
    """Returns the bits that are set in `x` or `y`.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor whose shape broadcasts with that of `x`.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.bitwise_or([4, 5], 3).numpy()
        array([7, 7], dtype=int32)
    """
    return _ops.bitwise_or(x, y)


def bitwise_xor(x: TensorLike, y: TensorLike) -> Tensor:
    """Returns the bits that are set in exactly one of `x` and `y`.

    Args:
        x: Integer or boolean tensor.
        y: Integer or boolean tensor whose shape broadcasts with that of `x`.

    Returns:
        A tensor of the broadcast shape and the promoted type.

    Example:
        >>> nnfit.ops.bitwise_xor([4, 5], 3).numpy()
        array([7, 6], dtype=int32)
    """
    return _ops.bitwise_xor(x, y)


def bitwise_not(x: TensorLike) -> Tensor:
    """Returns `x` with every bit inverted.

    Args:
        x: Integer or boolean tensor.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.bitwise_not([0, 5]).numpy()
        array([-1, -6], dtype=int32)
    """
    return _ops.bitwise_not(x)
