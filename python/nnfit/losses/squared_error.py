"""Mean squared error, plain and of logarithms."""

from __future__ import annotations

from typing import Any

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def mean_squared_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns `mean((y_true - y_pred)**2)` along the last axis.

    Args:
        y_true: Targets, `(batch, …, d)`.
        y_pred: Predictions of the same shape.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.mean_squared_error([[0.0, 1.0]], [[1.0, 3.0]]).numpy()
        array([2.5], dtype=float32)
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "mean_squared_error")
    return ops.mean(ops.square(ops.subtract(y_true, y_pred)), axis=-1)


class MeanSquaredError(LossFunctionWrapper):
    """Loss of `mean_squared_error`, which has the formula.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"mean_squared_error"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "mean_squared_error",
        dtype: str | None = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction=reduction, name=name, dtype=dtype)


def mean_squared_logarithmic_error(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns `mean((log(1 + y_true) - log(1 + y_pred))**2)` along the last axis.

    Values below `nnfit.config.epsilon()` count as that.

    Args:
        y_true: Targets, `(batch, …, d)`.
        y_pred: Predictions of the same shape.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.mean_squared_logarithmic_error([[0.0]], [[1.0]]).numpy().round(4)
        array([0.4805], dtype=float32)
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "mean_squared_logarithmic_error")
    return ops.mean(ops.square(ops.subtract(_log_plus_one(y_pred), _log_plus_one(y_true))), axis=-1)


def _log_plus_one(x: Any) -> Tensor:
    return ops.log(ops.add(ops.maximum(x, config.epsilon()), 1.0))


class MeanSquaredLogarithmicError(LossFunctionWrapper):
    """Loss of `mean_squared_logarithmic_error`, which has the formula.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"mean_squared_logarithmic_error"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "mean_squared_logarithmic_error",
        dtype: str | None = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction=reduction, name=name, dtype=dtype)
