"""Tversky loss of segmentations."""

from __future__ import annotations

from collections.abc import Sequence

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def tversky(
    y_true: TensorLike,
    y_pred: TensorLike,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: int | Sequence[int] | None = None,
) -> Tensor:
    """Returns `1 - shared / (shared + alpha * missed + beta * wrong + nnfit.config.epsilon())`.

    `shared = sum(y_true * y_pred)`, `missed = sum(y_true * (1 - y_pred))`, `wrong = sum((1 - y_true) * y_pred)`. With
    `alpha = beta = 0.5` it is `dice`, up to epsilon.

    Args:
        y_true: Labels in [0, 1], `(batch, …, d)`.
        y_pred: Predictions of the same shape, in [0, 1].
        alpha: Weight of what predictions miss. Defaults to 0.5.
        beta: Weight of what they wrongly hold. Defaults to 0.5.
        axis: Axes of the sums. Defaults to `None`: all, which gives one value for the batch.

    Returns:
        A tensor with the axes that are left, a scalar by default.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.tversky([[0.0, 1.0]], [[0.0, 0.5]], alpha=0.25, axis=1).numpy().round(4)
        array([0.2], dtype=float32)

    Reference:
        Salehi, Erdogmus, Gholipour, Tversky Loss Function for Image Segmentation Using 3D Fully Convolutional Deep
        Networks, 2017.
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "tversky")
    shared = ops.sum(ops.multiply(y_true, y_pred), axis=axis)
    missed = ops.sum(ops.multiply(y_true, ops.subtract(1.0, y_pred)), axis=axis)
    wrong = ops.sum(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=axis)
    total = ops.add(ops.add(shared, ops.multiply(alpha, missed)), ops.add(ops.multiply(beta, wrong), config.epsilon()))
    return ops.subtract(1.0, ops.divide(shared, total))


class Tversky(LossFunctionWrapper):
    """Loss of `tversky`, which has the formula.

    Without `axis` the whole batch has one value, which weights of samples cannot weight.

    Args:
        alpha: Weight of what predictions miss. Defaults to 0.5.
        beta: Weight of what they wrongly hold. Defaults to 0.5.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"tversky"`.
        axis: Axes of the sums: all but the first for a value for each sample. Defaults to `None`: all.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "tversky",
        axis: int | Sequence[int] | None = None,
        dtype: str | None = None,
    ) -> None:
        super().__init__(tversky, reduction=reduction, name=name, dtype=dtype, alpha=alpha, beta=beta, axis=axis)
        self.alpha = alpha
        self.beta = beta
        self.axis = axis
