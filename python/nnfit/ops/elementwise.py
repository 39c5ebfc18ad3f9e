"""Functions of one tensor, element by element.

Functions whose results are not whole numbers convert integers and booleans to the default float type.
"""

from __future__ import annotations

import numpy as np

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike
from nnfit.ops.core import convert_to_tensor

_ops = _core.ops


def abs(x: TensorLike) -> Tensor:
    """Returns `|x|`. The gradient at 0 is 0.

    Args:
        x: Tensor of any shape and type.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.abs([-1.5, 2.0]).numpy()
        array([1.5, 2. ], dtype=float32)
    """
    return _ops.abs(x)


absolute = abs


def negative(x: TensorLike) -> Tensor:
    """Returns `-x`.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.negative([-1, 2]).numpy()
        array([ 1, -2], dtype=int32)
    """
    return _ops.negative(x)


def sign(x: TensorLike) -> Tensor:
    """Returns -1, 0 or 1 with the sign of `x`; NaN where `x` is NaN.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.sign([-3.0, 0.0, 2.0]).numpy()
        array([-1.,  0.,  1.], dtype=float32)
    """
    return _ops.sign(x)


def square(x: TensorLike) -> Tensor:
    """Returns `x * x`.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor like `x`; booleans become int32.

    Example:
        >>> nnfit.ops.square([-3.0, 2.0]).numpy()
        array([9., 4.], dtype=float32)
    """
    return _ops.square(x)


def sqrt(x: TensorLike) -> Tensor:
    """Returns the non-negative square root of `x`; NaN where `x < 0`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.sqrt([4.0, 9.0]).numpy()
        array([2., 3.], dtype=float32)
    """
    return _ops.sqrt(x)


def rsqrt(x: TensorLike) -> Tensor:
    """Returns `1 / sqrt(x)`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.rsqrt([4.0, 0.25]).numpy()
        array([0.5, 2. ], dtype=float32)
    """
    return _ops.rsqrt(x)


def reciprocal(x: TensorLike) -> Tensor:
    """Returns `1 / x`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.reciprocal([2.0, -4.0]).numpy()
        array([ 0.5 , -0.25], dtype=float32)
    """
    return _ops.reciprocal(x)


def exp(x: TensorLike) -> Tensor:
    """Returns `e ** x`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.exp([0.0, -np.inf]).numpy()
        array([1., 0.], dtype=float32)
    """
    return _ops.exp(x)


def exp2(x: TensorLike) -> Tensor:
    """Returns `2 ** x`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.exp2([3.0, -1.0]).numpy()
        array([8. , 0.5], dtype=float32)
    """
    return _ops.exp2(x)


def expm1(x: TensorLike) -> Tensor:
    """Returns `e ** x - 1`, exact for small `x`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.expm1([0.0, -np.inf]).numpy()
        array([ 0., -1.], dtype=float32)
    """
    return _ops.expm1(x)


def log(x: TensorLike) -> Tensor:
    """Returns the natural logarithm of `x`; NaN where `x < 0`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.log([1.0, 0.0]).numpy()
        array([  0., -inf], dtype=float32)
    """
    return _ops.log(x)


def log1p(x: TensorLike) -> Tensor:
    """Returns `log(1 + x)`, exact for small `x`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.log1p([0.0, -1.0]).numpy()
        array([  0., -inf], dtype=float32)
    """
    return _ops.log1p(x)


def log2(x: TensorLike) -> Tensor:
    """Returns the logarithm of `x` to base 2.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.log2([1.0, 8.0]).numpy().round(4)
        array([0., 3.], dtype=float32)
    """
    return _ops.log2(x)


def log10(x: TensorLike) -> Tensor:
    """Returns the logarithm of `x` to base 10.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.log10([1.0, 1000.0]).numpy().round(4)
        array([0., 3.], dtype=float32)
    """
    return _ops.log10(x)


def erf(x: TensorLike) -> Tensor:
    """Returns the error function, `2 / sqrt(pi)` times the integral of `exp(-t**2)` from 0 to `x`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.erf([0.0, 1.0]).numpy().round(4)
        array([0.    , 0.8427], dtype=float32)
    """
    return _ops.erf(x)


def erfinv(x: TensorLike) -> Tensor:
    """Returns the inverse of the error function; NaN where `|x| > 1`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.erfinv([0.0, 0.5]).numpy().round(4)
        array([0.    , 0.4769], dtype=float32)
    """
    return _ops.erfinv(x)


def floor(x: TensorLike) -> Tensor:
    """Returns the largest whole number not above `x`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.floor([-1.5, 1.5]).numpy()
        array([-2.,  1.], dtype=float32)
    """
    return _ops.floor(x)


def ceil(x: TensorLike) -> Tensor:
    """Returns the smallest whole number not below `x`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.ceil([-1.5, 1.5]).numpy()
        array([-1.,  2.], dtype=float32)
    """
    return _ops.ceil(x)


def trunc(x: TensorLike) -> Tensor:
    """Returns `x` without its fraction: the nearest whole number towards zero.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.trunc([-1.5, 1.5]).numpy()
        array([-1.,  1.], dtype=float32)
    """
    return _ops.trunc(x)


def round(x: TensorLike, decimals: int = 0) -> Tensor:
    """Returns `x` rounded to `decimals` places; halves go to the even neighbour.

    Args:
        x: Tensor of any shape.
        decimals: Places after the decimal point; negative ones are before it. Defaults to 0.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.round([0.5, 1.5, -1.7]).numpy()
        array([ 0.,  2., -2.], dtype=float32)
    """
    x = convert_to_tensor(x)
    if decimals == 0:
        return _ops.round(x) if x.dtype.startswith("float") else x
    scale = 10.0**decimals
    return _ops.cast(_ops.divide(_ops.round(_ops.multiply(x, scale)), scale), dtype=x.dtype)


def clip(x: TensorLike, x_min: TensorLike, x_max: TensorLike) -> Tensor:
    """Returns `min(max(x, x_min), x_max)`. The gradient passes where `x` is within the bounds.

    Args:
        x: Tensor of any shape.
        x_min: Lower bound, a number or a tensor that broadcasts to `x`.
        x_max: Upper bound, likewise.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.clip([-2.0, 0.5, 2.0], 0.0, 1.0).numpy()
        array([0. , 0.5, 1. ], dtype=float32)
    """
    return _ops.clip(x, x_min, x_max)


def nan_to_num(x: TensorLike, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Tensor:
    """Replaces NaN and infinities by numbers.

    Args:
        x: Float tensor of any shape.
        nan: What NaN becomes. Defaults to 0.
        posinf: What +inf becomes. Defaults to the largest finite number of the type.
        neginf: What -inf becomes. Defaults to the smallest finite number of the type.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.nan_to_num([1.0, np.nan, np.inf], posinf=9.0).numpy()
        array([1., 0., 9.], dtype=float32)
    """
    x = convert_to_tensor(x)
    limits = np.finfo(x.dtype)
    high = limits.max if posinf is None else posinf
    low = limits.min if neginf is None else neginf
    x = _ops.where(_ops.isnan(x), float(nan), x)
    x = _ops.where(_ops.equal(x, float("inf")), float(high), x)
    return _ops.where(_ops.equal(x, float("-inf")), float(low), x)
