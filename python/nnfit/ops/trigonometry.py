"""Trigonometric and hyperbolic functions, element by element. Integers and booleans become the default float type."""

from __future__ import annotations

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike

_ops = _core.ops


def sin(x: TensorLike) -> Tensor:
    """Returns the sine of `x` radians.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.sin([0.0, np.pi / 6]).numpy().round(4)
        array([0. , 0.5], dtype=float32)
    """
    return _ops.sin(x)


def cos(x: TensorLike) -> Tensor:
    """Returns the cosine of `x` radians.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.cos([0.0, np.pi / 3]).numpy().round(4)
        array([1. , 0.5], dtype=float32)
    """
    return _ops.cos(x)


def tan(x: TensorLike) -> Tensor:
    """Returns the tangent of `x` radians.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.tan([0.0, np.pi / 4]).numpy().round(4)
        array([0., 1.], dtype=float32)
    """
    return _ops.tan(x)


def arcsin(x: TensorLike) -> Tensor:
    """Returns the inverse sine, in `[-pi/2, pi/2]`; NaN where `|x| > 1`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.arcsin([0.0, 1.0]).numpy().round(4)
        array([0.    , 1.5708], dtype=float32)
    """
    return _ops.arcsin(x)


def arccos(x: TensorLike) -> Tensor:
    """Returns the inverse cosine, in `[0, pi]`; NaN where `|x| > 1`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.arccos([1.0, 0.0]).numpy().round(4)
        array([0.    , 1.5708], dtype=float32)
    """
    return _ops.arccos(x)


def arctan(x: TensorLike) -> Tensor:
    """Returns the inverse tangent, in `[-pi/2, pi/2]`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.arctan([0.0, 1.0]).numpy().round(4)
        array([0.    , 0.7854], dtype=float32)
    """
    return _ops.arctan(x)


def sinh(x: TensorLike) -> Tensor:
    """Returns the hyperbolic sine, `(e**x - e**-x) / 2`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.sinh([0.0, 1.0]).numpy().round(4)
        array([0.    , 1.1752], dtype=float32)
    """
    return _ops.sinh(x)


def cosh(x: TensorLike) -> Tensor:
    """Returns the hyperbolic cosine, `(e**x + e**-x) / 2`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.cosh([0.0, 1.0]).numpy().round(4)
        array([1.    , 1.5431], dtype=float32)
    """
    return _ops.cosh(x)


def tanh(x: TensorLike) -> Tensor:
    """Returns the hyperbolic tangent, `sinh(x) / cosh(x)`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.tanh([0.0, 100.0]).numpy()
        array([0., 1.], dtype=float32)
    """
    return _ops.tanh(x)


def arcsinh(x: TensorLike) -> Tensor:
    """Returns the inverse hyperbolic sine, `log(x + sqrt(x**2 + 1))`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.arcsinh([0.0, 1.0]).numpy().round(4)
        array([0.    , 0.8814], dtype=float32)
    """
    return _ops.arcsinh(x)


def arccosh(x: TensorLike) -> Tensor:
    """Returns the inverse hyperbolic cosine, `log(x + sqrt(x**2 - 1))`; NaN where `x < 1`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.arccosh([1.0, 2.0]).numpy().round(4)
        array([0.   , 1.317], dtype=float32)
    """
    return _ops.arccosh(x)


def arctanh(x: TensorLike) -> Tensor:
    """Returns the inverse hyperbolic tangent, `log((1 + x) / (1 - x)) / 2`; NaN where `|x| > 1`.

    Args:
        x: Tensor of any shape.

    Returns:
        A float tensor of the shape of `x`.

    Example:
        >>> nnfit.ops.arctanh([0.0, 0.5]).numpy().round(4)
        array([0.    , 0.5493], dtype=float32)
    """
    return _ops.arctanh(x)
