"""Base of learning-rate schedules."""

from __future__ import annotations

from typing import Any


class LearningRateSchedule:
    """A learning rate that depends on the step.

    Subclasses define `__call__(step)`, which returns a scalar tensor, and `get_config()`. The optimizer calls it with
    its `iterations`; written in `nnfit.ops`, it runs inside the planned step.

    Example:
        >>> class Harmonic(nnfit.optimizers.schedules.LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.1 / (nnfit.ops.cast(step, "float32") + 1.0)
        ...     def get_config(self):
        ...         return {}
        >>> optimizer = nnfit.optimizers.SGD(Harmonic())
    """

    def __call__(self, step: Any) -> Any:
        """Returns the learning rate of a step.

        Args:
            step: Scalar: how many updates there have been.
        """
        raise NotImplementedError(f"[{type(self).__name__}] a schedule needs a `__call__(step)`; define it.")

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments to make this schedule again."""
        raise NotImplementedError(f"[{type(self).__name__}] a schedule needs a `get_config()` to be saved.")

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LearningRateSchedule:
        """Makes a schedule from what `get_config` returned."""
        return cls(**config)


def checked_steps(value: Any, name: str, tag: str) -> Any:
    """Returns a number of steps.

    Raises:
        ValueError: If it is not positive.
    """
    if not value > 0:
        raise ValueError(f"[{tag}] expected {name} to be positive; got {value!r}.")
    return value
