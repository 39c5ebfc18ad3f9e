"""Share of the targets' variance that predictions explain."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.losses.alignment import align_weights, elementwise_pair
from nnfit.metrics.metric import Metric

_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")


class R2Score(Metric):
    """`1 - sum((y_true - y_pred)**2) / sum((y_true - mean(y_true))**2)`, of each output or averaged.

    Args:
        class_aggregation: `None`: a score for each output; `"uniform_average"`: their mean;
            `"variance_weighted_average"`: their mean weighted by the variance of the targets. Defaults to
            `"uniform_average"`.
        num_regressors: Number p of explaining variables, for the adjusted score
            `1 - (1 - score) * (n - 1) / (n - p - 1)`, n being the number of target values; where `n <= p + 1` the
            score stays as it is. Defaults to 0, the score itself.
        name: Name of the metric. Defaults to `"r2_score"`.
        dtype: See `Metric`.

    Raises:
        ValueError: If an argument is none of these.

    Example:
        >>> metric = nnfit.metrics.R2Score()
        >>> round(float(metric([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])), 4)
        0.5714
    """

    _direction = "up"

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if class_aggregation not in _AGGREGATIONS:
            raise ValueError(
                f"[{self.name}] expected class_aggregation to be one of {_AGGREGATIONS}; got {class_aggregation!r}."
            )
        if num_regressors < 0:
            raise ValueError(f"[{self.name}] expected num_regressors of at least 0; got {num_regressors!r}.")
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self.num_samples = self.add_variable((), name="num_samples")
        self._built = False

    def _build(self, outputs: int) -> None:
        self.squared_sum = self.add_variable((outputs,), name="squared_sum")
        self.sum = self.add_variable((outputs,), name="sum")
        self.total_mse = self.add_variable((outputs,), name="residual")
        self.count = self.add_variable((outputs,), name="count")
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers a batch.

        Args:
            y_true: Targets, `(batch, outputs)`; `(batch,)` beside predictions `(batch, 1)`.
            y_pred: Predictions of the same shape.
            sample_weight: Weights, `(batch,)` or of the shape of the targets. Defaults to `None`, all 1.

        Raises:
            ValueError: If the shapes do not fit.
        """
        y_true, y_pred = elementwise_pair(y_true, ops.convert_to_tensor(y_pred, self.dtype), self.name)
        if len(y_pred.shape) != 2:
            raise ValueError(f"[{self.name}] expected y_pred of shape (batch, outputs); got {tuple(y_pred.shape)}.")
        if not self._built:
            self._build(y_pred.shape[-1])
        weights = ops.ones_like(y_true)
        if sample_weight is not None:
            weights = ops.multiply(weights, align_weights(ops.convert_to_tensor(sample_weight, self.dtype), y_true))
        weighted = ops.multiply(y_true, weights)
        errors = ops.square(ops.subtract(y_true, y_pred))
        self.sum.assign_add(ops.sum(weighted, axis=0))
        self.squared_sum.assign_add(ops.sum(ops.multiply(y_true, weighted), axis=0))
        self.total_mse.assign_add(ops.sum(ops.multiply(errors, weights), axis=0))
        self.count.assign_add(ops.sum(weights, axis=0))
        self.num_samples.assign_add(float(y_true.shape[0] * y_true.shape[1]))

    def result(self) -> Any:
        if not self._built:
            return ops.zeros((), dtype=self.dtype)
        total = ops.subtract(self.squared_sum, ops.multiply(self.sum, ops.divide(self.sum, self.count)))
        scores = ops.subtract(1.0, ops.divide(self.total_mse, total))
        scores = ops.where(ops.isinf(scores), 0.0, scores)
        if self.class_aggregation == "uniform_average":
            scores = ops.mean(scores)
        elif self.class_aggregation == "variance_weighted_average":
            scores = ops.divide(ops.sum(ops.multiply(total, scores)), ops.sum(total))
        if self.num_regressors:
            rest = ops.subtract(self.num_samples, float(self.num_regressors + 1))
            unexplained = ops.multiply(ops.subtract(1.0, scores), ops.subtract(self.num_samples, 1.0))
            adjusted = ops.subtract(1.0, ops.divide(unexplained, rest))
            scores = ops.where(ops.greater(rest, 0.0), adjusted, scores)
        return scores

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "class_aggregation": self.class_aggregation,
            "num_regressors": self.num_regressors,
        }
