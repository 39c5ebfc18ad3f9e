"""Base of metrics."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import config, initializers, ops
from nnfit.naming import snake_case
from nnfit.variable import Variable


class Metric:
    """A figure gathered over batches: a state in variables, an update and a result.

    Subclasses make the state in `__init__` (`add_weight`), and define `update_state(...)` and `result()`. Since the
    state lives in variables, updates run inside a planned step. `reset_state` sets all of it to zero; a subclass that
    resets otherwise overrides `reset_state`, or `reset_states`, which means the same.

    Args:
        dtype: Dtype of the state and the result. Defaults to `nnfit.config.floatx()`.
        name: Name of the metric. Defaults to the class's in snake case.

    Example:
        >>> class CountOfOnes(nnfit.metrics.Metric):
        ...     def __init__(self, name="count_of_ones", **kwargs):
        ...         super().__init__(name=name, **kwargs)
        ...         self.count = self.add_weight(name="count", initializer="zeros")
        ...     def update_state(self, y_true, y_pred, sample_weight=None):
        ...         self.count.assign_add(nnfit.ops.sum(nnfit.ops.cast(y_true == 1, self.dtype)))
        ...     def result(self):
        ...         return self.count
    """

    # Whether the figure gets better as it rises, "up", or as it falls, "down"; `None` if nobody can tell.
    _direction: str | None = None
    _variables: list[Variable]
    _metrics: list[Metric]

    def __init__(self, dtype: str | None = None, name: str | None = None) -> None:
        self.__dict__["_variables"] = []
        self.__dict__["_metrics"] = []
        # Not numbered: how many metrics there were before is nothing that logs should tell. A model's are kept apart.
        self.name = name if name is not None else snake_case(type(self).__name__)
        self._dtype = dtype or config.floatx()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # A class that defines one spelling means both.
        own = vars(cls)
        if "reset_states" in own and "reset_state" not in own:
            cls.reset_state = cls.reset_states  # type: ignore[method-assign]
        elif "reset_state" in own and "reset_states" not in own:
            cls.reset_states = cls.reset_state

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, (Variable, Metric)):
            self._track(value)
        super().__setattr__(name, value)

    def _track(self, part: Variable | Metric) -> None:
        if "_variables" not in self.__dict__:
            raise RuntimeError(
                f"[{type(self).__name__}] call `super().__init__()` first in `__init__`, before any state is made."
            )
        parts: list[Any] = self._metrics if isinstance(part, Metric) else self._variables
        if not any(known is part for known in parts):
            parts.append(part)

    @property
    def dtype(self) -> str:
        """Dtype of the state and the result."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """The variables of the state, those of metrics among the attributes last."""
        return [*self._variables, *(variable for metric in self._metrics for variable in metric.variables)]

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: Any = "zeros",
        dtype: str | None = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """Makes a variable of the state.

        Args:
            shape: Its shape.
            initializer: First value: a name, an initializer or a callable. Defaults to `"zeros"`.
            dtype: Its dtype. Defaults to the metric's.
            aggregation: How replicas combine it. Defaults to `"sum"`.
            name: Its name.

        Returns:
            The variable.
        """
        name = name if name is not None else "variable"
        variable = Variable(
            initializers.get("zeros" if initializer is None else initializer),
            shape=tuple(shape),
            dtype=dtype or self.__dict__.get("_dtype"),
            trainable=False,
            aggregation=aggregation,
            name=name,
            path=f"{self.__dict__.get('name')}/{name}",
        )
        self._track(variable)
        return variable

    def add_weight(
        self,
        shape: Sequence[int] | str = (),
        initializer: Any = None,
        dtype: str | None = None,
        name: str | None = None,
    ) -> Variable:
        """Makes a variable of the state; `add_variable` with a scalar shape by default."""
        if isinstance(shape, str):  # tf.keras's first argument is the name
            return self.add_variable((), initializer, dtype=dtype, name=shape)
        return self.add_variable(shape, initializer, dtype=dtype, name=name)

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Gathers a batch into the state; to be defined by subclasses."""
        raise NotImplementedError(f"[{self.name}] a metric needs an `update_state`; define it.")

    def result(self) -> Any:
        """Returns the figure of all batches since the last reset; to be defined by subclasses."""
        raise NotImplementedError(f"[{self.name}] a metric needs a `result`; define it.")

    def reset_state(self) -> None:
        """Sets the state to zero."""
        for variable in self.variables:
            variable.assign(ops.zeros(variable.shape, dtype=variable.dtype))

    reset_states = reset_state  # tf.keras's spelling

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Updates the state and returns the result so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments to make this metric again."""
        return {"name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Metric:
        """Makes a metric from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"
