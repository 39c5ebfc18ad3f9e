"""Hinge losses: nothing for a prediction on the right side by a margin of 1, and a line beyond."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit._core import Tensor
from nnfit.losses.alignment import elementwise_pair
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns `mean(max(1 - y_true * y_pred, 0))` along the last axis.

    Args:
        y_true: Labels -1 and 1, or 0 and 1 (0 then means -1), `(batch, …, d)`.
        y_pred: Predictions of the same shape.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.hinge([[-1.0, 1.0]], [[0.5, 0.25]]).numpy()
        array([1.125], dtype=float32)

    Reference:
        Rosasco, De Vito, Caponnetto, Piana, Verri, Are Loss Functions All the Same?, 2004.
    """
    return ops.mean(_shortfall(y_true, y_pred, "hinge"), axis=-1)


def squared_hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns `mean(max(1 - y_true * y_pred, 0)**2)` along the last axis.

    Args:
        y_true: Labels -1 and 1, or 0 and 1 (0 then means -1), `(batch, …, d)`.
        y_pred: Predictions of the same shape.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.squared_hinge([[-1.0, 1.0]], [[0.5, 0.5]]).numpy()
        array([1.25], dtype=float32)
    """
    return ops.mean(ops.square(_shortfall(y_true, y_pred, "squared_hinge")), axis=-1)


def _shortfall(y_true: Any, y_pred: Any, tag: str) -> Any:
    y_true, y_pred = elementwise_pair(y_true, y_pred, tag)
    # Labels are taken for 0 and 1 only if all of the batch are: Keras's rule.
    binary = ops.all(ops.logical_or(ops.equal(y_true, 0), ops.equal(y_true, 1)))
    signs = ops.where(binary, ops.subtract(ops.multiply(2.0, y_true), 1.0), y_true)
    return ops.maximum(ops.subtract(1.0, ops.multiply(signs, y_pred)), 0.0)


def categorical_hinge(y_true: TensorLike, y_pred: TensorLike) -> Tensor:
    """Returns `max(wrong - right + 1, 0)`.

    `right = sum(y_true * y_pred)` and `wrong = max((1 - y_true) * y_pred)`, along the last axis.

    Args:
        y_true: One-hot labels, `(batch, …, classes)`.
        y_pred: Predictions of the same shape.

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.

    Example:
        >>> nnfit.losses.categorical_hinge([[0.0, 1.0]], [[0.5, 0.25]]).numpy()
        array([1.25], dtype=float32)
    """
    y_true, y_pred = elementwise_pair(y_true, y_pred, "categorical_hinge")
    right = ops.sum(ops.multiply(y_true, y_pred), axis=-1)
    wrong = ops.max(ops.multiply(ops.subtract(1.0, y_true), y_pred), axis=-1)
    return ops.maximum(ops.add(ops.subtract(wrong, right), 1.0), 0.0)


class Hinge(LossFunctionWrapper):
    """Loss of `hinge`, which has the formula.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"hinge"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "hinge",
        dtype: str | None = None,
    ) -> None:
        super().__init__(hinge, reduction=reduction, name=name, dtype=dtype)


class SquaredHinge(LossFunctionWrapper):
    """Loss of `squared_hinge`, which has the formula.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"squared_hinge"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "squared_hinge",
        dtype: str | None = None,
    ) -> None:
        super().__init__(squared_hinge, reduction=reduction, name=name, dtype=dtype)


class CategoricalHinge(LossFunctionWrapper):
    """Loss of `categorical_hinge`, which has the formula.

    Args:
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"categorical_hinge"`.
        dtype: See `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "categorical_hinge",
        dtype: str | None = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction=reduction, name=name, dtype=dtype)
