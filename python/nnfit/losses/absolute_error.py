"""Mean absolute error, plain and in percent."""

from __future__ import annotations

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def mean_absolute_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns `mean(|y_true - y_pred|)` along the last axis.

    Args:
        y_true: Targets, `(batch, …, d)`.
        y_pred: Predictions of the same shape.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.mean_absolute_error([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
        array([1.5], dtype=float32)
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "mean_absolute_error")
    return ops.mean(ops.abs(ops.subtract(y_true, y_pred)), axis=-1)


class MeanAbsoluteError(LossFunctionWrapper):
    """Loss of `mean_absolute_error`, which has the formula.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"mean_absolute_error"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "mean_absolute_error",
        dtype: str | None = None,
    ) -> None:
        super().__init__(mean_absolute_error, reduction=reduction, name=name, dtype=dtype)


def mean_absolute_percentage_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns `100 * mean(|(y_true - y_pred) / y_true|)` along the last axis.

    A target whose magnitude is below `nnfit.config.epsilon()` divides as that.

    Args:
        y_true: Targets, `(batch, …, d)`.
        y_pred: Predictions of the same shape.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.mean_absolute_percentage_error([[2.0, 4.0]], [[1.0, 5.0]]).numpy()
        array([37.5], dtype=float32)
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "mean_absolute_percentage_error")
    size = ops.maximum(ops.abs(y_true), config.epsilon())
    return ops.multiply(100.0, ops.mean(ops.abs(ops.divide(ops.subtract(y_true, y_pred), size)), axis=-1))


class MeanAbsolutePercentageError(LossFunctionWrapper):
    """Loss of `mean_absolute_percentage_error`, which has the formula.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"mean_absolute_percentage_error"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "mean_absolute_percentage_error",
        dtype: str | None = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction=reduction, name=name, dtype=dtype)
