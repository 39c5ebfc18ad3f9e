"""How many yes-or-no predictions are right or wrong in each of the four ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.metrics.metric import Metric
from nnfit.metrics.thresholds import counts_at, judged, unit_thresholds


class ConfusionCount(Metric):
    """Base of the counts.

    Args:
        thresholds: A number, or several for a result with as many. Defaults to `None`, 0.5.
        name: Name of the metric. Defaults to the class's in snake case.
        dtype: See `Metric`.
    """

    # The field of `Counts` to gather.
    _kind: str

    def __init__(
        self, thresholds: float | Sequence[float] | None = None, name: str | None = None, dtype: str | None = None
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self._thresholds = unit_thresholds(thresholds, 0.5, self.name)
        self.accumulator = self.add_variable((len(self._thresholds),), name="accumulator")

    @property
    def thresholds(self) -> list[float]:
        """The thresholds."""
        return self._thresholds.values

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers a batch.

        Args:
            y_true: Labels, 0 or 1.
            y_pred: Predictions of the same shape; those above a threshold mean 1.
            sample_weight: Weights, `(batch,)` or of the shape of the predictions. Defaults to `None`, all 1.
        """
        data = judged(y_true, y_pred, sample_weight, self.dtype, self.name)
        self.accumulator.assign_add(getattr(counts_at(self._thresholds, data, self.dtype), self._kind))

    def result(self) -> Any:
        return self.accumulator[0] if len(self._thresholds) == 1 else ops.convert_to_tensor(self.accumulator)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "thresholds": self.init_thresholds}


class TruePositives(ConfusionCount):
    """The number of predictions 1 whose label is 1; with weights, their sum.

    Args:
        thresholds: Predictions above it mean 1. A number, or several for a result with as many. Defaults to `None`,
            0.5.
        name: Name of the metric. Defaults to `"true_positives"`.
        dtype: See `Metric`.

    Example:
        >>> float(nnfit.metrics.TruePositives()([0, 1, 1, 1], [0.9, 0.0, 0.8, 0.7]))
        2.0
    """

    _direction = "up"
    _kind = "true_positives"


class TrueNegatives(ConfusionCount):
    """The number of predictions 0 whose label is 0; with weights, their sum.

    Args:
        thresholds: Predictions above it mean 1. A number, or several for a result with as many. Defaults to `None`,
            0.5.
        name: Name of the metric. Defaults to `"true_negatives"`.
        dtype: See `Metric`.

    Example:
        >>> float(nnfit.metrics.TrueNegatives()([0, 1, 0, 0], [0.9, 0.0, 0.3, 0.2]))
        2.0
    """

    _direction = "up"
    _kind = "true_negatives"


class FalsePositives(ConfusionCount):
    """The number of predictions 1 whose label is 0; with weights, their sum.

    Args:
        thresholds: Predictions above it mean 1. A number, or several for a result with as many. Defaults to `None`,
            0.5.
        name: Name of the metric. Defaults to `"false_positives"`.
        dtype: See `Metric`.

    Example:
        >>> nnfit.metrics.FalsePositives(thresholds=[0.5, 0.8])([0, 1, 0, 0], [0.9, 0.9, 0.7, 0.2]).numpy()
        array([2., 1.], dtype=float32)
    """

    _direction = "down"
    _kind = "false_positives"


class FalseNegatives(ConfusionCount):
    """The number of predictions 0 whose label is 1; with weights, their sum.

    Args:
        thresholds: Predictions above it mean 1. A number, or several for a result with as many. Defaults to `None`,
            0.5.
        name: Name of the metric. Defaults to `"false_negatives"`.
        dtype: See `Metric`.

    Example:
        >>> float(nnfit.metrics.FalseNegatives()([0, 1, 1, 1], [0.9, 0.0, 0.3, 0.7]))
        2.0
    """

    _direction = "down"
    _kind = "false_negatives"
