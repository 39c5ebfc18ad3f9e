"""Cross-entropies between labels and predictions, one value per sample."""

from __future__ import annotations

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike
from nnfit.ops.arrangement import moveaxis
from nnfit.ops.core import convert_to_tensor

_ops = _core.ops
_EPSILON = 1e-7


def _pair(name: str, target: TensorLike, output: TensorLike) -> tuple[Tensor, Tensor]:
    target, output = convert_to_tensor(target), convert_to_tensor(output)
    sizes = zip(target.shape, output.shape, strict=False)
    if len(target.shape) != len(output.shape) or any(a != b and None not in (a, b) for a, b in sizes):
        raise ValueError(
            f"[{name}] expected target of the shape of output, {tuple(output.shape)}; got {tuple(target.shape)}."
        )
    return target, output


def _classes_last(x: Tensor, axis: int) -> Tensor:
    return x if axis in (-1, len(x.shape) - 1) else moveaxis(x, axis, -1)


def _log_probabilities(output: Tensor) -> Tensor:
    ratio = _ops.divide(output, _ops.sum(output, axis=-1, keepdims=True))
    return _ops.log(_ops.clip(ratio, _EPSILON, 1 - _EPSILON))


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
    target, output = (_classes_last(x, axis) for x in _pair("categorical_crossentropy", target, output))
    if from_logits:
        return _ops.softmax_cross_entropy(target, output)
    return _ops.negative(_ops.sum(_ops.multiply(target, _log_probabilities(output)), axis=-1))


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
    target, output = convert_to_tensor(target), convert_to_tensor(output)
    if len(target.shape) == len(output.shape):
        target = _classes_last(target, axis)
    output = _classes_last(output, axis)
    if from_logits:
        return _ops.sparse_softmax_cross_entropy(target, output)
    return _ops.sparse_categorical_crossentropy(target, output, epsilon=_EPSILON)


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
    target, output = _pair("binary_crossentropy", target, output)
    if from_logits:
        return _ops.sigmoid_cross_entropy(target, output)
    # 1 - p is clipped by itself: taken from a clipped p it would round 1e-7 to a multiple of 2**-24.
    least, most = _EPSILON, 1 - _EPSILON
    yes = _ops.log(_ops.clip(output, least, most))
    no = _ops.log(_ops.clip(_ops.subtract(1.0, output), 1 - most, 1 - least))
    return _ops.negative(_ops.add(_ops.multiply(target, yes), _ops.multiply(_ops.subtract(1.0, target), no)))
