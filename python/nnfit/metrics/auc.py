"""Area under a curve of two rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import config, ops
from nnfit.metrics.confusion_state import ConfusionState
from nnfit.metrics.thresholds import Judged, Thresholds, counts_at, judged, spaced_thresholds

_CURVES = ("ROC", "PR", "PRGAIN")
_SUMMATIONS = ("interpolation", "minoring", "majoring")


class AUC(ConfusionState):
    """Area under a curve, as a sum over thresholds.

    The points of the curve are, by threshold, for `"ROC"` the recall over the rate of false positives, for `"PR"` the
    precision over the recall, for `"PRGAIN"` the gain of precision over the gain of recall. The more thresholds, the
    nearer the sum is to the area; what it costs grows with the number of predictions plus that of thresholds.

    Args:
        num_thresholds: Number of thresholds, evenly spaced from 0 to 1. Defaults to 200.
        curve: `"ROC"`, `"PR"` or `"PRGAIN"`. Defaults to `"ROC"`.
        summation_method: Height of the curve between two points: `"interpolation"` the mean of theirs (for `"PR"`
            true and false positives are interpolated, not the precision), `"minoring"` the lower, `"majoring"` the
            higher. Defaults to `"interpolation"`.
        name: Name of the metric. Defaults to `"auc"`.
        dtype: See `Metric`.
        thresholds: The thresholds between 0 and 1, in place of evenly spaced ones. Defaults to `None`.
        multi_label: Whether to take the area of each entry of the last axis by itself, and then their mean. Defaults to
            `False`: one curve of all predictions.
        num_labels: Size of the last axis with `multi_label`. Defaults to `None`: that of the first batch.
        label_weights: Weight of each entry of the last axis: of its area with `multi_label`, else of its predictions.
            Defaults to `None`, all 1.
        from_logits: Whether predictions are logits. Defaults to `False`: probabilities, clipped to [0, 1].

    Raises:
        ValueError: If an argument is none of these.

    Example:
        >>> float(nnfit.metrics.AUC(num_thresholds=3)([0, 0, 1, 1], [0, 0.5, 0.3, 0.9]))
        0.75

    Reference:
        Davis, Goadrich, The Relationship Between Precision-Recall and ROC Curves, 2006. Flach, Kull,
        Precision-Recall-Gain Curves: PR Analysis Done Right, 2015.
    """

    _direction = "up"

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: str | None = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Sequence[float] | None = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self.curve = _one_of(_CURVES, curve.upper(), "curve", self.name)
        self.summation_method = _one_of(_SUMMATIONS, summation_method.lower(), "summation_method", self.name)
        if thresholds is None and num_thresholds < 2:
            raise ValueError(f"[{self.name}] expected num_thresholds of at least 2; got {num_thresholds!r}.")
        if thresholds is not None and not all(0 <= value <= 1 for value in thresholds):
            raise ValueError(f"[{self.name}] expected thresholds in [0, 1]; got {thresholds!r}.")
        if num_labels and not multi_label:
            raise ValueError(f"[{self.name}] num_labels is for multi_label=True; leave it out.")
        self._inner_thresholds = None if thresholds is None else sorted(float(value) for value in thresholds)
        inner = spaced_thresholds(num_thresholds) if self._inner_thresholds is None else self._inner_thresholds
        self.num_thresholds = len(inner) + 2
        # The first and the last take all predictions for 1 and none, whatever rounding does.
        self._thresholds = Thresholds([-config.epsilon(), *inner, 1.0 + config.epsilon()])
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = None if label_weights is None else [float(weight) for weight in label_weights]
        self.from_logits = from_logits
        self._built = False
        if not multi_label:
            self._build(())
        elif num_labels:
            self._build((num_labels,))

    @property
    def thresholds(self) -> list[float]:
        """The thresholds, among them one below 0 and one above 1."""
        return self._thresholds.values

    def _build(self, labels: tuple[int, ...]) -> None:
        self._add_counts((self.num_thresholds, *labels))
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers a batch.

        Args:
            y_true: Labels, 0 or 1.
            y_pred: Predictions of the same shape; `(batch, labels)` with `multi_label`.
            sample_weight: Weights, `(batch,)` or of the shape of the predictions. Defaults to `None`, all 1.

        Raises:
            ValueError: If the shapes do not fit.
        """
        labels, predictions, weights = judged(y_true, y_pred, sample_weight, self.dtype, self.name)
        shape = tuple(predictions.shape)
        size = len(self.label_weights) if self.label_weights is not None else self.num_labels
        if (self.multi_label and len(shape) != 2) or (size is not None and shape[-1:] != (size,)):
            expected = f"(batch, {size or 'labels'})" if self.multi_label else f"(batch, …, {size})"
            raise ValueError(f"[{self.name}] expected y_pred of shape {expected}; got {shape}.")
        if not self._built:
            self._build(shape[1:])
        if self.label_weights is not None and not self.multi_label:
            of_labels = ops.convert_to_tensor(self.label_weights, self.dtype)
            weights = ops.broadcast_to(of_labels if weights is None else ops.multiply(weights, of_labels), shape)
        predictions = ops.sigmoid(predictions) if self.from_logits else ops.clip(predictions, 0.0, 1.0)
        data = Judged(labels, predictions, weights)
        self._gather(counts_at(self._thresholds, data, self.dtype, by_label=self.multi_label))

    def result(self) -> Any:
        if not self._built:
            return ops.zeros((), dtype=self.dtype)
        if self.curve == "PR" and self.summation_method == "interpolation":
            pieces = self._interpolated_precision_pieces()
        else:
            x, y = self._points()
            combine = {"interpolation": _mean, "minoring": ops.minimum, "majoring": ops.maximum}[self.summation_method]
            pieces = ops.multiply(ops.subtract(x[:-1], x[1:]), combine(y[:-1], y[1:]))
        areas = ops.sum(pieces, axis=0)
        if not self.multi_label:
            return areas
        if self.label_weights is None:
            return ops.mean(areas)
        weights = ops.convert_to_tensor(self.label_weights, self.dtype)
        return ops.divide_no_nan(ops.sum(ops.multiply(areas, weights)), ops.sum(weights))

    def _points(self) -> tuple[Any, Any]:
        """Returns the curve's points, x falling."""
        if self.curve == "ROC":
            return self._fall_out(), self._sensitivity()
        if self.curve == "PR":
            return self._sensitivity(), self._precision()
        odds = ops.divide_no_nan(
            ops.add(self.true_positives, self.false_negatives), ops.add(self.true_negatives, self.false_positives)
        )
        found = ops.greater(self.true_positives, 0.0)
        missed = ops.divide_no_nan(self.false_negatives, self.true_positives)
        wrong = ops.divide_no_nan(self.false_positives, self.true_positives)
        recall_gain = ops.where(found, ops.subtract(1.0, ops.multiply(odds, missed)), 0.0)
        precision_gain = ops.where(found, ops.subtract(1.0, ops.multiply(odds, wrong)), 1.0)
        return ops.maximum(recall_gain, 0.0), precision_gain

    def _interpolated_precision_pieces(self) -> Any:
        """Returns the areas between points, true and false positives being linear in between.

        With `p` for all predictions 1, `slope = d tp / d p` and `offset = tp - slope * p`, the precision is
        `slope + offset / p`, and its integral over the recall `slope * (d tp + offset * log(p0 / p1)) / positives`.
        """
        tp, p = ops.convert_to_tensor(self.true_positives), ops.add(self.true_positives, self.false_positives)
        steps, taken = ops.subtract(tp[:-1], tp[1:]), ops.subtract(p[:-1], p[1:])
        slope = ops.divide_no_nan(steps, ops.maximum(taken, 0.0))
        offset = ops.subtract(tp[1:], ops.multiply(slope, p[1:]))
        both = ops.logical_and(ops.greater(p[:-1], 0.0), ops.greater(p[1:], 0.0))
        ratio = ops.where(both, ops.divide_no_nan(p[:-1], p[1:]), 1.0)
        area = ops.multiply(slope, ops.add(steps, ops.multiply(offset, ops.log(ratio))))
        return ops.divide_no_nan(area, ops.add(tp[1:], self.false_negatives[1:]))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_thresholds": self.num_thresholds,
            "curve": self.curve,
            "summation_method": self.summation_method,
            "thresholds": self._inner_thresholds,
            "multi_label": self.multi_label,
            "num_labels": self.num_labels,
            "label_weights": self.label_weights,
            "from_logits": self.from_logits,
        }


def _one_of(known: Sequence[str], value: str, argument: str, tag: str) -> str:
    if value not in known:
        raise ValueError(f"[{tag}] expected {argument} to be one of {tuple(known)}; got {value!r}.")
    return value


def _mean(a: Any, b: Any) -> Any:
    return ops.multiply(ops.add(a, b), 0.5)
