"""Cross-entropy of one choice among classes that counts easy ones less."""

from __future__ import annotations

from collections.abc import Sequence

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.losses.categorical_crossentropy import smoothed_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def categorical_focal_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    alpha: float | Sequence[float] = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Returns `-sum(alpha * (1 - p)**gamma * y_true * log(p))` along the axis of classes, where p is the prediction.

    Args:
        y_true: Labels, one-hot or other probabilities, `(batch, …, classes)`.
        y_pred: Predictions of the same shape.
        alpha: Weight of all classes, or one for each if they are the last axis. Defaults to 0.25.
        gamma: How much less easy predictions count; 0: no less. Defaults to 2.
        from_logits: Whether `p = softmax(y_pred)` rather than `y_pred`, divided by its sum and clipped to
            `[epsilon, 1 - epsilon]` with `nnfit.config.epsilon()`. Defaults to `False`.
        label_smoothing: s in [0, 1]: labels become `y_true * (1 - s) + s / classes`. Defaults to 0.
        axis: Axis of classes. Defaults to the last.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> nnfit.losses.categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)
        array([0.0433], dtype=float32)

    Reference:
        Lin, Goyal, Girshick, He, Dollár, Focal Loss for Dense Object Detection, 2017.
    """
    y_true, y_pred = smoothed_pair(y_true, y_pred, label_smoothing, axis, "categorical_focal_crossentropy")
    if from_logits:
        log_p = ops.log_softmax(y_pred, axis=axis)
        p = ops.exp(log_p)
    else:
        p = ops.divide(y_pred, ops.sum(y_pred, axis=axis, keepdims=True))
        p = ops.clip(p, config.epsilon(), 1.0 - config.epsilon())
        log_p = ops.log(p)
    factor = ops.multiply(ops.power(ops.subtract(1.0, p), gamma), ops.convert_to_tensor(alpha, p.dtype))
    return ops.negative(ops.sum(ops.multiply(factor, ops.multiply(y_true, log_p)), axis=axis))


class CategoricalFocalCrossentropy(LossFunctionWrapper):
    """Loss of `categorical_focal_crossentropy`, which has the formula.

    Args:
        alpha: Weight of all classes, or one for each. Defaults to 0.25.
        gamma: How much less easy predictions count. Defaults to 2.
        from_logits: Whether predictions are logits. Defaults to `False`.
        label_smoothing: See `categorical_focal_crossentropy`. Defaults to 0.
        axis: Axis of classes. Defaults to the last.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"categorical_focal_crossentropy"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        alpha: float | Sequence[float] = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "categorical_focal_crossentropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(
            categorical_focal_crossentropy,
            reduction=reduction,
            name=name,
            dtype=dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )
        self.alpha = alpha
        self.gamma = gamma
        self.from_logits = from_logits
        self.label_smoothing = label_smoothing
        self.axis = axis
