"""Inverse time decay."""

from __future__ import annotations

from typing import Any

from nnfit import config, ops
from nnfit.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, checked_steps


class InverseTimeDecay(LearningRateSchedule):
    """`initial_learning_rate / (1 + decay_rate * step / decay_steps)`.

    Args:
        initial_learning_rate: Rate at step 0.
        decay_steps: Positive number of steps.
        decay_rate: What each `decay_steps` adds to the divisor.
        staircase: Whether `step / decay_steps` is rounded down. Defaults to `False`.
        name: Name. Defaults to `"InverseTimeDecay"`.

    Raises:
        ValueError: If `decay_steps` is not positive.

    Example:
        >>> schedule = nnfit.optimizers.schedules.InverseTimeDecay(1.0, decay_steps=100, decay_rate=1.0)
        >>> [float(schedule(step)) for step in (0, 100, 300)]
        [1.0, 0.5, 0.25]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = checked_steps(decay_steps, "decay_steps", name)
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name

    def __call__(self, step: Any) -> Any:
        passed = ops.divide(ops.cast(step, config.floatx()), self.decay_steps)
        if self.staircase:
            passed = ops.floor(passed)
        return ops.divide(self.initial_learning_rate, ops.add(1.0, ops.multiply(self.decay_rate, passed)))

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "decay_rate": self.decay_rate,
            "staircase": self.staircase,
            "name": self.name,
        }
