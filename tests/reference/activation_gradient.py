"""The gradients of activations as ops: `f(dy, y)` of the activation's result or `f(dy, x)` of its argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.activation import (
    SELU_ALPHA,
    SELU_SCALE,
    elu_derivative,
    gelu_derivative,
    hard_sigmoid,
    hard_sigmoid_derivative,
)
from reference.arithmetic import PAIRS
from reference.elementwise import sigmoid
from reference.table import Array, Case, Reference, real, summed_to

STEP = 1e-3


def derivative(f: Callable[[Array], Array], x: Array) -> Array:
    """Of eighth order in the step: for references that are smooth, exact to about 1e-13."""
    weights = (4 / 5, -1 / 5, 4 / 105, -1 / 280)
    terms = [w * (f(x + (i + 1) * STEP) - f(x - (i + 1) * STEP)) for i, w in enumerate(weights)]
    return sum(terms) / STEP


def gradient_op(
    slope: Callable[..., Array],
    slope_derivative: Callable[..., Array] | None,
    low: float = -4,
    high: float = 4,
    attributes: dict[str, Any] | None = None,
) -> Reference:
    """`dy * slope(v)`. Without `slope_derivative`, `slope` is smooth and its derivative is taken numerically."""

    def forward(dy: Array, v: Array, **kw: Any) -> Array:
        return dy * slope(v, **kw)

    def adjoint(g: Array, dy: Array, v: Array, **kw: Any) -> tuple[Array, Array]:
        bend = derivative(slope, v) if slope_derivative is None else slope_derivative(v, **kw)
        return summed_to(g * slope(v, **kw), dy.shape), summed_to(g * dy * bend, v.shape)

    cases = [Case((real(*a, key=1), real(*b, low=low, high=high, key=2)), attributes or {}) for a, b in PAIRS]
    return Reference(
        forward, cases, adjoint, lambda dy, v, **kw: np.abs(dy) * (1 + np.abs(v)), ulps=8, gradient_ulps=64
    )


def zero(v: Array, **_: Any) -> Array:
    return np.zeros_like(v)


REFERENCES: dict[str, Reference] = {
    # Of the result.
    "relu_gradient": gradient_op(lambda y: (y > 0) * 1.0, zero),
    "relu6_gradient": gradient_op(lambda y: ((y > 0) & (y < 6)) * 1.0, zero, high=8),
    "sigmoid_gradient": gradient_op(lambda y: y * (1 - y), lambda y: 1 - 2 * y, 0.05, 0.95),
    "tanh_gradient": gradient_op(lambda y: 1 - y**2, lambda y: -2 * y, -0.95, 0.95),
    "selu_gradient": gradient_op(
        lambda y: np.where(y > 0, SELU_SCALE, y + SELU_SCALE * SELU_ALPHA), lambda y: (y <= 0) * 1.0, -1.5
    ),
    "sqrt_gradient": gradient_op(lambda y: 0.5 / y, lambda y: -0.5 / y**2, 0.5),
    "rsqrt_gradient": gradient_op(lambda y: -0.5 * y**3, lambda y: -1.5 * y**2, 0.5, 2),
    "reciprocal_gradient": gradient_op(lambda y: -(y**2), lambda y: -2 * y, 0.5, 2),
    # Of the argument.
    "gelu_gradient": gradient_op(lambda x: gelu_derivative(x, approximate=False), None),
    "gelu_tanh_gradient": gradient_op(gelu_derivative, None),
    "silu_gradient": gradient_op(lambda x: sigmoid(x) * (1 + x * sigmoid(-x)), None),
    "mish_gradient": gradient_op(
        lambda x: np.tanh(np.logaddexp(x, 0)) + x * sigmoid(x) / np.cosh(np.logaddexp(x, 0)) ** 2, None
    ),
    "softplus_gradient": gradient_op(sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
    "softsign_gradient": gradient_op(
        lambda x: (1 + np.abs(x)) ** -2.0, lambda x: -2 * np.sign(x) * (1 + np.abs(x)) ** -3.0
    ),
    "log_sigmoid_gradient": gradient_op(lambda x: sigmoid(-x), lambda x: -sigmoid(x) * sigmoid(-x)),
    "hard_sigmoid_gradient": gradient_op(hard_sigmoid_derivative, zero),
    "hard_silu_gradient": gradient_op(
        lambda x: hard_sigmoid(x) + x * hard_sigmoid_derivative(x), lambda x: 2 * hard_sigmoid_derivative(x)
    ),
    "leaky_relu_gradient": gradient_op(
        lambda x, negative_slope=0.2: np.where(x > 0, 1.0, negative_slope), zero, attributes={"negative_slope": 0.1}
    ),
    "elu_gradient": gradient_op(
        elu_derivative,
        lambda x, alpha=1.0: np.where(x > 0, 0, alpha * np.exp(np.minimum(x, 0))),
        attributes={"alpha": 0.5},
    ),
}
