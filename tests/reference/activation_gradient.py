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


def silu_bend(x: Array) -> Array:
    s = sigmoid(x)
    return s * (1 - s) * (2 + x * (1 - 2 * s))


def gelu_bend(x: Array) -> Array:
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * (2 - x**2)


def gelu_tanh_bend(x: Array) -> Array:
    k = np.sqrt(2 / np.pi)
    t = np.tanh(k * (x + 0.044715 * x**3))
    du, ddu = k * (1 + 3 * 0.044715 * x**2), k * 6 * 0.044715 * x
    dt = 1 - t**2
    return dt * du + 0.5 * x * (dt * ddu - 2 * t * dt * du**2)


def mish_slope(x: Array) -> Array:
    return np.tanh(np.logaddexp(x, 0)) + x * sigmoid(x) / np.cosh(np.logaddexp(x, 0)) ** 2


def mish_bend(x: Array) -> Array:
    t, s = np.tanh(np.logaddexp(x, 0)), sigmoid(x)
    dt = (1 - t**2) * s
    return 2 * dt + x * (dt * (1 - s) - 2 * t * dt * s)


def gradient_op(
    slope: Callable[..., Array],
    slope_derivative: Callable[..., Array],
    low: float = -4,
    high: float = 4,
    attributes: dict[str, Any] | None = None,
) -> Reference:
    """`dy * slope(v)`."""

    def forward(dy: Array, v: Array, **kw: Any) -> Array:
        return dy * slope(v, **kw)

    def adjoint(g: Array, dy: Array, v: Array, **kw: Any) -> tuple[Array, Array]:
        bend = slope_derivative(v, **kw)
        return summed_to(g * slope(v, **kw), dy.shape), summed_to(g * dy * bend, v.shape)

    cases = [Case((real(*a, key=1), real(*b, low=low, high=high, key=2)), attributes or {}) for a, b in PAIRS]
    return Reference(
        forward,
        cases,
        adjoint,
        lambda dy, v, **kw: np.abs(dy) * (1 + np.abs(v)),
        ulps=8,
        gradient_ulps=128,
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
    "gelu_gradient": gradient_op(lambda x: gelu_derivative(x, approximate=False), gelu_bend),
    "gelu_tanh_gradient": gradient_op(gelu_derivative, gelu_tanh_bend),
    "silu_gradient": gradient_op(lambda x: sigmoid(x) * (1 + x * sigmoid(-x)), silu_bend),
    "mish_gradient": gradient_op(mish_slope, mish_bend),
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
