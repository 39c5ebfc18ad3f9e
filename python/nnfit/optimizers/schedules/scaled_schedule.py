"""A schedule times a number that can be changed."""

from __future__ import annotations

from typing import Any

from nnfit import config, ops
from nnfit.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from nnfit.registry import deserialize_object, serialize_object
from nnfit.variable import Variable


class ScaledSchedule(LearningRateSchedule):
    """`scale * schedule(step)`; `ReduceLROnPlateau` lowers the rates of a schedule with it.

    The scale is a variable: changing it needs no new trace.

    Args:
        schedule: The schedule.
        scale: The number. Defaults to 1.

    Example:
        >>> schedule = nnfit.optimizers.schedules.ExponentialDecay(1.0, decay_steps=100, decay_rate=0.5)
        >>> halved = nnfit.optimizers.schedules.ScaledSchedule(schedule, 0.5)
        >>> float(halved(100))
        0.25
    """

    def __init__(self, schedule: LearningRateSchedule, scale: float = 1.0) -> None:
        self.schedule = schedule
        self.scale = Variable(float(scale), dtype=config.floatx(), trainable=False, name="scale")

    def __call__(self, step: Any) -> Any:
        return ops.multiply(self.scale, self.schedule(step))

    def multiply(self, factor: float) -> None:
        """Multiplies the scale by a number."""
        self.scale.assign(float(self.scale) * factor)

    def get_config(self) -> dict[str, Any]:
        return {"schedule": serialize_object(self.schedule), "scale": float(self.scale)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> ScaledSchedule:
        return cls(**{**config, "schedule": deserialize_object(config["schedule"])})
