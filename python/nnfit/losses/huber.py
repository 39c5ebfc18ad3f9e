"""Huber loss."""

from __future__ import annotations

from nnfit import ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def huber(y_true: TensorLike, y_pred: TensorLike, delta: float = 1.0) -> Tensor:
    """Returns the mean along the last axis of `e**2 / 2` where `|e| <= delta`, else `delta * (|e| - delta / 2)`.

    e is `y_pred - y_true`.

    Args:
        y_true: Targets, `(batch, …, d)`.
        y_pred: Predictions of the same shape.
        delta: Where the parabola becomes a line. Defaults to 1.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.huber([[0.0, 0.0]], [[0.5, 3.0]]).numpy()
        array([1.3125], dtype=float32)

    Reference:
        Huber, Robust Estimation of a Location Parameter, 1964.
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "huber")
    size = ops.abs(ops.subtract(y_pred, y_true))
    parabola = ops.multiply(0.5, ops.square(size))
    line = ops.multiply(delta, ops.subtract(size, 0.5 * delta))
    return ops.mean(ops.where(ops.less_equal(size, delta), parabola, line), axis=-1)


class Huber(LossFunctionWrapper):
    """Loss of `huber`, which has the formula.

    Args:
        delta: Where the parabola becomes a line. Defaults to 1.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"huber_loss"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "huber_loss",
        dtype: str | None = None,
    ) -> None:
        super().__init__(huber, reduction=reduction, name=name, dtype=dtype, delta=delta)
