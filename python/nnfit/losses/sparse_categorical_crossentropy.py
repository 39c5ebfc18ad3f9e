"""Cross-entropy of one choice among classes, the labels being class indices."""

from __future__ import annotations

from nnfit import masks, ops
from nnfit._core import Tensor
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def sparse_categorical_crossentropy(
    y_true: TensorLike,
    y_pred: TensorLike,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Tensor:
    """Returns `-log(p[y_true])`, where p is the prediction along the axis of classes.

    Args:
        y_true: Class indices, of the shape of `y_pred` without the axis of classes, or with size 1 there.
        y_pred: Predictions, `(batch, …, classes)`.
        from_logits: Whether `p = softmax(y_pred)` rather than `y_pred`, divided by its sum and clipped to
            `[1e-7, 1 - 1e-7]`. Defaults to `False`.
        ignore_class: A label whose positions do not count: their loss is 0, and the result has a mask without them.
            Defaults to `None`.
        axis: Axis of classes. Defaults to the last.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes do not fit, or a label is not a class.

    Example:
        >>> nnfit.losses.sparse_categorical_crossentropy([1], [[0.5, 0.5]]).numpy().round(4)
        array([0.6931], dtype=float32)
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    if len(y_true.shape) == len(y_pred.shape) and y_true.shape[axis] == 1:
        y_true = ops.squeeze(y_true, axis)
    if ignore_class is None:
        return ops.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)
    valid = ops.not_equal(y_true, ignore_class)
    # Nothing of an ignored position may matter, so that NaN there does not spread through the gradient.
    y_true = ops.where(valid, y_true, 0)
    y_pred = ops.where(ops.expand_dims(valid, axis), y_pred, 0.0)
    values = ops.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits, axis=axis)
    values = ops.where(valid, values, 0.0)
    masks.set_mask(values, valid)
    return values


class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """Loss of `sparse_categorical_crossentropy`, which has the formula.

    Args:
        from_logits: Whether predictions are logits. Defaults to `False`.
        ignore_class: A label whose positions do not count. Defaults to `None`.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`: the mean over the positions that count.
        axis: Axis of classes. Defaults to the last.
        name: Name of the loss. Defaults to `"sparse_categorical_crossentropy"`.
        dtype: See `Loss`.
    """

    _casts_targets = False

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: str | None = None,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            reduction=reduction,
            name=name,
            dtype=dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
        self.from_logits = from_logits
        self.ignore_class = ignore_class
        self.axis = axis
