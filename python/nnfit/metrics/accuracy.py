"""How often predictions equal labels."""

from __future__ import annotations

from typing import Any

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import align_ranks, same_shape
from nnfit.metrics.mean import MeanMetricWrapper
from nnfit.ops.argument_types import TensorLike


def accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns 1 where `y_true == y_pred`, else 0.

    Args:
        y_true: Labels.
        y_pred: Predicted labels of the same shape.

    Returns:
        A float tensor of that shape.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.metrics.accuracy([1, 2, 3], [1, 0, 3]).numpy()
        array([1., 0., 1.], dtype=float32)
    """
    y_true, y_pred = _pair(y_true, y_pred, "accuracy")
    return ops.cast(ops.equal(y_true, y_pred), config.floatx())


def binary_accuracy(y_true: TensorLike, y_pred: TensorLike, threshold: float = 0.5) -> Tensor:
    """Returns 1 where a prediction is on the side of a threshold that its label says, else 0.

    Args:
        y_true: Labels, 0 or 1.
        y_pred: Predictions of the same shape.
        threshold: Predictions above it mean 1. Defaults to 0.5.

    Returns:
        A float tensor of that shape.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.metrics.binary_accuracy([1, 1, 0], [0.9, 0.2, 0.1]).numpy()
        array([1., 0., 1.], dtype=float32)
    """
    labels, predictions = _pair(y_true, y_pred, "binary_accuracy")
    said = ops.cast(ops.greater(predictions, threshold), labels.dtype)
    return ops.cast(ops.equal(labels, said), config.floatx())


def _pair(y_true: Any, y_pred: Any, tag: str) -> tuple[Any, Any]:
    y_true, y_pred = align_ranks(ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred))
    if not same_shape(y_true, y_pred):
        raise ValueError(
            f"[{tag}] expected y_true of shape {tuple(y_pred.shape)}, as y_pred has; got {tuple(y_true.shape)}."
        )
    return y_true, y_pred


class Accuracy(MeanMetricWrapper):
    """Mean of `accuracy`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"accuracy"`.
        dtype: See `Metric`.
    """

    _direction = "up"

    def __init__(self, name: str | None = "accuracy", dtype: str | None = None) -> None:
        super().__init__(accuracy, name=name, dtype=dtype)


class BinaryAccuracy(MeanMetricWrapper):
    """Mean of `binary_accuracy`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"binary_accuracy"`.
        dtype: See `Metric`.
        threshold: Predictions above it mean 1. Defaults to 0.5.
    """

    _direction = "up"

    def __init__(self, name: str | None = "binary_accuracy", dtype: str | None = None, threshold: float = 0.5) -> None:
        super().__init__(binary_accuracy, name=name, dtype=dtype, threshold=threshold)
        self.threshold = threshold
