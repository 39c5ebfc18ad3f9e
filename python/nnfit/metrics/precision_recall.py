"""Precision and recall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.metrics.metric import Metric
from nnfit.metrics.thresholds import Counts, Judged, counts_at, judged, only_top_k, unit_thresholds
from nnfit.variable import Variable


class ShareOfTruePositives(Metric):
    """Base of `Precision` and `Recall`: true positives over themselves and one kind of error.

    Args:
        thresholds: A number, or several for a result with as many. Defaults to `None`: 0.5, or none with `top_k`.
        top_k: How many of the largest predictions of each row may mean 1. Defaults to `None`: all.
        class_id: The class that counts. Defaults to `None`: all.
        name: Name of the metric. Defaults to the class's in snake case.
        dtype: See `Metric`.
    """

    _direction = "up"

    # The field of `Counts` that holds the errors.
    _errors: str

    def __init__(
        self,
        thresholds: float | Sequence[float] | None = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.init_thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        self._thresholds = unit_thresholds(thresholds, 0.5 if top_k is None else float("-inf"), self.name)
        self.true_positives = self.add_variable((len(self._thresholds),), name="true_positives")
        self._error_count: Variable = self.add_variable((len(self._thresholds),), name=self._errors)

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
        if self.top_k is not None:
            data = Judged(data.labels, only_top_k(data.predictions, self.top_k), data.weights)
        if self.class_id is not None:
            data = data.of_class(self.class_id, self.name)
        counts: Counts = counts_at(self._thresholds, data, self.dtype)
        self.true_positives.assign_add(counts.true_positives)
        self._error_count.assign_add(getattr(counts, self._errors))

    def result(self) -> Any:
        share = ops.divide_no_nan(self.true_positives, ops.add(self.true_positives, self._error_count))
        return share[0] if len(self._thresholds) == 1 else share

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "thresholds": self.init_thresholds,
            "top_k": self.top_k,
            "class_id": self.class_id,
        }


class Precision(ShareOfTruePositives):
    """`true positives / (true positives + false positives)`: how many of the predictions 1 are right.

    Args:
        thresholds: Predictions above it mean 1. A number in [0, 1], or several for a result with as many. Defaults to
            `None`: 0.5, or with `top_k` no threshold.
        top_k: Only the k largest predictions of each row may mean 1. Defaults to `None`: all.
        class_id: Only this entry of the last axis counts. Defaults to `None`: all.
        name: Name of the metric. Defaults to `"precision"`.
        dtype: See `Metric`.

    Example:
        >>> float(nnfit.metrics.Precision()([0, 1, 1, 1], [0.9, 0.0, 0.8, 0.7], sample_weight=[0, 1, 1, 1]))
        1.0
    """

    _errors = "false_positives"

    @property
    def false_positives(self) -> Variable:
        """The state that counts the predictions 1 that are wrong."""
        return self._error_count


class Recall(ShareOfTruePositives):
    """`true positives / (true positives + false negatives)`: how many of the labels 1 are found.

    Args:
        thresholds: Predictions above it mean 1. A number in [0, 1], or several for a result with as many. Defaults to
            `None`: 0.5, or with `top_k` no threshold.
        top_k: Only the k largest predictions of each row may mean 1. Defaults to `None`: all.
        class_id: Only this entry of the last axis counts. Defaults to `None`: all.
        name: Name of the metric. Defaults to `"recall"`.
        dtype: See `Metric`.

    Example:
        >>> float(nnfit.metrics.Recall()([0, 1, 1, 1], [0.9, 0.0, 0.8, 0.7], sample_weight=[0, 1, 0.5, 0.5]))
        0.5
    """

    _errors = "false_negatives"

    @property
    def false_negatives(self) -> Variable:
        """The state that counts the labels 1 that are missed."""
        return self._error_count
