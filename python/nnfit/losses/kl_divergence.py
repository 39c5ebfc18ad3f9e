"""Kullback-Leibler divergence."""

from __future__ import annotations

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def kl_divergence(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns `sum(y_true * log(y_true / y_pred))` along the last axis.

    Both are clipped to `[nnfit.config.epsilon(), 1]` first.

    Args:
        y_true: Probabilities, `(batch, …, d)`.
        y_pred: Predicted probabilities of the same shape.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.kl_divergence([[0.5, 0.5]], [[0.25, 0.75]]).numpy().round(4)
        array([0.1438], dtype=float32)

    Reference:
        Kullback, Leibler, On Information and Sufficiency, 1951.
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "kl_divergence")
    y_true, y_pred = ops.clip(y_true, config.epsilon(), 1.0), ops.clip(y_pred, config.epsilon(), 1.0)
    return ops.sum(ops.multiply(y_true, ops.log(ops.divide(y_true, y_pred))), axis=-1)


class KLDivergence(LossFunctionWrapper):
    """Loss of `kl_divergence`, which has the formula.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"kl_divergence"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "kl_divergence",
        dtype: str | None = None,
    ) -> None:
        super().__init__(kl_divergence, reduction=reduction, name=name, dtype=dtype)
