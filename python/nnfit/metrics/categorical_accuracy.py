"""How often the class with the largest prediction is the label."""

from __future__ import annotations

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import class_labels, same_shape
from nnfit.metrics.mean import MeanMetricWrapper
from nnfit.ops.argument_types import TensorLike


def categorical_accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns 1 where `argmax(y_true) == argmax(y_pred)` along the last axis, else 0.

    Args:
        y_true: Labels, one-hot or other probabilities, `(batch, …, classes)`.
        y_pred: Predictions of the same shape, probabilities or logits.

    Returns:
        A float tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> nnfit.metrics.categorical_accuracy([[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]).numpy()
        array([0., 1.], dtype=float32)
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    if not same_shape(y_true, y_pred):
        raise ValueError(
            f"[categorical_accuracy] expected y_true of shape {tuple(y_pred.shape)}, as y_pred has; got "
            f"{tuple(y_true.shape)}. For class indices use sparse_categorical_accuracy."
        )
    return ops.cast(ops.equal(ops.argmax(y_true, axis=-1), ops.argmax(y_pred, axis=-1)), config.floatx())


def sparse_categorical_accuracy(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns 1 where `y_true == argmax(y_pred)` along the last axis, else 0.

    Args:
        y_true: Class indices, `(batch, …)` or `(batch, …, 1)`.
        y_pred: Predictions, `(batch, …, classes)`, probabilities or logits.

    Returns:
        A float tensor of the shape of `y_true`.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> nnfit.metrics.sparse_categorical_accuracy([2, 1], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]).numpy()
        array([0., 1.], dtype=float32)
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    labels, trailing = class_labels(y_true, y_pred, "sparse_categorical_accuracy")
    matches = ops.cast(ops.equal(labels, ops.cast(ops.argmax(y_pred, axis=-1), labels.dtype)), config.floatx())
    return ops.expand_dims(matches, -1) if trailing else matches


class CategoricalAccuracy(MeanMetricWrapper):
    """Mean of `categorical_accuracy`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"categorical_accuracy"`.
        dtype: See `Metric`.
    """

    _direction = "up"

    def __init__(self, name: str | None = "categorical_accuracy", dtype: str | None = None) -> None:
        super().__init__(categorical_accuracy, name=name, dtype=dtype)


class SparseCategoricalAccuracy(MeanMetricWrapper):
    """Mean of `sparse_categorical_accuracy`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"sparse_categorical_accuracy"`.
        dtype: See `Metric`.
    """

    _direction = "up"

    def __init__(self, name: str | None = "sparse_categorical_accuracy", dtype: str | None = None) -> None:
        super().__init__(sparse_categorical_accuracy, name=name, dtype=dtype)
