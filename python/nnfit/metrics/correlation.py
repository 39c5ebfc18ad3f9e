"""Correlation of targets and predictions."""

from __future__ import annotations

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.metrics.mean import MeanMetricWrapper
from nnfit.ops.argument_types import TensorLike


def pearson_correlation(y_true: TensorLike, y_pred: TensorLike, axis: int = -1) -> Tensor:
    """Returns `mean((y_true - m) * (y_pred - n)) / (s * t)` along an axis.

    m and n are the means and s and t the standard deviations of targets and predictions.

    Args:
        y_true: Targets, `(batch, …, d)`.
        y_pred: Predictions of the same shape.
        axis: Axis to correlate along. Defaults to the last.

    Returns:
        A tensor without that axis, in [-1, 1]; NaN where targets or predictions are all the same.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.metrics.pearson_correlation([[1.0, 1.0, 0.2]], [[1.0, 0.9, 0.2]]).numpy().round(4)
        array([0.9934], dtype=float32)

    Reference:
        Pearson, Notes on Regression and Inheritance in the Case of Two Parents, 1895.
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "pearson_correlation")
    a = ops.subtract(y_true, ops.mean(y_true, axis=axis, keepdims=True))
    b = ops.subtract(y_pred, ops.mean(y_pred, axis=axis, keepdims=True))
    a = ops.divide(a, ops.std(a, axis=axis, keepdims=True))
    b = ops.divide(b, ops.std(b, axis=axis, keepdims=True))
    return ops.mean(ops.multiply(a, b), axis=axis)


def concordance_correlation(y_true: TensorLike, y_pred: TensorLike, axis: int = -1) -> Tensor:
    """Returns `2 * mean((y_true - m) * (y_pred - n)) / (s**2 + t**2 + (m - n)**2 + epsilon)` along an axis.

    m and n are the means and s and t the standard deviations of targets and predictions; epsilon is
    `nnfit.config.epsilon()`. It is 1 only for predictions that are the targets, not for any line.

    Args:
        y_true: Targets, `(batch, …, d)`.
        y_pred: Predictions of the same shape.
        axis: Axis to correlate along. Defaults to the last.

    Returns:
        A tensor without that axis, in [-1, 1].

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.metrics.concordance_correlation([[0, 1, 0.5]], [[0.1, 0.9, 0.5]]).numpy().round(4)
        array([0.9756], dtype=float32)

    Reference:
        Lin, A Concordance Correlation Coefficient to Evaluate Reproducibility, 1989.
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "concordance_correlation")
    m, n = ops.mean(y_true, axis=axis, keepdims=True), ops.mean(y_pred, axis=axis, keepdims=True)
    a, b = ops.subtract(y_true, m), ops.subtract(y_pred, n)
    covariance = ops.mean(ops.multiply(a, b), axis=axis)
    spread = ops.mean(ops.add(ops.add(ops.square(a), ops.square(b)), ops.square(ops.subtract(m, n))), axis=axis)
    return ops.divide(ops.multiply(2.0, covariance), ops.add(spread, config.epsilon()))


class PearsonCorrelation(MeanMetricWrapper):
    """Mean of `pearson_correlation`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"pearson_correlation"`.
        dtype: See `Metric`.
        axis: Axis to correlate along. Defaults to the last.
    """

    _direction = "up"

    def __init__(self, name: str | None = "pearson_correlation", dtype: str | None = None, axis: int = -1) -> None:
        super().__init__(pearson_correlation, name=name, dtype=dtype, axis=axis)
        self.axis = axis


class ConcordanceCorrelation(MeanMetricWrapper):
    """Mean of `concordance_correlation`, which has the formula.

    Args:
        name: Name of the metric. Defaults to `"concordance_correlation"`.
        dtype: See `Metric`.
        axis: Axis to correlate along. Defaults to the last.
    """

    _direction = "up"

    def __init__(self, name: str | None = "concordance_correlation", dtype: str | None = None, axis: int = -1) -> None:
        super().__init__(concordance_correlation, name=name, dtype=dtype, axis=axis)
        self.axis = axis
