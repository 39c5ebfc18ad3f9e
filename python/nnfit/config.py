"""Library-wide numeric defaults, as `keras.config` names them."""

from __future__ import annotations

_FLOAT_TYPES = ("float32", "float64")

_floatx = "float32"
_epsilon = 1e-7


def floatx() -> str:
    """Returns the dtype that weights, losses and metrics have unless told otherwise.

    Example:
        >>> nnfit.config.floatx()
        'float32'
    """
    return _floatx


def set_floatx(value: str) -> None:
    """Sets the default floating-point dtype.

    Args:
        value: `"float32"` or `"float64"`.

    Raises:
        ValueError: for any other dtype.
    """
    global _floatx
    if value not in _FLOAT_TYPES:
        raise ValueError(f"[set_floatx] expected one of {_FLOAT_TYPES}; got {value!r}.")
    _floatx = value


def epsilon() -> float:
    """Returns the fuzz that keeps divisors and logarithms' arguments off zero (default `1e-7`)."""
    return _epsilon


def set_epsilon(value: float) -> None:
    """Sets the fuzz that `epsilon` returns.

    Args:
        value: A positive number.

    Raises:
        ValueError: when it is not positive.
    """
    global _epsilon
    if not value > 0:
        raise ValueError(f"[set_epsilon] expected a positive number; got {value!r}.")
    _epsilon = float(value)
