"""Activation functions."""

from __future__ import annotations

from nnfit import _core
from nnfit._core import Tensor
from nnfit.ops.argument_types import Axis, TensorLike

_ops = _core.ops


def relu(x: TensorLike) -> Tensor:
    """Returns `max(x, 0)`. The gradient at 0 is 0.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.relu([-1.0, 2.0]).numpy()
        array([0., 2.], dtype=float32)
    """
    return _ops.relu(x)


def relu6(x: TensorLike) -> Tensor:
    """Returns `min(max(x, 0), 6)`.

    Args:
        x: Tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.relu6([-1.0, 2.0, 8.0]).numpy()
        array([0., 2., 6.], dtype=float32)
    """
    return _ops.relu6(x)


def leaky_relu(x: TensorLike, negative_slope: float = 0.2) -> Tensor:
    """Returns `x` where `x >= 0` and `negative_slope * x` elsewhere.

    Args:
        x: Float tensor of any shape.
        negative_slope: Slope below 0. Defaults to 0.2.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.leaky_relu([-2.0, 2.0], negative_slope=0.5).numpy()
        array([-1.,  2.], dtype=float32)
    """
    return _ops.leaky_relu(x, negative_slope=negative_slope)


def elu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """Returns `x` where `x > 0` and `alpha * (exp(x) - 1)` elsewhere.

    Args:
        x: Float tensor of any shape.
        alpha: Minus the limit towards -inf. Defaults to 1.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.elu([-1.0, 2.0]).numpy().round(4)
        array([-0.6321,  2.    ], dtype=float32)

    Reference:
        Clevert et al., Fast and Accurate Deep Network Learning by Exponential Linear Units, 2015.
    """
    return _ops.elu(x, alpha=alpha)


def selu(x: TensorLike) -> Tensor:
    """Returns `1.0507… * elu(x, alpha=1.6732…)`, under which mean 0 and variance 1 are a fixed point.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.selu([-1.0, 1.0]).numpy().round(4)
        array([-1.1113,  1.0507], dtype=float32)

    Reference:
        Klambauer et al., Self-Normalizing Neural Networks, 2017.
    """
    return _ops.selu(x)


def celu(x: TensorLike, alpha: float = 1.0) -> Tensor:
    """Returns `max(x, 0) + min(alpha * (exp(x / alpha) - 1), 0)`.

    Args:
        x: Float tensor of any shape.
        alpha: Minus the limit towards -inf. Defaults to 1.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.celu([-1.0, 2.0]).numpy().round(4)
        array([-0.6321,  2.    ], dtype=float32)

    Reference:
        Barron, Continuously Differentiable Exponential Linear Units, 2017.
    """
    return _ops.multiply(_ops.elu(_ops.divide(x, alpha), alpha=1.0), alpha)


def gelu(x: TensorLike, approximate: bool = True) -> Tensor:
    """Returns `x * P(X <= x)` for a standard normal X.

    Args:
        x: Float tensor of any shape.
        approximate: Whether to use `0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x**3)))` instead of
            `0.5 * x * (1 + erf(x / sqrt(2)))`. Defaults to True.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.gelu([-1.0, 1.0], approximate=False).numpy().round(4)
        array([-0.1587,  0.8413], dtype=float32)

    Reference:
        Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.
    """
    return _ops.gelu_tanh(x) if approximate else _ops.gelu(x)


def sigmoid(x: TensorLike) -> Tensor:
    """Returns `1 / (1 + exp(-x))`.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.sigmoid([0.0, -1000.0]).numpy()
        array([0.5, 0. ], dtype=float32)
    """
    return _ops.sigmoid(x)


def log_sigmoid(x: TensorLike) -> Tensor:
    """Returns `log(sigmoid(x)) = -softplus(-x)` without underflow.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.log_sigmoid([-1000.0]).numpy()
        array([-1000.], dtype=float32)
    """
    return _ops.log_sigmoid(x)


def hard_sigmoid(x: TensorLike) -> Tensor:
    """Returns `min(max(x / 6 + 0.5, 0), 1)`.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.hard_sigmoid([-4.0, 0.0, 1.5]).numpy()
        array([0.  , 0.5 , 0.75], dtype=float32)
    """
    return _ops.hard_sigmoid(x)


def silu(x: TensorLike) -> Tensor:
    """Returns `x * sigmoid(x)`.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.silu([0.0, 1.0]).numpy().round(4)
        array([0.    , 0.7311], dtype=float32)

    Reference:
        Ramachandran et al., Searching for Activation Functions, 2017.
    """
    return _ops.silu(x)


swish = silu


def hard_silu(x: TensorLike) -> Tensor:
    """Returns `x * hard_sigmoid(x)`.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.hard_silu([-4.0, 1.5]).numpy()
        array([-0.   ,  1.125], dtype=float32)

    Reference:
        Howard et al., Searching for MobileNetV3, 2019.
    """
    return _ops.hard_silu(x)


hard_swish = hard_silu


