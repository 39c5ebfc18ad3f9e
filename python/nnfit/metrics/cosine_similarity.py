"""Cosine of the angle between targets and predictions."""

from __future__ import annotations

from typing import Any

from nnfit import losses, ops
from nnfit.metrics.mean import MeanMetricWrapper


def _cosine(y_true: Any, y_pred: Any, axis: int) -> Any:
    return ops.negative(losses.cosine_similarity(y_true, y_pred, axis=axis))


class CosineSimilarity(MeanMetricWrapper):
    """Mean of `sum(y_true / |y_true| * y_pred / |y_pred|)`: 1 for the same direction.

    The loss function `nnfit.losses.cosine_similarity` is the negative of it.

    Args:
        name: Name of the metric. Defaults to `"cosine_similarity"`.
        dtype: See `Metric`.
        axis: Axis of the vectors. Defaults to the last.

    Example:
        >>> metric = nnfit.metrics.CosineSimilarity()
        >>> round(float(metric([[0.0, 1.0], [1.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]])), 4)
        0.5
    """

    _direction = "up"

    def __init__(self, name: str | None = "cosine_similarity", dtype: str | None = None, axis: int = -1) -> None:
        super().__init__(_cosine, name=name, dtype=dtype, axis=axis)
        self.axis = axis
