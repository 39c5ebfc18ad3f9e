"""Cross-entropy of independent yes-or-no predictions."""

from __future__ import annotations

from nnfit import ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def binary_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Returns `mean(-y_true * log(p) - (1 - y_true) * log(1 - p))` along an axis, where p is the prediction.

    Args:
        y_true: Labels in [0, 1], `(batch, …, d)`.
        y_pred: Predictions of the same shape.
        from_logits: Whether `p = sigmoid(y_pred)` rather than `y_pred`, clipped to `[1e-7, 1 - 1e-7]`. Defaults to
            `False`.
        label_smoothing: s in [0, 1]: labels become `y_true * (1 - s) + s / 2`. Defaults to 0.
        axis: Axis to average along. Defaults to the last.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.binary_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)
        array([0.6931], dtype=float32)
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "binary_crossentropy")
    if label_smoothing:
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), 0.5 * label_smoothing)
    return ops.mean(ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits), axis=axis)


class BinaryCrossentropy(LossFunctionWrapper):
    """Loss of `binary_crossentropy`, which has the formula.

    Args:
        from_logits: Whether predictions are logits. Defaults to `False`.
        label_smoothing: See `binary_crossentropy`. Defaults to 0.
        axis: Axis to average along. Defaults to the last.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"binary_crossentropy"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "binary_crossentropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            reduction=reduction,
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis
