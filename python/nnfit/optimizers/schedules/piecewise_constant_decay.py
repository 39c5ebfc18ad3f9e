"""Steps between constants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.optimizers.schedules.learning_rate_schedule import LearningRateSchedule


class PiecewiseConstantDecay(LearningRateSchedule):
    """`values[0]` up to and including step `boundaries[0]`, then `values[1]` up to `boundaries[1]`, and so on.

    Args:
        boundaries: Rising step numbers.
        values: Rates, one more than there are boundaries.
        name: Name. Defaults to `"PiecewiseConstant"`.

    Raises:
        ValueError: If the lengths do not fit or the boundaries do not rise.

    Example:
        >>> schedule = nnfit.optimizers.schedules.PiecewiseConstantDecay([100, 200], [1.0, 0.5, 0.25])
        >>> [float(schedule(step)) for step in (100, 101, 201)]
        [1.0, 0.5, 0.25]
    """

    def __init__(self, boundaries: Sequence[int], values: Sequence[float], name: str = "PiecewiseConstant") -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                f"[{name}] expected one value more than there are boundaries; got {len(boundaries)} boundaries and "
                f"{len(values)} values."
            )
        if any(b <= a for a, b in zip(boundaries, boundaries[1:])):  # noqa: B905, RUF007
            raise ValueError(f"[{name}] expected boundaries that rise; got {list(boundaries)}.")
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: Any) -> Any:
        rate = ops.convert_to_tensor(float(self.values[0]))
        for boundary, value in zip(self.boundaries, self.values[1:], strict=True):
            rate = ops.where(ops.greater(step, boundary), float(value), rate)
        return rate

    def get_config(self) -> dict[str, Any]:
        return {"boundaries": list(self.boundaries), "values": list(self.values), "name": self.name}
