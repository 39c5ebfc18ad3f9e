"""Cosine decay, once or with restarts."""

from __future__ import annotations

import math
from typing import Any

from nnfit import config, ops
from nnfit.optimizers.schedules.learning_rate_schedule import LearningRateSchedule, checked_steps


def _half_cosine(fraction: Any) -> Any:
    """Falls from 1 to 0 as the fraction goes from 0 to 1."""
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
        return ops.multiply(rate, ops.add(ops.multiply(1.0 - self.alpha, _half_cosine(fraction)), self.alpha))

    def get_config(self) -> dict[str, Any]:
        return {
            "initial_learning_rate": self.initial_learning_rate,
            "decay_steps": self.decay_steps,
            "alpha": self.alpha,
            "name": self.name,
            "warmup_target": self.warmup_target,
            "warmup_steps": self.warmup_steps,
        }


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
        height = ops.multiply(ops.power(float(self.m_mul), restarts), _half_cosine(fraction))
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
