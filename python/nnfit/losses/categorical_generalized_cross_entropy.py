"""Cross-entropy of one choice among classes that wrong labels hurt less."""

from __future__ import annotations

from nnfit import ops
from nnfit._core import Tensor
from nnfit.losses.alignment import class_labels
from nnfit.losses.loss_function_wrapper import LossFunctionWrapper
from nnfit.losses.reduction import Reduction
from nnfit.ops.argument_types import TensorLike


def categorical_generalized_cross_entropy(y_true: TensorLike, y_pred: TensorLike, q: float) -> Tensor:
    """Returns `(1 - p**q) / q`, p being the probability that is predicted for the label.

    It goes from the cross-entropy, for q near 0, to the mean absolute error, for q near 1.

    Args:
        y_true: Class indices, `(batch, …)` or `(batch, …, 1)`.
        y_pred: Probabilities, `(batch, …, classes)`.
        q: A number in (0, 1).

    Returns:
        A tensor `(batch, …)`.

    Raises:
        ValueError: If the shapes do not fit.

    Example:
        >>> nnfit.losses.categorical_generalized_cross_entropy([1], [[0.75, 0.25]], q=0.5).numpy()
        array([1.], dtype=float32)

    Reference:
        Zhang, Sabuncu, Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels, 2018.
    """
    y_true, y_pred = ops.convert_to_tensor(y_true), ops.convert_to_tensor(y_pred)
    labels, _ = class_labels(y_true, y_pred, "categorical_generalized_cross_entropy")
    chosen = ops.one_hot(ops.cast(labels, "int32"), y_pred.shape[-1], dtype=y_pred.dtype)
    p = ops.sum(ops.multiply(chosen, y_pred), axis=-1)
    return ops.divide(ops.subtract(1.0, ops.power(p, q)), q)


class CategoricalGeneralizedCrossEntropy(LossFunctionWrapper):
    """Loss of `categorical_generalized_cross_entropy`, which has the formula.

    Args:
        q: A number in (0, 1). Defaults to 0.5.
        reduction: See `Loss`. Defaults to `"sum_over_batch_size"`.
        name: Name of the loss. Defaults to `"categorical_generalized_cross_entropy"`.
        dtype: See `Loss`.

    Raises:
        ValueError: If q is not in (0, 1).
    """

    _casts_targets = False

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = Reduction.SUM_OVER_BATCH_SIZE,
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: str | None = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(f"[{name}] expected q in (0, 1); got {q!r}.")
        super().__init__(categorical_generalized_cross_entropy, reduction=reduction, name=name, dtype=dtype, q=q)
        self.q = q
