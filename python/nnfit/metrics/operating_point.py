"""The best value of one rate among the thresholds at which another reaches a given value."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.metrics.confusion_state import ConfusionState
from nnfit.metrics.thresholds import Judged, Thresholds, counts_at, judged, spaced_thresholds


class OperatingPoint(ConfusionState):
    """Base of the metrics here.

    Args:
        value: What the constrained rate has to reach.
        num_thresholds: Number of thresholds, evenly spaced from 0 to 1. Defaults to 200.
        class_id: Only this entry of the last axis counts. Defaults to `None`: all.
        name: Name of the metric. Defaults to the class's in snake case.
        dtype: See `Metric`.

    Raises:
        ValueError: If `value` is not in [0, 1] or there are no thresholds.
    """

    _direction = "up"

    # Names of the constructor's first argument, of the method for the constrained rate, and of that for the other.
    _argument: str
    _constrained: str
    _maximized: str

    def __init__(
        self,
        value: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if not 0 <= value <= 1:
            raise ValueError(f"[{self.name}] expected {self._argument} in [0, 1]; got {value!r}.")
        if num_thresholds < 1:
            raise ValueError(f"[{self.name}] expected num_thresholds of at least 1; got {num_thresholds!r}.")
        self.value = value
        self.num_thresholds = num_thresholds
        self.class_id = class_id
        several = num_thresholds > 1
        self._thresholds = Thresholds([0.0, *spaced_thresholds(num_thresholds), 1.0] if several else [0.5])
        self._add_counts((num_thresholds,))

    @property
    def thresholds(self) -> list[float]:
        """The thresholds."""
        return self._thresholds.values

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers a batch.

        Args:
            y_true: Labels, 0 or 1.
            y_pred: Predictions of the same shape, in [0, 1].
            sample_weight: Weights, `(batch,)` or of the shape of the predictions. Defaults to `None`, all 1.
        """
        data = judged(y_true, y_pred, sample_weight, self.dtype, self.name)
        if self.class_id is not None:
            data = data.of_class(self.class_id, self.name)
        data = Judged(data.labels, ops.clip(data.predictions, 0.0, 1.0), data.weights)
        self._gather(counts_at(self._thresholds, data, self.dtype))

    def result(self) -> Any:
        constrained, maximized = getattr(self, self._constrained)(), getattr(self, self._maximized)()
        return ops.max(ops.where(ops.greater_equal(constrained, self.value), maximized, 0.0))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            self._argument: self.value,
            "num_thresholds": self.num_thresholds,
            "class_id": self.class_id,
        }


class SensitivityAtSpecificity(OperatingPoint):
    """The largest sensitivity at a specificity of at least a given one.

    `sensitivity = true positives / (true positives + false negatives)`,
    `specificity = true negatives / (true negatives + false positives)`.

    Args:
        specificity: The least specificity, in [0, 1].
        num_thresholds: Number of thresholds, evenly spaced from 0 to 1. Defaults to 200.
        class_id: Only this entry of the last axis counts. Defaults to `None`: all.
        name: Name of the metric. Defaults to `"sensitivity_at_specificity"`.
        dtype: See `Metric`.

    Raises:
        ValueError: If `specificity` is not in [0, 1] or `num_thresholds` is below 1.

    Example:
        >>> metric = nnfit.metrics.SensitivityAtSpecificity(0.5)
        >>> float(metric([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
        0.5
    """

    _argument, _constrained, _maximized = "specificity", "_specificity", "_sensitivity"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(specificity, num_thresholds, class_id, name, dtype)
        self.specificity = specificity


class SpecificityAtSensitivity(OperatingPoint):
    """The largest specificity at a sensitivity of at least a given one; see `SensitivityAtSpecificity`.

    Args:
        sensitivity: The least sensitivity, in [0, 1].
        num_thresholds: Number of thresholds, evenly spaced from 0 to 1. Defaults to 200.
        class_id: Only this entry of the last axis counts. Defaults to `None`: all.
        name: Name of the metric. Defaults to `"specificity_at_sensitivity"`.
        dtype: See `Metric`.

    Raises:
        ValueError: If `sensitivity` is not in [0, 1] or `num_thresholds` is below 1.

    Example:
        >>> metric = nnfit.metrics.SpecificityAtSensitivity(0.5)
        >>> round(float(metric([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8])), 4)
        0.6667
    """

    _argument, _constrained, _maximized = "sensitivity", "_sensitivity", "_specificity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)
        self.sensitivity = sensitivity


class PrecisionAtRecall(OperatingPoint):
    """The largest precision at a recall of at least a given one; see `Precision` and `Recall`.

    Args:
        recall: The least recall, in [0, 1].
        num_thresholds: Number of thresholds, evenly spaced from 0 to 1. Defaults to 200.
        class_id: Only this entry of the last axis counts. Defaults to `None`: all.
        name: Name of the metric. Defaults to `"precision_at_recall"`.
        dtype: See `Metric`.

    Raises:
        ValueError: If `recall` is not in [0, 1] or `num_thresholds` is below 1.

    Example:
        >>> metric = nnfit.metrics.PrecisionAtRecall(0.5)
        >>> float(metric([0, 0, 0, 1, 1], [0, 0.3, 0.8, 0.3, 0.8]))
        0.5
    """

    _argument, _constrained, _maximized = "recall", "_sensitivity", "_precision"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(recall, num_thresholds, class_id, name, dtype)
        self.recall = recall


class RecallAtPrecision(OperatingPoint):
    """The largest recall at a precision of at least a given one; see `Precision` and `Recall`.

    Args:
        precision: The least precision, in [0, 1].
        num_thresholds: Number of thresholds, evenly spaced from 0 to 1. Defaults to 200.
        class_id: Only this entry of the last axis counts. Defaults to `None`: all.
        name: Name of the metric. Defaults to `"recall_at_precision"`.
        dtype: See `Metric`.

    Raises:
        ValueError: If `precision` is not in [0, 1] or `num_thresholds` is below 1.

    Example:
        >>> metric = nnfit.metrics.RecallAtPrecision(0.8)
        >>> float(metric([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
        0.5
    """

    _argument, _constrained, _maximized = "precision", "_precision", "_sensitivity"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(precision, num_thresholds, class_id, name, dtype)
        self.precision = precision
