"""Counts of right and wrong yes-or-no predictions, at one threshold or at many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nnfit import masks, ops
from nnfit.losses.alignment import align_weights, elementwise_pair
from nnfit.losses.reduction import apply_mask


class Thresholds:
    """Thresholds in the order that they were given, and sorted.

    Args:
        values: Numbers.
    """

    def __init__(self, values: Sequence[float]) -> None:
        self.values = [float(value) for value in values]
        order = np.argsort(self.values, kind="stable")
        self.ascending = np.asarray(self.values)[order]
        # Where each is among the sorted ones, if they were given in another order.
        self.places = np.argsort(order) if (np.diff(order) < 0).any() else None

    def __len__(self) -> int:
        return len(self.values)


def unit_thresholds(thresholds: float | Sequence[float] | None, default: float, tag: str) -> Thresholds:
    """Returns the thresholds that a user gave.

    Args:
        thresholds: A number or numbers in [0, 1], or `None`.
        default: The threshold for `None`.
        tag: Name of the metric, for the error.

    Raises:
        ValueError: If one is not in [0, 1].
    """
    if thresholds is None:
        return Thresholds([default])
    values = list(thresholds) if isinstance(thresholds, (Sequence, np.ndarray)) else [thresholds]
    if not values or any(value is None or not 0 <= value <= 1 for value in values):
        raise ValueError(f"[{tag}] expected thresholds in [0, 1]; got {thresholds!r}.")
    return Thresholds(values)


def spaced_thresholds(num_thresholds: int) -> list[float]:
    """Returns the inner ones of `num_thresholds` evenly spaced numbers from 0 to 1: all but the first and the last."""
    return [i / (num_thresholds - 1) for i in range(1, num_thresholds - 1)]


class Counts(NamedTuple):
    """Weights of the predictions that were right and wrong at each threshold, `(thresholds,)`; or by label besides,
    `(thresholds, labels)`.
    """

    true_positives: Any
    false_positives: Any
    true_negatives: Any
    false_negatives: Any


class Judged(NamedTuple):
    """Labels (boolean), predictions and weights (or `None`), all of one shape."""

    labels: Any
    predictions: Any
    weights: Any

    def of_class(self, class_id: int, tag: str) -> Judged:
        """Returns those of one class, along the last axis.

        Raises:
            ValueError: If there is no such class.
        """
        shape = tuple(self.predictions.shape)
        if len(shape) < 2 or not -shape[-1] <= class_id < shape[-1]:
            raise ValueError(f"[{tag}] expected y_pred (batch, classes) with a class {class_id}; got shape {shape}.")
        return Judged(*(None if part is None else part[..., class_id] for part in self))


def judged(y_true: Any, y_pred: Any, sample_weight: Any, dtype: str, tag: str) -> Judged:
    """Returns labels, predictions and weights as tensors of one shape.

    Args:
        y_true: Labels: 0 or `False` means no.
        y_pred: Predictions; their mask, if they have one, joins the weights.
        sample_weight: Weights, `(batch,)` or of the shape of the predictions, or `None`.
        dtype: Dtype of predictions and weights.
        tag: Name of the metric, for errors.

    Raises:
        ValueError: If the shapes do not fit.
    """
    weights = apply_mask(sample_weight, masks.get_mask(y_pred), dtype, "sum")
    y_true, predictions = elementwise_pair(y_true, ops.convert_to_tensor(y_pred, dtype), tag)
    if weights is not None:
        weights = ops.broadcast_to(align_weights(weights, predictions), predictions.shape)
    return Judged(ops.not_equal(y_true, 0), predictions, weights)


def only_top_k(predictions: Any, k: int) -> Any:
    """Returns predictions with all but the k largest along the last axis replaced by -infinity."""
    _, best = ops.top_k(predictions, k)
    kept = ops.any(ops.one_hot(best, predictions.shape[-1], dtype="bool"), axis=-2)
    return ops.where(kept, predictions, float("-inf"))


def counts_at(thresholds: Thresholds, data: Judged, dtype: str, by_label: bool = False) -> Counts:
    """Returns the counts of predictions above each threshold, which mean yes, and of the others.

    The memory that it takes grows with the number of predictions plus the number of thresholds, not their product:
    each prediction is added up at its place among the thresholds, and the counts are running sums over the places.

    Args:
        thresholds: Thresholds.
        data: Labels, predictions and weights.
        dtype: Dtype of the counts.
        by_label: Whether to count each entry of the last axis by itself.
    """
    labels = ops.cast(data.labels, dtype)
    yes, no = labels, ops.subtract(1.0, labels)
    if data.weights is not None:
        yes, no = ops.multiply(yes, data.weights), ops.multiply(no, data.weights)
    if len(thresholds) == 1 and not by_label:
        above = ops.cast(ops.greater(data.predictions, float(thresholds.values[0])), dtype)
        below = ops.subtract(1.0, above)
        sums = (ops.sum(ops.multiply(a, b)) for a, b in ((yes, above), (no, above), (no, below), (yes, below)))
        return Counts(*(ops.reshape(total, (1,)) for total in sums))
    return _counts_by_place(thresholds, data.predictions, yes, no, by_label)


def _counts_by_place(thresholds: Thresholds, predictions: Any, yes: Any, no: Any, by_label: bool) -> Counts:
    kinds = predictions.shape[-1] if by_label else 1
    # How many thresholds each prediction is above; NaN is above none.
    predictions = ops.where(ops.isnan(predictions), float("-inf"), predictions)
    place = ops.searchsorted(ops.convert_to_tensor(thresholds.ascending, predictions.dtype), predictions)
    if by_label:
        place = ops.add(ops.multiply(place, kinds), ops.arange(kinds, dtype="int32"))
    pairs = ops.stack([ops.reshape(yes, (-1,)), ops.reshape(no, (-1,))], axis=-1)
    sums = ops.segment_sum(pairs, ops.reshape(place, (-1,)), (len(thresholds) + 1) * kinds)
    sums = ops.reshape(sums, (len(thresholds) + 1, kinds, 2) if by_label else (len(thresholds) + 1, 2))
    below = ops.cumsum(sums, axis=0)[:-1]
    above = ops.flip(ops.cumsum(ops.flip(sums, axis=0), axis=0), axis=0)[1:]
    if thresholds.places is not None:
        below, above = (ops.take(counts, thresholds.places, axis=0) for counts in (below, above))
    return Counts(above[..., 0], above[..., 1], below[..., 1], below[..., 0])
