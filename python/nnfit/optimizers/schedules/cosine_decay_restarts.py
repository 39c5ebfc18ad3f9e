"""Cosine decay with restarts."""

from __future__ import annotations

import math
from typing import Any

from nnfit import config, ops
from nnfit.optimizers.schedules.cosine_decay import half_cosine
from nnfit.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, checked_steps


class CosineDecayRestarts(LearningRateSchedule):
    """Cosine decays, one after the other.

    The i-th takes `t_mul ** i` times as long as the first, and starts `m_mul ** i` times as high.

    Within a decay of which the fraction f has passed, the rate is
    `initial_learning_rate * ((1 - alpha) * m_mul ** i * (1 + cos(pi * f)) / 2 + alpha)`.

    Args:
        initial_learning_rate: Rate at step 0.
        first_decay_steps: Positive number of steps of the first decay.
        t_mul: Factor of the length from one decay to the next. Defaults to 2.
        m_mul: Factor of the height from one decay to the next. Defaults to 1.
        alpha: Least rate, as a fraction of the initial one. Defaults to 0.
        name: Name. Defaults to `"SGDRDecay"`.

    Raises:
        ValueError: If `first_decay_steps` is not positive.

    Example:
        >>> schedule = nnfit.optimizers.schedules.CosineDecayRestarts(1.0, first_decay_steps=100, m_mul=0.5)
        >>> [round(float(schedule(step)), 4) for step in (0, 50, 100, 200, 300)]
        [1.0, 0.5, 0.5, 0.25, 0.25]

    Reference:
        Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2016.
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: int,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = checked_steps(first_decay_steps, "first_decay_steps", name)
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: Any) -> Any:
        passed = ops.divide(ops.cast(step, config.floatx()), self.first_decay_steps)
        if self.t_mul == 1:
            restarts = ops.floor(passed)
            fraction = ops.subtract(passed, restarts)
        else:
            restarts = self._restarts(passed)
            length = ops.power(float(self.t_mul), restarts)
            fraction = ops.divide(ops.subtract(passed, self._start(restarts)), length)
        height = ops.multiply(ops.power(float(self.m_mul), restarts), half_cosine(fraction))
        return ops.multiply(self.initial_learning_rate, ops.add(ops.multiply(1.0 - self.alpha, height), self.alpha))

    def _start(self, restarts: Any) -> Any:
        """When a decay starts, in first lengths: 1 + t + … + t^(i-1) = (t^i - 1) / (t - 1)."""
        return ops.divide(ops.subtract(ops.power(float(self.t_mul), restarts), 1.0), self.t_mul - 1.0)

    def _restarts(self, passed: Any) -> Any:
        ended = ops.add(1.0, ops.multiply(self.t_mul - 1.0, passed))
        guess = ops.floor(ops.divide(ops.log(ended), math.log(self.t_mul)))
        # The logarithm's last bit must not put the first step of a decay into the one before.
        too_few = ops.cast(ops.greater_equal(passed, self._start(ops.add(guess, 1.0))), passed.dtype)
        too_many = ops.cast(ops.less(passed, self._start(guess)), passed.dtype)
        return ops.subtract(ops.add(guess, too_few), too_many)

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "first_decay_steps": self.first_decay_steps,
            "t_mul": self.t_mul,
            "m_mul": self.m_mul,
            "alpha": self.alpha,
            "name": self.name,
        }