def hard_tanh(x: TensorLike) -> Tensor:
    """Returns `min(max(x, -1), 1)`.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.hard_tanh([-2.0, 0.5]).numpy()
        array([-1. ,  0.5], dtype=float32)
    """
    return _ops.clip(x, -1, 1)


def softplus(x: TensorLike) -> Tensor:
    """Returns `log(1 + exp(x))` without overflow.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.softplus([0.0, 1000.0]).numpy().round(4)
        array([6.931e-01, 1.000e+03], dtype=float32)
    """
    return _ops.softplus(x)


def softsign(x: TensorLike) -> Tensor:
    """Returns `x / (1 + |x|)`.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.softsign([-1.0, 3.0]).numpy()
        array([-0.5 ,  0.75], dtype=float32)
    """
    return _ops.softsign(x)


def tanh_shrink(x: TensorLike) -> Tensor:
    """Returns `x - tanh(x)`.

    Args:
        x: Float tensor of any shape.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.tanh_shrink([0.0, 1.0]).numpy().round(4)
        array([0.    , 0.2384], dtype=float32)
    """
    return _ops.subtract(x, _ops.tanh(x))


def soft_shrink(x: TensorLike, threshold: float = 0.5) -> Tensor:
    """Returns `sign(x) * max(|x| - threshold, 0)`.

    Args:
        x: Float tensor of any shape.
        threshold: What is taken from `|x|`. Defaults to 0.5.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.soft_shrink([-1.0, 0.25, 2.0]).numpy()
        array([-0.5,  0. ,  1.5], dtype=float32)
    """
    return _ops.subtract(x, _ops.clip(x, -threshold, threshold))


def hard_shrink(x: TensorLike, threshold: float = 0.5) -> Tensor:
    """Returns `x` where `|x| > threshold` and 0 elsewhere.

    Args:
        x: Float tensor of any shape.
        threshold: The largest `|x|` that becomes 0. Defaults to 0.5.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.hard_shrink([-1.0, 0.25, 2.0]).numpy()
        array([-1.,  0.,  2.], dtype=float32)
    """
    return _ops.where(_ops.greater(_ops.abs(x), threshold), x, 0)


def squareplus(x: TensorLike, b: float = 4) -> Tensor:
    """Returns `(x + sqrt(x**2 + b)) / 2`.

    Args:
        x: Float tensor of any shape.
        b: Smoothness; 0 gives relu. Defaults to 4.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.squareplus([0.0, 1.5]).numpy()
        array([1., 2.], dtype=float32)
    """
    if b == 0:
        return relu(x)
    # For negative x the sum cancels; the same by its conjugate does not.
    root = _ops.hypot(x, b**0.5)
    conjugate = _ops.divide(0.5 * b, _ops.subtract(root, _ops.minimum(x, 0)))
    return _ops.where(_ops.less(x, 0), conjugate, _ops.multiply(_ops.add(x, root), 0.5))


def threshold(x: TensorLike, threshold: float, default_value: float) -> Tensor:
    """Returns `x` where `x > threshold` and `default_value` elsewhere.

    Args:
        x: Tensor of any shape.
        threshold: The largest value that is replaced.
        default_value: What replaces it.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.threshold([0.5, 2.0], 1.0, -1.0).numpy()
        array([-1.,  2.], dtype=float32)
    """
    return _ops.where(_ops.greater(x, threshold), x, default_value)


def glu(x: TensorLike, axis: int = -1) -> Tensor:
    """Returns `a * sigmoid(b)` for the halves `a` and `b` of `x` along `axis`.

    Args:
        x: Float tensor with an even size along `axis`.
        axis: Axis to halve. Defaults to the last.

    Returns:
        A tensor of the type of `x`, half as long along `axis`.

    Raises:
        ValueError: If the size along `axis` is odd.

    Example:
        >>> nnfit.ops.glu([3.0, 0.0]).numpy()
        array([1.5], dtype=float32)

    Reference:
        Dauphin et al., Language Modeling with Gated Convolutional Networks, 2016.
    """
    a, b = _ops.split(x, sections=2, axis=axis)
    return _ops.multiply(a, _ops.sigmoid(b))


def softmax(x: TensorLike, axis: Axis = -1) -> Tensor:
    """Returns `exp(x) / sum(exp(x))` along `axis` without overflow.

    Args:
        x: Float tensor.
        axis: Axis or axes along which the result sums to 1; None for all. Defaults to the last.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.softmax([[0.0, 0.0], [1000.0, 0.0]]).numpy()
        array([[0.5, 0.5],
               [1. , 0. ]], dtype=float32)
    """
    return _ops.softmax(x, axis=axis)


def log_softmax(x: TensorLike, axis: Axis = -1) -> Tensor:
    """Returns `x - logsumexp(x)` along `axis`.

    Args:
        x: Float tensor.
        axis: Axis or axes along which the exponentials of the result sum to 1; None for all. Defaults to the last.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.ops.log_softmax([1000.0, 0.0]).numpy()
        array([    0., -1000.], dtype=float32)
    """
    return _ops.log_softmax(x, axis=axis)
