"""Variable: `tf.Variable`, whose arguments differ from Keras's."""

from __future__ import annotations

from typing import Any

import nnfit.variable as _variable

__all__ = ["Variable"]


class _Spelled(type):
    """Makes every variable an instance: `isinstance(layer.kernel, tf.Variable)`."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, _variable.Variable)


class Variable(metaclass=_Spelled):
    """Makes a `nnfit.Variable`.

    Args:
        initial_value: Tensor, array or number, or a function without arguments that returns one.
        trainable: Whether it is trained. Defaults to True.
        validate_shape: Accepted as in TensorFlow.
        caching_device: Accepted as in TensorFlow.
        name: Its name.
        variable_def: Accepted as in TensorFlow.
        dtype: Its dtype. Defaults to that of the value.

    Example:
        >>> float(Variable(2.0).assign_add(1.0))
        3.0
    """

    def __new__(  # type: ignore[misc]
        cls,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: str | None = None,
        **options: Any,
    ) -> _variable.Variable:
        """Returns the variable."""
        value = initial_value() if callable(initial_value) else initial_value
        kept = name.replace("/", "_") if name else None
        return _variable.Variable(value, dtype=dtype, trainable=trainable is not False, name=kept)
