"""Negative log-likelihood of counts with a predicted rate."""

from __future__ import annotations

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def poisson(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns `mean(y_pred - y_true * log(y_pred + nnfit.config.epsilon()))` along the last axis.

    That is the negative log-likelihood of Poisson's distribution, but for the terms without `y_pred`.

    Args:
        y_true: Counts, `(batch, …, d)`.
        y_pred: Predicted rates of the same shape, none negative.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.poisson([[1.0, 3.0]], [[1.0, 1.0]]).numpy().round(4)
        array([1.], dtype=float32)
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "poisson")
    log_rate = ops.log(ops.add(y_pred, config.epsilon()))
    return ops.mean(ops.subtract(y_pred, ops.multiply(y_true, log_rate)), axis=-1)


class Poisson(LossFunctionWrapper):
    """Loss of `poisson`, which has the formula.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"poisson"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "poisson",
        dtype: str | None = None,
    ) -> None:
        super().__init__(poisson, reduction=reduction, name=name, dtype=dtype)
