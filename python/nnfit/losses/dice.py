"""Dice loss of segmentations."""

from __future__ import annotations

from collections.abc import Sequence

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def dice(y_true: TensorLike, y_pred: TensorLike, axis: int | Sequence[int] | None = None) -> Tensor:
    """Returns `1 - 2 * sum(y_true * y_pred) / (sum(y_true) + sum(y_pred) + nnfit.config.epsilon())`.

    Args:
        y_true: Labels in [0, 1], `(batch, …, d)`.
        y_pred: Predictions of the same shape, in [0, 1].
        axis: Axes of the sums. Defaults to `None`: all, which gives one value for the batch.

    Returns:
        A tensor with the axes that are left, a scalar by default.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.dice([[0.0, 1.0], [1.0, 0.0]], [[0.5, 0.5], [1.0, 0.0]], axis=1).numpy().round(4)
        array([0.5, 0. ], dtype=float32)

    Reference:
        Milletari, Navab, Ahmadi, V-Net: Fully Convolutional Neural Networks for Volumetric Medical Image Segmentation,
        2016.
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "dice")
    shared = ops.multiply(2.0, ops.sum(ops.multiply(y_true, y_pred), axis=axis))
    total = ops.add(ops.add(ops.sum(y_true, axis=axis), ops.sum(y_pred, axis=axis)), config.epsilon())
    return ops.subtract(1.0, ops.divide(shared, total))


class Dice(LossFunctionWrapper):
    """Loss of `dice`, which has the formula.

    Without `axis` the whole batch has one value, which weights of samples cannot weight.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"dice"`.
        axis: Axes of the sums: all but the first for a value for each sample. Defaults to `None`: all.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "dice",
        axis: int | Sequence[int] | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(dice, reduction=reduction, name=name, dtype=dtype, axis=axis)
        self.axis = axis
