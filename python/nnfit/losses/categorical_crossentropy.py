"""Cross-entropy of one choice among classes, the labels being probabilities."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit._core import Tensor
from nnfit.losses.alignment import same_shape
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike
from nnfit.warn import warn


def categorical_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Tensor:
    """Returns `-sum(y_true * log(p))` along the axis of classes, where p is the prediction.

    Args:
        y_true: Labels, one-hot or other probabilities, `(batch, …, classes)`.
        y_pred: Predictions of the same shape.
        from_logits: Whether `p = softmax(y_pred)` rather than `y_pred`, divided by its sum and clipped to
            `[1e-7, 1 - 1e-7]`. Defaults to `False`.
        label_smoothing: s in [0, 1]: labels become `y_true * (1 - s) + s / classes`. Defaults to 0.
        axis: Axis of classes. Defaults to the last.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> nnfit.losses.categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)
        array([0.6931], dtype=float32)
    """
    y_true, y_pred = smoothed_pair(y_true, y_pred, label_smoothing, axis, "categorical_crossentropy")
    return ops.categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)


def smoothed_pair(y_true: Any, y_pred: Any, label_smoothing: float, axis: int, tag: str) -> tuple[Any, Any]:
    """Returns labels, smoothed, and predictions as tensors of one dtype and shape.

    Args:
        y_true: Labels: anything that a tensor can be made of.
        y_pred: Predictions. They give the dtype.
        label_smoothing: How much of each label goes to all classes alike.
        axis: Axis of classes.
        tag: Name of the function, for messages.

    Raises:
        ValueError: If the shapes differ.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.convert_to_tensor(y_true, y_pred.dtype)
    if not same_shape(y_true, y_pred):
        raise ValueError(
            f"[{tag}] expected y_true of shape {tuple(y_pred.shape)}, as y_pred has; got {tuple(y_true.shape)}. For "
            "class indices use sparse_categorical_crossentropy."
        )
    classes = y_pred.shape[axis]
    if classes == 1:
        warn(
            f"[{tag}] y_pred of shape {tuple(y_pred.shape)} has a single class, whose probability is always 1. For "
            "yes-or-no predictions use binary_crossentropy.",
            SyntaxWarning,
        )
    if label_smoothing:
        y_true = ops.add(ops.multiply(y_true, 1.0 - label_smoothing), label_smoothing / classes)
    return y_true, y_pred


class CategoricalCrossentropy(LossFunctionWrapper):
    """Loss of `categorical_crossentropy`, which has the formula.

    Args:
        from_logits: Whether predictions are logits. Defaults to `False`.
        label_smoothing: See `categorical_crossentropy`. Defaults to 0.
        axis: Axis of classes. Defaults to the last.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"categorical_crossentropy"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "categorical_crossentropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
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
