"""Rectified linear unit with Keras's three refinements."""

from __future__ import annotations

from nnfit import ops
from nnfit._core import Tensor
from nnfit.ops.argument_types import TensorLike


def relu(x: TensorLike, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Tensor:
    """Returns `max(x, 0)`; with the further arguments a shifted, leaky or capped rectifier.

    `max_value` where `x >= max_value`, `x` where `threshold < x < max_value`, and
    `negative_slope * (x - threshold)` elsewhere.

    Args:
        x: Float tensor of any shape.
        negative_slope: Slope below the threshold. Defaults to 0.
        max_value: Largest value returned; `None` for no bound. Defaults to `None`.
        threshold: Below it, values are damped or set to zero. Defaults to 0.

    Returns:
        A tensor like `x`.

    Example:
        >>> nnfit.activations.relu([-10.0, 5.0, 20.0], negative_slope=0.1, max_value=10.0).numpy()
        array([-1.,  5., 10.], dtype=float32)
    """
    if negative_slope == 0.0 and threshold == 0.0:
        if max_value is None:
            return ops.relu(x)
        return ops.relu6(x) if max_value == 6 else ops.clip(x, 0.0, max_value)
    if max_value is None and threshold == 0.0:
        return ops.leaky_relu(x, negative_slope)
    positive = ops.threshold(x, threshold, 0.0) if threshold else ops.relu(x)
    if max_value is not None:
        positive = ops.clip(positive, 0.0, max_value)
    if negative_slope == 0.0:
        return positive
    return ops.subtract(positive, ops.multiply(negative_slope, ops.relu(ops.subtract(threshold, x))))
