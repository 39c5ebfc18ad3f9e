"""Cross-entropies between labels and predictions, one value per sample."""

from __future__ import annotations

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike

_ops = _core.ops


def categorical_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Returns `-sum(target * log(p))` along `axis`, where p is the prediction.

    Probabilities are divided by their sum and clipped to `[1e-7, 1 - 1e-7]`.

    Args:
        target: Tensor of probabilities, of the shape of `output`.
        output: Float tensor of probabilities, or of logits.
        from_logits: Whether `p = softmax(output)`, rather than `output` itself. Defaults to False.
        axis: The axis of classes. Defaults to the last.

    Returns:
        A float tensor of the shape of `output` without `axis`.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> nnfit.ops.categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).numpy().round(4)
        array([0.6931], dtype=float32)
    """
    return _ops.categorical_crossentropy(target, output, from_logits=from_logits, axis=axis)


def sparse_categorical_crossentropy(
    target: TensorLike, output: TensorLike, from_logits: bool = False, axis: int = -1
) -> Tensor:
    """Returns `-log(p[target])`, where p is the prediction along `axis`.

    Probabilities are divided by their sum and clipped to `[1e-7, 1 - 1e-7]`.

    Args:
        target: Tensor of class indices, of the shape of `output` without `axis`, or with size 1 there.
        output: Float tensor of probabilities, or of logits.
        from_logits: Whether `p = softmax(output)`, rather than `output` itself. Defaults to False.
        axis: The axis of classes. Defaults to the last.

    Returns:
        A float tensor of the shape of `output` without `axis`.

    Raises:
        ValueError: If the shapes do not fit or a target is not a class.

    Example:
        >>> nnfit.ops.sparse_categorical_crossentropy([1], [[0.5, 0.5]]).numpy().round(4)
        array([0.6931], dtype=float32)
    """
    return _ops.sparse_categorical_crossentropy(target, output, from_logits=from_logits, axis=axis)


def binary_crossentropy(target: TensorLike, output: TensorLike, from_logits: bool = False) -> Tensor:
    """Returns `-target * log(p) - (1 - target) * log(1 - p)`, elementwise, where p is the prediction.

    Probabilities are clipped to `[1e-7, 1 - 1e-7]`.

    Args:
        target: Tensor of probabilities, of the shape of `output`.
        output: Float tensor of probabilities, or of logits.
        from_logits: Whether `p = sigmoid(output)`, rather than `output` itself. Defaults to False.

    Returns:
        A tensor like `output`.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> nnfit.ops.binary_crossentropy([0.0, 1.0], [0.5, 0.5]).numpy().round(4)
        array([0.6931, 0.6931], dtype=float32)
    """
    return _ops.binary_crossentropy(target, output, from_logits=from_logits)
