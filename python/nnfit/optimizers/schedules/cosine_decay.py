"""Cosine decay."""

from __future__ import annotations

import math
from typing import Any

from nnfit import config, ops
from nnfit.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, checked_steps


def half_cosine(fraction: Any) -> Any:
    """Returns what falls from 1 to 0 as the fraction goes from 0 to 1: half of 1 + its cosine."""
    return ops.multiply(0.5, ops.add(1.0, ops.cos(ops.multiply(math.pi, fraction))))


class CosineDecay(LearningRateSchedule):
    """`rate * ((1 - alpha) * (1 + cos(pi * step / decay_steps)) / 2 + alpha)`, after a linear warm-up if there is one.

    With `warmup_target` the rate first rises in `warmup_steps` steps from `initial_learning_rate` to it, and decays
    from there; `step` then counts from the end of the warm-up. Steps beyond the last count as that.

    Args:
        initial_learning_rate: Rate at step 0.
        decay_steps: Positive number of steps of the decay.
        alpha: Least rate, as a fraction of the one decayed from. Defaults to 0.
        name: Name. Defaults to `"CosineDecay"`.
        warmup_target: Rate at the end of the warm-up; `None` for no warm-up. Defaults to `None`.
        warmup_steps: Steps of the warm-up. Defaults to 0.

    Raises:
        ValueError: If `decay_steps` is not positive.

    Example:
        >>> schedule = nnfit.optimizers.schedules.CosineDecay(1.0, decay_steps=100, warmup_target=2.0, warmup_steps=10)
        >>> [round(float(schedule(step)), 4) for step in (0, 5, 10, 60, 110)]
        [1.0, 1.5, 2.0, 1.0, 0.0]

    Reference:
        Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2016.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: int,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: int = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = checked_steps(decay_steps, "decay_steps", name)
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: Any) -> Any:
        step = ops.cast(step, config.floatx())
        if self.warmup_target is None:
            return self._decayed(step, self.initial_learning_rate)
        decayed = self._decayed(ops.subtract(step, float(self.warmup_steps)), self.warmup_target)
        if not self.warmup_steps:
            return decayed
        slope = (self.warmup_target - self.initial_learning_rate) / self.warmup_steps
        rising = ops.add(ops.multiply(slope, step), self.initial_learning_rate)
        return ops.where(ops.less(step, float(self.warmup_steps)), rising, decayed)

    def _decayed(self, step: Any, rate: float) -> Any:
        fraction = ops.divide(ops.minimum(step, float(self.decay_steps)), self.decay_steps)
        return ops.multiply(rate, ops.add(ops.multiply(1.0 - self.alpha, half_cosine(fraction)), self.alpha))

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }
