"""How often the label is among the k classes with the largest predictions."""

from __future__ import annotations

from typing import Any

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import class_labels
from nnfit.metrics.mean import MeanMetricWrapper
from nnfit.ops.argument_types import TensorLike


def top_k_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike, k: int = 5) -> Tensor:
    """Returns 1 where `argmax(y_true)` is among the k largest of `y_pred` along the last axis, else 0.

    Args:
        y_true: Labels, one-hot or other probabilities, `(batch, …, classes)`.
        y_pred: Predictions of the same shape, probabilities or logits.
        k: How many predictions count. Defaults to 5.

    Returns:
        A float tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> nnfit.metrics.top_k_categorical_accuracy([[0, 0, 1]], [[0.1, 0.9, 0.8]], k=2).numpy()
        array([1.], dtype=float32)
    """
    return sparse_top_k_categorical_accuracy(ops.argmax(y_true, axis=-1), y_pred, k=k)


def sparse_top_k_categorical_accuracy(
    y_true: TensorLike, y_pred: TensorLike, k: int = 5, from_sorted_ids: bool = False
) -> Tensor:
    """Returns 1 where `y_true` is among the k largest of `y_pred` along the last axis, else 0.

    Args:
        y_true: Class indices, `(batch, …)` or `(batch, …, 1)`.
        y_pred: Predictions, `(batch, …, classes)`, probabilities or logits; or class indices, the best first.
        k: How many predictions count. Defaults to 5.
        from_sorted_ids: Whether `y_pred` holds class indices. Defaults to `False`.

    Returns:
        A float tensor of the shape of `y_true`.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> nnfit.metrics.sparse_top_k_categorical_accuracy([2, 1], [[0.1, 0.9, 0.8], [0.05, 0.0, 0.95]], k=2).numpy()
        array([1., 0.], dtype=float32)
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    labels, trailing = class_labels(y_true, y_pred, "sparse_top_k_categorical_accuracy")
    if from_sorted_ids:
        best = y_pred[..., :k]
        matches = ops.any(ops.equal(ops.expand_dims(ops.cast(labels, best.dtype), -1), best), axis=-1)
    else:
        rows = ops.reshape(y_pred, (-1, y_pred.shape[-1]))
        matches = ops.in_top_k(ops.reshape(ops.cast(labels, "int32"), (-1,)), rows, k=k)
        matches = ops.reshape(matches, labels.shape)
    matches = ops.cast(matches, config.floatx())
    return ops.expand_dims(matches, -1) if trailing else matches


class TopKCategoricalAccuracy(MeanMetricWrapper):
    """Mean of `top_k_categorical_accuracy`, which has the formula.

    Args:
        k: How many predictions count. Defaults to 5.
        name: Name of the metric. Defaults to `"top_k_categorical_accuracy"`.
        dtype: See `Metric`.
    """

    _direction = "up"

    def __init__(self, k: int = 5, name: str | None = "top_k_categorical_accuracy", dtype: str | None = None) -> None:
        super().__init__(top_k_categorical_accuracy, name=name, dtype=dtype, k=k)
        self.k = k


class SparseTopKCategoricalAccuracy(MeanMetricWrapper):
    """Mean of `sparse_top_k_categorical_accuracy`, which has the formula.

    Args:
        k: How many predictions count. Defaults to 5.
        name: Name of the metric. Defaults to `"sparse_top_k_categorical_accuracy"`.
        dtype: See `Metric`.
        from_sorted_ids: Whether predictions are class indices, the best first. Defaults to `False`.
    """

    _direction = "up"

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: str | None = None,
        from_sorted_ids: bool = False,
    ) -> None:
        kwargs: dict[str, Any] = {"from_sorted_ids": True} if from_sorted_ids else {}
        super().__init__(sparse_top_k_categorical_accuracy, name=name, dtype=dtype, k=k, **kwargs)
        self.k = k
        self.from_sorted_ids = from_sorted_ids
