"""Cross-entropy of independent yes-or-no predictions that counts easy ones less."""

from __future__ import annotations

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def binary_focal_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Returns `mean((1 - q)**gamma * crossentropy)` along an axis, where q is the probability given to the label.

    `q = y_true * p + (1 - y_true) * (1 - p)`, p being the prediction, and the cross-entropy is that of
    `binary_crossentropy`.

    Args:
        y_true: Labels in [0, 1], `(batch, …, d)`.
        y_pred: Predictions of the same shape.
        apply_class_balancing: Whether to multiply the values by alpha where the label is 1 and by `1 - alpha` where it
            is 0. Defaults to `False`.
        alpha: Weight of the label 1. Defaults to 0.25.
        gamma: How much less easy predictions count; 0: no less. Defaults to 2.
        from_logits: Whether `p = sigmoid(y_pred)` rather than `y_pred`, clipped to `[1e-7, 1 - 1e-7]`. Defaults to
            `False`.
        label_smoothing: s in [0, 1]: labels become `y_true * (1 - s) + s / 2`. Defaults to 0.
        axis: Axis to average along. Defaults to the last.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.binary_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)
        array([0.1733], dtype=float32)

    Reference:
        Lin, Goyal, Girshick, He, Dollár, Focal Loss for Dense Object Detection, 2017.
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "binary_focal_crossentropy")
    if label_smoothing:
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), 0.5 * label_smoothing)
    crossentropy = ops.binary_crossentropy(y_true, y_pred, from_logits=from_logits)
    p = ops.sigmoid(y_pred) if from_logits else y_pred
    no = ops.subtract(1.0, y_true)
    given = ops.add(ops.multiply(y_true, p), ops.multiply(no, ops.subtract(1.0, p)))
    # Kept from 0, where the slope of a power below 1 is infinite.
    missed = ops.maximum(ops.subtract(1.0, given), config.epsilon())
    values = ops.multiply(ops.power(missed, gamma), crossentropy)
    if apply_class_balancing:
        values = ops.multiply(ops.add(ops.multiply(y_true, alpha), ops.multiply(no, 1.0 - alpha)), values)
    return ops.mean(values, axis=axis)


class BinaryFocalCrossentropy(LossFunctionWrapper):
    """Loss of `binary_focal_crossentropy`, which has the formula.

    Args:
        apply_class_balancing: Whether to weight labels by alpha. Defaults to `False`.
        alpha: Weight of the label 1. Defaults to 0.25.
        gamma: How much less easy predictions count. Defaults to 2.
        from_logits: Whether predictions are logits. Defaults to `False`.
        label_smoothing: See `binary_focal_crossentropy`. Defaults to 0.
        axis: Axis to average along. Defaults to the last.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"binary_focal_crossentropy"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "binary_focal_crossentropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(
            binary_focal_crossentropy,
            reduction=reduction,
            name=name,
            dtype=dtype,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
        self.apply_class_balancing = apply_class_balancing
        self.alpha = alpha
        self.gamma = gamma
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis
