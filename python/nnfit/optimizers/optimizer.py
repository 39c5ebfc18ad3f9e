"""Base of optimizers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from nnfit import _core, ops
from nnfit.gradient_tape import GradientTape
from nnfit.naming import unique_name
from nnfit.optimizers.gradient_clipping import norm_factors
from nnfit.optimizers.optimizer_variables import OptimizerVariables, path_of
from nnfit.registry import deserialize_object, serialize_object
from nnfit.variable import Variable
from nnfit.warn import warn


class Optimizer(OptimizerVariables):
    """What turns gradients into new values of variables.

    All state (the step count, the learning rate, moments) lives in variables, so that updates run inside a planned step
    and the learning rate can be changed between steps.

    Subclasses define `update_step(gradient, variable, learning_rate)` and, if they keep state, `build(variables)`.

    Args:
        learning_rate: A number, a `LearningRateSchedule` (called with `iterations`), or a callable without
            arguments (asked once for each trace).
        weight_decay: Fraction, times the learning rate, by which weights decay before each update. Defaults to `None`.
        clipnorm: Largest norm of each gradient. Defaults to `None`.
        clipvalue: Largest magnitude of each element of a gradient. Defaults to `None`.
        global_clipnorm: Largest norm of all gradients together. Defaults to `None`. Only one of the three can be given.
        use_ema: Whether to keep exponential moving averages of the weights. Defaults to `False`.
        ema_momentum: An average becomes `m * average + (1 - m) * weight` at each step. Defaults to 0.99.
        ema_overwrite_frequency: Each so many steps weights become their averages; with `None` only when
            `finalize_variable_values` is called, as `fit` does at its end. Defaults to `None`.
        loss_scale_factor: `scale_loss` multiplies by it, and gradients are divided by it. Defaults to `None`.
        gradient_accumulation_steps: Update only each so many steps, with the mean gradient since. Defaults to `None`.
        name: Name of the optimizer. Defaults to the class's in snake case.
        lr: The older name of `learning_rate`, which it takes the place of. Defaults to `None`.

    Raises:
        ValueError: for arguments out of range, or more than one way to clip.

    Example:
        >>> class SignDescent(nnfit.optimizers.Optimizer):
        ...     def update_step(self, gradient, variable, learning_rate):
        ...         variable.assign_sub(learning_rate * nnfit.ops.sign(gradient))
        >>> v = nnfit.Variable([1.0, 2.0])
        >>> SignDescent(learning_rate=0.5).apply([nnfit.ops.ones(2)], [v])
        >>> v.numpy()
        array([0.5, 1.5], dtype=float32)
    """

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        lr: Any = None,
    ) -> None:
        name = name if name is not None else unique_name(type(self).__name__)
        super().__init__(name, learning_rate if lr is None else lr)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self._check_options()
        self._undecayed: set[int] = set()
        self._undecayed_names: re.Pattern[str] | None = None
        self._averages: list[Variable] = []
        self._accumulators: list[Variable] = []

    def _check_options(self) -> None:
        clips = {"clipnorm": self.clipnorm, "clipvalue": self.clipvalue, "global_clipnorm": self.global_clipnorm}
        given = {name: value for name, value in clips.items() if value is not None}
        if len(given) > 1:
            raise ValueError(f"[{self.name}] expected at most one of {list(clips)}; got {given}.")
        for name, value in given.items():
            if not value > 0:
                raise ValueError(f"[{self.name}] expected {name} to be positive; got {value!r}.")
        if not 0 <= self.ema_momentum <= 1:
            raise ValueError(f"[{self.name}] expected ema_momentum in [0, 1]; got {self.ema_momentum!r}.")
        for name, steps, least in (
            ("ema_overwrite_frequency", self.ema_overwrite_frequency, 1),
            ("gradient_accumulation_steps", self.gradient_accumulation_steps, 2),
        ):
            if steps is not None and (not isinstance(steps, int) or steps < least):
                raise ValueError(
                    f"[{self.name}] expected {name} to be None or an int of at least {least}; got {steps!r}."
                )

    @property
    def iterations(self) -> Any:
        """How many updates there have been: a variable, or with gradient accumulation a tensor."""
        if self.gradient_accumulation_steps:
            return ops.floor_divide(self._iterations, self.gradient_accumulation_steps)
        return self._iterations

    def build(self, variables: Sequence[Any]) -> None:
        """Makes the state for the variables to be trained. Subclasses call it first and then add their own.

        Args:
            variables: The variables, all of them.
        """
        if self.use_ema:
            self._averages = [self._slot_for(variable, "average") for variable in variables]
        if self.gradient_accumulation_steps:
            self._accumulators = [self._slot_for(variable, "gradient_accumulator") for variable in variables]
        super().build(variables)

    def minimize(self, loss: Any, var_list: Any, tape: Any = None) -> Any:
        """Computes the gradients of a loss and applies them.

        Args:
            loss: Callable without arguments that returns a scalar; or a scalar tensor computed within `tape`.
            var_list: Variables, or a callable that returns them.
            tape: `GradientTape` that recorded the loss, if that is a tensor.

        Returns:
            The step count.

        Raises:
            ValueError: If `loss` is a tensor and there is no tape.
        """
        if callable(loss):
            with GradientTape() as tape:
                loss = self.scale_loss(loss())
        elif tape is None:
            raise ValueError(f"[{self.name}] minimize needs the tape that recorded the loss, or a callable loss.")
        variables = list(var_list() if callable(var_list) else var_list)
        return self.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Any]]) -> Any:
        """Updates variables.

        Args:
            grads_and_vars: Pairs of gradient and variable.

        Returns:
            The step count: a variable.

        Raises:
            ValueError: See `apply`.
        """
        pairs = list(grads_and_vars)
        self.apply([gradient for gradient, _ in pairs], [variable for _, variable in pairs])
        return self._iterations

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Any] | None = None) -> None:
        """Updates variables by one step.

        Args:
            grads: Gradients, one for each variable; `None` for a variable that the loss does not depend on.
            trainable_variables: The variables. Defaults to those that the optimizer was built for.

        Raises:
            ValueError: If there are no gradients at all, their number is wrong, or a variable is not one of those that
                the optimizer was built for.
        """
        if len(grads) == 0:
            return
        gradients, variables = self._with_gradients(list(grads), self._resolved(grads, trainable_variables))
        gradients = [ops.convert_to_tensor(g, v.dtype) for g, v in zip(gradients, variables, strict=True)]
        scale = 1.0 if self.loss_scale_factor is None else 1.0 / self.loss_scale_factor
        if self.gradient_accumulation_steps:
            self._accumulate(gradients, variables, scale, self.gradient_accumulation_steps)
        else:
            self._update(gradients, variables, scale)
        if self.use_ema:
            self._update_averages()
        for variable in variables:
            constraint = getattr(variable, "constraint", None)
            if constraint is not None:
                variable.assign(constraint(variable))
        self._iterations.assign_add(1)

    def _resolved(self, grads: Sequence[Any], variables: Sequence[Any] | None) -> list[Any]:
        if variables is None:
            if not self.built:
                raise ValueError(f"[{self.name}] pass the variables, or call `build(variables)` first.")
            variables = self._trainable_variables
        variables = list(variables)
        if len(variables) != len(grads):
            raise ValueError(f"[{self.name}] expected {len(variables)} gradients, one per variable; got {len(grads)}.")
        if not self.built:
            self.build(variables)
        for variable in variables:
            if id(variable) not in self._indices:
                raise ValueError(
                    f"[{self.name}] {variable!r} is not one of the variables that the optimizer was built for. "
                    "Build it with all variables first, or make another optimizer."
                )
        return variables

    def _with_gradients(self, gradients: list[Any], variables: list[Any]) -> tuple[list[Any], list[Any]]:
        if all(gradient is not None for gradient in gradients):
            return gradients, variables
        missing = [
            path_of(variable) for gradient, variable in zip(gradients, variables, strict=True) if gradient is None
        ]
        if len(missing) == len(variables):
            raise ValueError(f"[{self.name}] no variable has a gradient: the loss depends on none of {missing}.")
        warn(f"[{self.name}] the loss does not depend on {missing}: they are not updated.")
        pairs = [pair for pair in zip(gradients, variables, strict=True) if pair[0] is not None]
        return [gradient for gradient, _ in pairs], [variable for _, variable in pairs]

    def _update(self, gradients: list[Any], variables: list[Any], scale: float, due: Any = None) -> None:
        """Updates variables with `scale` times the gradients; not at all where `due`, a scalar, is false.

        A planned step has no branches: the update is always computed, and kept if it is due.
        """
        before = [] if due is None else [(variable, variable.value) for variable in (*variables, *self._slots)]
        rate = self.learning_rate
        self._advance(due)
        self._decay_weights(variables, rate)
        for gradient, variable in zip(self._scaled_and_clipped(gradients, scale), variables, strict=True):
            self.update_step(gradient, variable, rate)
        for variable, value in before:
            variable.assign(ops.where(due, variable.value, value))

    def _advance(self, due: Any) -> None:
        """Renews state that belongs to no variable, once for each update that is due; for subclasses."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Updates one variable; to be defined by subclasses.

        Args:
            gradient: Tensor like the variable.
            variable: The variable, to be assigned.
            learning_rate: Scalar.
        """
        raise NotImplementedError(f"[{self.name}] an optimizer needs `update_step(gradient, variable, learning_rate)`.")

    def _scaled_and_clipped(self, gradients: list[Any], scale: float) -> list[Any]:
        factors = self._norm_factors(gradients, scale)
        if factors is not None:
            each = [factors] * len(gradients) if factors.ndim == 0 else ops.unstack(factors)
            factors = [ops.multiply(scale, ops.cast(f, g.dtype)) for f, g in zip(each, gradients, strict=True)]
            return [ops.multiply(g, f) for g, f in zip(gradients, factors, strict=True)]
        if scale != 1.0:
            gradients = [ops.multiply(gradient, scale) for gradient in gradients]
        if self.clipvalue is not None:
            gradients = [ops.clip(gradient, -self.clipvalue, self.clipvalue) for gradient in gradients]
        return gradients

    def _norm_factors(self, gradients: list[Any], scale: float) -> Any:
        return norm_factors(gradients, scale, self.clipnorm, self.global_clipnorm)

    def _accumulate(self, gradients: list[Any], variables: list[Any], scale: float, steps: int) -> None:
        """Adds to the sums of gradients, and updates at each last step of a round."""
        due = ops.equal(ops.mod(ops.add(self._iterations, 1), steps), 0)
        accumulators = [self._accumulators[self._get_variable_index(variable)] for variable in variables]
        sums = [ops.add(accumulator, g) for accumulator, g in zip(accumulators, gradients, strict=True)]
        self._update(sums, variables, scale / steps, due)
        for accumulator, total in zip(accumulators, sums, strict=True):
            accumulator.assign(ops.where(due, 0.0, total))

    def exclude_from_weight_decay(
        self, var_list: Sequence[Any] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Says which variables shall not decay. To be called before the optimizer is built.

        Args:
            var_list: Variables.
            var_names: Regular expressions; a variable is excluded if one is found in its name.

        Raises:
            ValueError: If the optimizer is built.
        """
        if self.built:
            raise ValueError(f"[{self.name}] call exclude_from_weight_decay before the optimizer is built.")
        self._undecayed = {id(variable) for variable in var_list or ()}
        self._undecayed_names = re.compile("|".join(var_names)) if var_names else None

    def _use_weight_decay(self, variable: Any) -> bool:
        if id(variable) in self._undecayed:
            return False
        return self._undecayed_names is None or self._undecayed_names.search(variable.name) is None

    def _decay_weights(self, variables: list[Any], learning_rate: Any) -> None:
        if self.weight_decay is None:
            return
        for variable in variables:
            if self._use_weight_decay(variable):
                fraction = ops.multiply(ops.cast(learning_rate, variable.dtype), self.weight_decay)
                variable.assign_sub(ops.multiply(variable, fraction))

    def _update_averages(self) -> None:
        variables = self._trainable_variables
        momentum = ops.where(ops.equal(self.iterations, 0), 0.0, self.ema_momentum)
        assign_all(self._averages, _core.ops.average_update(momentum, *self._averages, *variables))
        if self.ema_overwrite_frequency:
            due = ops.equal(ops.mod(ops.add(self.iterations, 1), self.ema_overwrite_frequency), 0)
            assign_all(variables, _core.ops.average_update(0.0, due, *variables, *self._averages, conditional=True))

    @property
    def moving_averages(self) -> list[tuple[Any, Variable]]:
        """Pairs of a variable and its moving average; none before the first step, or without `use_ema`."""
        return list(zip(self._trainable_variables, self._averages, strict=True)) if self._averages else []

    def finalize_variable_values(self, var_list: Sequence[Any]) -> None:
        """Gives variables the values of their moving averages, if the optimizer keeps these.

        Args:
            var_list: The variables that the optimizer was built for.
        """
        if self._averages:
            for variable in var_list:
                variable.assign(self._averages[self._get_variable_index(variable)])

    def scale_loss(self, loss: Any) -> Any:
        """Returns the loss times `loss_scale_factor`, if there is one."""
        return loss if self.loss_scale_factor is None else ops.multiply(loss, self.loss_scale_factor)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments to make this optimizer again, with the current learning rate."""
        rate = self._learning_rate
        return {
            "name": self.name,
            "learning_rate": float(rate) if isinstance(rate, Variable) else serialize_object(rate),
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Optimizer:
        """Makes an optimizer from what `get_config` returned; its state starts anew."""
        return cls(**{**config, "learning_rate": deserialize_object(config.get("learning_rate", 0.001))})


def assign_all(variables: Sequence[Any], values: Any) -> None:
    """Gives each variable its value."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
