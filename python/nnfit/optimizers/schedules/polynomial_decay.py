"""Polynomial decay."""

from __future__ import annotations

from typing import Any

from nnfit import config, ops
from nnfit.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, checked_steps


class PolynomialDecay(LearningRateSchedule):
    """`(initial_learning_rate - end_learning_rate) * (1 - step / decay_steps) ** power + end_learning_rate`.

    Steps beyond `decay_steps` count as that; or, with `cycle`, `decay_steps` counts as its first multiple that is not
    below the step.

    Args:
        initial_learning_rate: Rate at step 0.
        decay_steps: Positive number of steps.
        end_learning_rate: Rate at the end. Defaults to 0.0001.
        power: The exponent. Defaults to 1, a line.
        cycle: Whether to start again beyond `decay_steps`. Defaults to `False`.
        name: Name. Defaults to `"PolynomialDecay"`.

    Raises:
        ValueError: If `decay_steps` is not positive.

    Example:
        >>> schedule = nnfit.optimizers.schedules.PolynomialDecay(1.0, 100, end_learning_rate=0.0, power=2.0)
        >>> [float(schedule(step)) for step in (0, 50, 200)]
        [1.0, 0.25, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = checked_steps(decay_steps, "decay_steps", name)
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name

    def __call__(self, step: Any) -> Any:
        step = ops.cast(step, config.floatx())
        if self.cycle:
            rounds = ops.maximum(ops.ceil(ops.divide(step, self.decay_steps)), 1.0)
            passed = ops.divide(step, ops.multiply(float(self.decay_steps), rounds))
        else:
            passed = ops.divide(ops.minimum(step, float(self.decay_steps)), self.decay_steps)
        span = self.initial_learning_rate - self.end_learning_rate
        return ops.add(
            ops.multiply(span, ops.power(ops.subtract(1.0, passed), float(self.power))), self.end_learning_rate
        )

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "end_learning_rate": self.end_learning_rate,
            "power": self.power,
            "cycle": self.cycle,
            "name": self.name,
        }
