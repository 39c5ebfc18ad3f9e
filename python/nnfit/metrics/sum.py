"""Sum of values."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.metrics.metric import Metric
from nnfit.metrics.samplewise import reduce_to_samples


class Sum(Metric):
    """The sum of all values, each times its weight.

    Args:
        name: Name of the metric. Defaults to `"sum"`.
        dtype: See `Metric`.

    Example:
        >>> metric = nnfit.metrics.Sum()
        >>> float(metric([1, 3, 5, 7]))
        16.0
    """

    def __init__(self, name: str | None = "sum", dtype: str | None = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Adds values `(batch, …)`, with weights `(batch,)` or of their shape."""
        values, _ = reduce_to_samples(values, sample_weight, ops.sum, self.dtype)
        self.total.assign_add(ops.sum(values))

    def result(self) -> Any:
        return ops.convert_to_tensor(self.total)
