"""Cosine of the angle between targets and predictions, negated."""

from __future__ import annotations

from nnfit import ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def cosine_similarity(y_true: TensorLike, y_pred: TensorLike, axis: int = -1) -> Tensor:
    """Returns `-sum(y_true / |y_true| * y_pred / |y_pred|)` along an axis: -1 for the same direction.

    The sign makes it a loss; the metric `nnfit.metrics.CosineSimilarity` is without it. Where a vector is zero the
    result is 0.

    Args:
        y_true: Targets, `(batch, …, d)`.
        y_pred: Predictions of the same shape.
        axis: Axis of the vectors. Defaults to the last.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.cosine_similarity([[1.0, 1.0]], [[2.0, 0.0]]).numpy().round(4)
        array([-0.7071], dtype=float32)
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "cosine_similarity")
    product = ops.multiply(ops.normalize(y_true, axis=axis), ops.normalize(y_pred, axis=axis))
    return ops.negative(ops.sum(product, axis=axis))


class CosineSimilarity(LossFunctionWrapper):
    """Loss of `cosine_similarity`, which has the formula.

    Args:
        axis: Axis of the vectors. Defaults to the last.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"cosine_similarity"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "cosine_similarity",
        dtype: str | None = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction=reduction, name=name, dtype=dtype, axis=axis)
        self.axis = axis
