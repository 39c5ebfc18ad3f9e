"""Circle loss of embeddings."""

from __future__ import annotations

from typing import Any

from nnfit import masks, ops
from nnfit._core import Tensor
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def circle(
    y_true: TensorLike,
    y_pred: TensorLike,
    ref_labels: TensorLike | None = None,
    ref_embeddings: TensorLike | None = None,
    remove_diagonal: bool = True,
    gamma: float = 80.0,
    margin: float = 0.4,
) -> Tensor:
    """Returns `log(1 + sum(exp(wrong)) * sum(exp(right)))` for each embedding.

    With the distances `d = max(1 - y_pred @ ref_embeddings.T, 0)`, the sums are over the references of the same label,
    `right = gamma * (margin + d) * (d - margin)`, and over those of another, `wrong = gamma * max(1 + margin - d, 0) *
    (1 - margin - d)`. Where an embedding has no reference of one kind its loss is 0, and the result has a mask without
    it.

    Args:
        y_true: Labels, `(batch,)` or `(batch, 1)`.
        y_pred: Embeddings of length 1, `(batch, d)`.
        ref_labels: Labels of the references. Defaults to `y_true`.
        ref_embeddings: Embeddings to compare with, `(references, d)`. Defaults to `y_pred`.
        remove_diagonal: Whether embedding i is not compared with reference i. Defaults to `True`.
        gamma: How much the hard pairs count more. Defaults to 80.
        margin: Distance that is near enough for one label, and one less it that is far enough for two. Defaults to 0.4.

    Returns:
        A tensor `(batch,)`.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> nnfit.losses.circle([0, 0, 1], [[1.0, 0.0], [0.8, 0.6], [0.0, 1.0]], gamma=1.0).numpy().round(4)
        array([0.5629, 0.7339, 0.    ], dtype=float32)

    Reference:
        Sun et al., Circle Loss: A Unified Perspective of Pair Similarity Optimization, 2020.
    """
    embeddings = ops.convert_to_tensor(y_pred)
    references = embeddings if ref_embeddings is None else ops.convert_to_tensor(ref_embeddings, embeddings.dtype)
    distance = ops.maximum(ops.subtract(1.0, ops.matmul(embeddings, ops.transpose(references))), 0.0)
    same = _same_label(y_true, y_true if ref_labels is None else ref_labels, distance)
    other = ops.logical_not(same)
    if remove_diagonal:
        row, column = (ops.cumsum(ops.ones_like(line)) for line in (distance[:, 0], distance[0]))
        same = ops.logical_and(same, ops.not_equal(ops.expand_dims(row, 1), column))
    right = ops.multiply(ops.multiply(gamma, ops.add(margin, distance)), ops.subtract(distance, margin))
    reach = ops.maximum(ops.subtract(1.0 + margin, distance), 0.0)
    wrong = ops.multiply(ops.multiply(gamma, reach), ops.subtract(1.0 - margin, distance))
    none = float("-inf")
    total = ops.add(
        ops.logsumexp(ops.where(same, right, none), axis=1), ops.logsumexp(ops.where(other, wrong, none), axis=1)
    )
    values = ops.softplus(total)
    masks.set_mask(values, ops.greater(values, 0.0))
    return values


def _same_label(labels: Any, ref_labels: Any, distance: Any) -> Any:
    labels, ref_labels = (ops.cast(ops.convert_to_tensor(x), "int32") for x in (labels, ref_labels))
    for given, count in zip((labels.shape, ref_labels.shape), distance.shape, strict=True):
        if tuple(given) not in ((count,), (count, 1)):
            raise ValueError(f"[circle] expected one label for each of {count} embeddings; got shape {tuple(given)}.")
    return ops.equal(ops.reshape(labels, (-1, 1)), ops.reshape(ref_labels, (1, -1)))


class Circle(LossFunctionWrapper):
    """Loss of `circle`, which has the formula, of the embeddings of a batch among themselves.

    Args:
        gamma: How much the hard pairs count more. Defaults to 80.
        margin: Distance that is near enough for one label, and one less it that is far enough for two. Defaults to 0.4.
        remove_diagonal: Whether an embedding is not compared with itself. Defaults to `True`.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`: the mean over embeddings that have references.
        name: Name of the loss. Defaults to `"circle"`.
        dtype: See `Loss`.
    """

    _casts_targets = False

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "circle",
        dtype: str | None = None,
    ) -> None:
        super().__init__(
            circle,
            reduction=reduction,
            name=name,
            dtype=dtype,
            gamma=gamma,
            margin=margin,
            remove_diagonal=remove_diagonal,
        )
        self.gamma = gamma
        self.margin = margin
        self.remove_diagonal = remove_diagonal
