"""spelled: a function under TensorFlow's names for its arguments."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from nnfit.dtypes import DTYPES

__all__ = ["DType", "spelled", "unknown_name"]


class DType(str):
    """Name of a dtype, with what TensorFlow's dtypes can be asked.

    Example:
        >>> DType("float32") == "float32", DType("int64").is_integer
        (True, True)
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name."""
        return str(self)

    @property
    def as_numpy_dtype(self) -> Any:
        """The NumPy type."""
        import numpy as np

        return np.dtype(str(self)).type

    @property
    def is_floating(self) -> bool:
        """Whether it is a floating-point type."""
        return self.startswith("float")

    @property
    def is_integer(self) -> bool:
        """Whether it is an integer type."""
        return self.startswith(("int", "uint"))

    @property
    def is_bool(self) -> bool:
        """Whether it is the type of truth values."""
        return self == "bool"


def spelled(function: Callable[..., Any], **names: str) -> Callable[..., Any]:
    """Returns `function` with other names for its arguments, and a `name` that is ignored.

    Args:
        function: A function whose positional arguments have the same order under both spellings.
        **names: For an argument of the other spelling, its name in `function`.

    Example:
        >>> spelled(nnfit.ops.sum, input_tensor="x")(input_tensor=[1, 2], name="total").numpy()
        array(3, dtype=int32)
    """

    @functools.wraps(function)
    def call(*args: Any, name: str | None = None, **kwargs: Any) -> Any:
        return function(*args, **{names.get(key, key): value for key, value in kwargs.items()})

    return call


def unknown_name(module: str, name: str) -> AttributeError:
    """Returns the error for a name that a module does not have."""
    place = module.removeprefix("nnfit.compat.tensorflow").removeprefix(".")
    full = f"tf.{place}.{name}" if place else f"tf.{name}"
    hint = f"; dtypes are {', '.join(DTYPES)}" if name.startswith(("float", "int", "uint", "bfloat", "complex")) else ""
    return AttributeError(
        f"{full} is not among the names of nnfit.compat.tensorflow{hint}. Use nnfit.ops, or the NumPy function before "
        "the data reach the model."
    )
