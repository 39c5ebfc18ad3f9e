"""Weighted harmonic mean of precision and recall."""

from __future__ import annotations

from typing import Any

from nnfit import config, ops
from nnfit.losses.alignment import align_weights, elementwise_pair
from nnfit.metrics.metric import Metric

_AVERAGES = (None, "micro", "macro", "weighted")


class FBetaScore(Metric):
    """`(1 + beta**2) * precision * recall / (beta**2 * precision + recall)`, of each class or averaged.

    Args:
        average: `None`: a score for each class; `"micro"`: one, of the counts over all classes; `"macro"`: the mean of
            the scores; `"weighted"`: their mean weighted by the number of labels. Defaults to `None`.
        beta: How many times as much recall matters as precision. Defaults to 1.
        threshold: Predictions above it mean 1. Defaults to `None`: the largest of each row means 1.
        name: Name of the metric. Defaults to `"fbeta_score"`.
        dtype: See `Metric`.

    Raises:
        ValueError: If an argument is none of these.

    Example:
        >>> metric = nnfit.metrics.FBetaScore(beta=2.0, threshold=0.5)
        >>> metric([[1, 1], [0, 1], [1, 1]], [[0.2, 0.6], [0.2, 0.8], [0.6, 0.1]]).numpy().round(4)
        array([0.5556, 0.7143], dtype=float32)

    Reference:
        van Rijsbergen, Information Retrieval, 1979.
    """

    _direction = "up"

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: str | None = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if average not in _AVERAGES:
            raise ValueError(f"[{self.name}] expected average to be one of {_AVERAGES}; got {average!r}.")
        if not beta > 0:
            raise ValueError(f"[{self.name}] expected beta above 0; got {beta!r}.")
        if threshold is not None and not 0 < threshold <= 1:
            raise ValueError(f"[{self.name}] expected threshold in (0, 1]; got {threshold!r}.")
        self.average = average
        self.beta = beta
        self.threshold = threshold
        self._built = False

    def _build(self, classes: int) -> None:
        shape = () if self.average == "micro" else (classes,)
        self.true_positives = self.add_variable(shape, name="true_positives")
        self.false_positives = self.add_variable(shape, name="false_positives")
        self.false_negatives = self.add_variable(shape, name="false_negatives")
        self.intermediate_weights = self.add_variable(shape, name="intermediate_weights")
        self._built = True

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Gathers a batch.

        Args:
            y_true: Labels, 0 or 1, `(batch, classes)`.
            y_pred: Predictions of the same shape.
            sample_weight: Weights, `(batch,)`. Defaults to `None`, all 1.

        Raises:
            ValueError: If the shapes do not fit.
        """
        y_true, y_pred = elementwise_pair(y_true, ops.convert_to_tensor(y_pred, self.dtype), self.name)
        if len(y_pred.shape) != 2:
            raise ValueError(f"[{self.name}] expected y_pred of shape (batch, classes); got {tuple(y_pred.shape)}.")
        if not self._built:
            self._build(y_pred.shape[-1])
        if self.threshold is None:
            largest = ops.greater_equal(y_pred, ops.max(y_pred, axis=-1, keepdims=True))
            said = ops.logical_and(largest, ops.greater(ops.abs(y_pred), 1e-9))
        else:
            said = ops.greater(y_pred, self.threshold)
        said = ops.cast(said, self.dtype)
        weights = None
        if sample_weight is not None:
            weights = align_weights(ops.convert_to_tensor(sample_weight, self.dtype), y_pred)
        axis = None if self.average == "micro" else 0
        for count, values in (
            (self.true_positives, ops.multiply(said, y_true)),
            (self.false_positives, ops.multiply(said, ops.subtract(1.0, y_true))),
            (self.false_negatives, ops.multiply(ops.subtract(1.0, said), y_true)),
            (self.intermediate_weights, y_true),
        ):
            count.assign_add(ops.sum(values if weights is None else ops.multiply(values, weights), axis=axis))

    def result(self) -> Any:
        if not self._built:
            return ops.zeros((), dtype=self.dtype)
        epsilon, square = config.epsilon(), self.beta * self.beta
        said = ops.add(ops.add(self.true_positives, self.false_positives), epsilon)
        labelled = ops.add(ops.add(self.true_positives, self.false_negatives), epsilon)
        precision, recall = ops.divide(self.true_positives, said), ops.divide(self.true_positives, labelled)
        total = ops.add(ops.add(ops.multiply(square, precision), recall), epsilon)
        scores = ops.multiply(ops.divide(ops.multiply(precision, recall), total), 1.0 + square)
        if self.average == "weighted":
            shares = ops.divide(self.intermediate_weights, ops.add(ops.sum(self.intermediate_weights), epsilon))
            return ops.sum(ops.multiply(scores, shares))
        return scores if self.average is None else ops.mean(scores)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "average": self.average, "beta": self.beta, "threshold": self.threshold}


class F1Score(FBetaScore):
    """`2 * precision * recall / (precision + recall)`, of each class or averaged: `FBetaScore` with beta 1.

    Args:
        average: See `FBetaScore`. Defaults to `None`: a score for each class.
        threshold: Predictions above it mean 1. Defaults to `None`: the largest of each row means 1.
        name: Name of the metric. Defaults to `"f1_score"`.
        dtype: See `Metric`.

    Raises:
        ValueError: If an argument is none of these.

    Example:
        >>> metric = nnfit.metrics.F1Score(threshold=0.5)
        >>> metric([[1, 1], [0, 1], [1, 1]], [[0.2, 0.6], [0.2, 0.8], [0.6, 0.1]]).numpy().round(4)
        array([0.6667, 0.8   ], dtype=float32)
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: str | None = None,
    ) -> None:
        super().__init__(average=average, beta=1.0, threshold=threshold, name=name, dtype=dtype)

    def get_config(self) -> dict[str, Any]:
        return {name: value for name, value in super().get_config().items() if name != "beta"}
