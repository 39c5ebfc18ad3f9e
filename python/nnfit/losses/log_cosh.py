"""Logarithm of the hyperbolic cosine of the error."""

from __future__ import annotations

import math

from nnfit import ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def log_cosh(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns `mean(log(cosh(y_pred - y_true)))` along the last axis, without overflow.

    Args:
        y_true: Targets, `(batch, …, d)`.
        y_pred: Predictions of the same shape.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.log_cosh([[0.0]], [[1.0]]).numpy().round(4)
        array([0.4338], dtype=float32)
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "log_cosh")
    error = ops.subtract(y_pred, y_true)
    # log(cosh(e)) = e + log(1 + exp(-2 e)) - log(2)
    values = ops.subtract(ops.add(error, ops.softplus(ops.multiply(-2.0, error))), math.log(2.0))
    return ops.mean(values, axis=-1)


class LogCosh(LossFunctionWrapper):
    """Loss of `log_cosh`, which has the formula.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"log_cosh"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "log_cosh",
        dtype: str | None = None,
    ) -> None:
        super().__init__(log_cosh, reduction=reduction, name=name, dtype=dtype)
