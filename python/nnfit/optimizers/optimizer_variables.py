"""The state of an optimizer: step count, learning rate, and variables beside those that it trains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnfit import config, initializers
from nnfit.optimizers.schedules import LearningRateSchedule
from nnfit.variable import Variable


class OptimizerVariables:
    """Base of `Optimizer`: its variables and their order.

    Args:
        name: Name of the optimizer.
        learning_rate: A number, a `LearningRateSchedule`, or a callable without arguments.

    Raises:
        ValueError: for a learning rate of another kind.
    """

    def __init__(self, name: str, learning_rate: Any) -> None:
        self.name = name
        self.built = False
        self._variables: list[Variable] = []
        self._slots: list[Variable] = []
        self._trainable_variables: list[Any] = []
        self._indices: dict[int, int] = {}
        self._traced_anew = 0  # how often something changed that a trace takes as it finds it
        self._iterations = self._counter(0, "int64", "iteration")
        self._learning_rate = self._standardized_rate(learning_rate)

    def _counter(self, value: Any, dtype: str, name: str) -> Variable:
        variable = Variable(value, dtype=dtype, trainable=False, name=name, path=f"{self.name}/{name}")
        self._variables.append(variable)
        return variable

    def _standardized_rate(self, rate: Any) -> Any:
        if callable(rate):
            return rate
        if isinstance(rate, bool) or not isinstance(rate, (int, float, np.integer, np.floating)):
            raise ValueError(
                f"[{self.name}] expected learning_rate to be a number, a LearningRateSchedule or a callable; "
                f"got {rate!r}."
            )
        return self._counter(float(rate), config.floatx(), "learning_rate")

    @property
    def learning_rate(self) -> Any:
        """The learning rate: the variable that holds it, or what the schedule says for the current step.

        It can be set to a number, which needs no new trace, unless the optimizer has a schedule.
        """
        if isinstance(self._learning_rate, LearningRateSchedule):
            return self._learning_rate(self._iterations)
        return self._learning_rate if isinstance(self._learning_rate, Variable) else self._learning_rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if callable(value):
            if isinstance(self._learning_rate, Variable):
                self._variables = [v for v in self._variables if v is not self._learning_rate]
            self._learning_rate = value
            self._traced_anew += 1
        elif isinstance(self._learning_rate, Variable):
            self._learning_rate.assign(value)
        else:
            raise TypeError(
                f"[{self.name}] the learning rate comes from {self._learning_rate!r} and cannot be set to {value!r}. "
                "Make the optimizer with a number to set it, or set another schedule."
            )

    def set_current_learning_rate(self, value: float) -> None:
        """Makes a positive number the learning rate of the current step.

        A schedule goes on from it: what it gives is multiplied by the same factor from then on.

        Args:
            value: The number.

        Raises:
            TypeError: If the learning rate comes from a callable that is no schedule.
        """
        schedule = self._learning_rate
        if not isinstance(schedule, LearningRateSchedule):
            self.learning_rate = value
            return
        from nnfit.optimizers.schedules import ScaledSchedule  # for this alone

        factor = value / float(self.learning_rate)
        if not isinstance(schedule, ScaledSchedule):
            self.learning_rate = schedule = ScaledSchedule(schedule)
        schedule.multiply(factor)

    @property
    def lr(self) -> Any:
        """The older name of `learning_rate`."""
        return self.learning_rate

    @lr.setter
    def lr(self, value: Any) -> None:
        self.learning_rate = value

    @property
    def iterations(self) -> Any:
        """How many steps there have been."""
        return self._iterations

    @property
    def variables(self) -> list[Variable]:
        """All variables of the optimizer: the step count, the learning rate, then averages, accumulators and slots."""
        return list(self._variables)

    def build(self, variables: Sequence[Any]) -> None:
        """Makes the state for the variables to be trained. Subclasses call it first and then add their own.

        Args:
            variables: The variables, all of them.
        """
        self._trainable_variables = list(variables)
        self._indices = {id(variable): i for i, variable in enumerate(variables)}
        self.built = True

    def add_variable(
        self, shape: Sequence[int], initializer: Any = "zeros", dtype: str | None = None, name: str | None = None
    ) -> Variable:
        """Adds a variable to the optimizer's state.

        Args:
            shape: Its shape.
            initializer: First value: a name, an initializer or a callable. Defaults to `"zeros"`.
            dtype: Its dtype. Defaults to `nnfit.config.floatx()`.
            name: Its name.

        Returns:
            The variable.
        """
        variable = self._state_variable(shape, initializer, dtype, name or "variable")
        self._slots.append(variable)
        return variable

    def _state_variable(self, shape: Sequence[int], initializer: Any, dtype: str | None, name: str) -> Variable:
        variable = Variable(
            initializers.get(initializer),
            shape=tuple(shape),
            dtype=dtype,
            trainable=False,
            name=name,
            path=f"{self.name}/{name}",
        )
        self._variables.append(variable)
        return variable

    def _slot_for(self, variable: Any, name: str) -> Variable:
        return self._state_variable(variable.shape, "zeros", variable.dtype, _slot_name(variable, name))

    def add_variable_from_reference(
        self, reference_variable: Any, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """Adds a variable of the shape and dtype of a trained variable.

        Args:
            reference_variable: The trained variable.
            name: What it is for, such as `"momentum"`.
            initializer: First value. Defaults to `"zeros"`.

        Returns:
            The variable.
        """
        return self.add_variable(
            reference_variable.shape,
            initializer,
            reference_variable.dtype,
            _slot_name(reference_variable, name or "var"),
        )

    def add_optimizer_variables(
        self, trainable_variables: Sequence[Any], name: str | Sequence[str], initializer: Any = "zeros"
    ) -> Any:
        """Adds one variable, or one for each name, for each trained variable.

        Args:
            trainable_variables: The trained variables.
            name: What they are for, or several such names.
            initializer: First value, or one for each name. Defaults to `"zeros"`.

        Returns:
            A list of variables; for several names a tuple of lists.

        Raises:
            ValueError: If there is not one initializer for each name.
        """
        names = [name] if isinstance(name, str) else list(name)
        starts = list(initializer) if isinstance(initializer, (list, tuple)) else [initializer] * len(names)
        if len(starts) != len(names):
            raise ValueError(f"[{self.name}] expected one initializer for each of {names}; got {initializer!r}.")
        made = tuple(
            [self.add_variable_from_reference(variable, one, start) for variable in trainable_variables]
            for one, start in zip(names, starts, strict=True)
        )
        return made[0] if isinstance(name, str) else made

    def _get_variable_index(self, variable: Any) -> int:
        return self._indices[id(variable)]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Sets all variables, in the order of `variables`.

        Args:
            weights: Arrays of their shapes.

        Raises:
            ValueError: If the optimizer is not built, or number or shapes differ.
        """
        if not self.built:
            raise ValueError(f"[{self.name}] call `build(variables)` before set_weights.")
        if len(weights) != len(self._variables):
            raise ValueError(f"[{self.name}] expected {len(self._variables)} weights; got {len(weights)}.")
        for variable, weight in zip(self._variables, weights, strict=True):
            if tuple(variable.shape) != np.shape(weight):
                raise ValueError(f"[{self.name}] expected {variable!r} to get its shape; got {np.shape(weight)}.")
        for variable, weight in zip(self._variables, weights, strict=True):
            variable.assign(weight)


def path_of(variable: Any) -> str:
    """Returns where a variable stands in its model, or its name."""
    return str(getattr(variable, "path", variable.name))


def expect_not_negative(owner: str, **values: float) -> None:
    """Raises ValueError if one of the arguments is negative."""
    for name, value in values.items():
        if not value >= 0:
            raise ValueError(f"[{owner}] expected {name} not to be negative; got {value!r}.")


def _slot_name(variable: Any, name: str) -> str:
    return f"{path_of(variable).replace('/', '_').replace(':', '_')}_{name}"
