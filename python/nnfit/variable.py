"""Variable: state that training changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nnfit import _core, config
from nnfit.naming import unique_name

__all__ = ["Variable"]

_AGGREGATIONS = (None, "none", "mean", "sum", "only_first_replica")


class Variable(_core.Variable):
    """A tensor that can be given another value: a weight, a metric's state, a counter.

    Args:
        initializer: The initial value (tensor, array or number), or a callable `(shape, dtype) -> value` such as an
            object of `nnfit.initializers`.
        shape: Tuple of ints; needed with a callable, else taken from the value.
        dtype: Name of the dtype. Defaults to `nnfit.config.floatx()` for a callable or a floating value; to the
            value's own dtype for others.
        trainable: Whether gradient descent shall update it. Defaults to `True`.
        autocast: Accepted as in Keras; computation is in the variable's own dtype.
        aggregation: How replicas combine it: `None`, `"none"`, `"mean"`, `"sum"` or `"only_first_replica"`.
        synchronization: Accepted as in Keras; there is one replica in a process.
        name: Name of the variable. Defaults to `"variable"` made unique.
        regularizer: Callable that gives a penalty for the value, or `None`.
        constraint: Callable applied to the value after each update, or `None`.
        path: Where it stands in its model, such as `"dense_1/kernel"`. Defaults to its name.

    Raises:
        TypeError: If the initial value is nothing that a tensor can hold.
        ValueError: If a shape is missing or differs from the value's, or an argument is not one of those above.

    Example:
        >>> v = nnfit.Variable([1.0, 2.0], name="v")
        >>> v.assign_add([1.0, 1.0]).numpy()
        array([2., 3.], dtype=float32)
    """

    def __init__(
        self,
        initializer: Any,
        shape: Sequence[int] | None = None,
        dtype: str | None = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str | None = "none",
        synchronization: str | None = "auto",
        name: str | None = None,
        *,
        regularizer: Callable[[Any], Any] | None = None,
        constraint: Callable[[Any], Any] | None = None,
        path: str | None = None,
    ) -> None:
        name = name if name is not None else unique_name("Variable")
        if "/" in name:
            raise ValueError(f"[Variable] expected a name without '/'; got {name!r}. Give the place as `path`.")
        if aggregation not in _AGGREGATIONS:
            raise ValueError(f"[{name}] expected aggregation to be one of {_AGGREGATIONS}; got {aggregation!r}.")
        # A variable that is made while a function is traced has a value all the same, and is no part of a tape.
        with _core.Suspension():
            value = _initial_value(initializer, shape, dtype, name)
        super().__init__(value, trainable=bool(trainable), name=name)
        self.autocast = autocast
        self.aggregation = aggregation or "none"
        self.synchronization = synchronization
        self.regularizer = regularizer
        self.constraint = constraint
        self.path = path if path is not None else name

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}>"


def _initial_value(initializer: Any, shape: Sequence[int] | None, dtype: str | None, name: str) -> Any:
    if isinstance(initializer, str):
        raise TypeError(
            f"[{name}] expected a value or a callable; got {initializer!r}. Pass "
            f"`nnfit.initializers.get({initializer!r})`."
        )
    if callable(initializer):
        if shape is None:
            raise ValueError(f"[{name}] expected a shape, since the initial value comes from an initializer.")
        shape = tuple(shape)
        if any(dim is None for dim in shape):
            raise ValueError(f"[{name}] expected a shape without None; got {shape}. A variable has a fixed size.")
        dtype = dtype or config.floatx()
        value = _core.convert_to_tensor(initializer(shape, dtype=dtype), dtype)
    else:
        value = _core.convert_to_tensor(initializer, dtype)
        if dtype is None and value.dtype in ("float32", "float64") and value.dtype != config.floatx():
            value = _core.convert_to_tensor(value, config.floatx())
    if shape is not None and tuple(value.shape) != tuple(shape):
        raise ValueError(f"[{name}] expected an initial value of shape {tuple(shape)}; got {tuple(value.shape)}.")
    return value
