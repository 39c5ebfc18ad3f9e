"""Activation functions and the softmax family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.elementwise import SHAPES, SPECIAL, erf, sigmoid
from reference.table import Array, Case, Reference, real

SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946
EXTREME = np.float32([-1000, -100, -20, -1e-20, 0, 1e-20, 20, 100, 1000]).astype(np.float64)


def activation(
    function: Callable[..., Array],
    derivative: Callable[..., Array],
    attributes: tuple[dict[str, Any], ...] = ({},),
    ulps: float = 8,
) -> Reference:
    cases = [Case((real(*shape, low=-4, high=4),), attributes[0]) for shape in SHAPES]
    cases += [Case((real(3, 5, low=-4, high=4),), a) for a in attributes[1:]]
    cases += [Case((EXTREME,), a, smooth=False) for a in attributes]
    cases += [Case((SPECIAL,), a, smooth=False, gradient=False) for a in attributes]
    return Reference(
        function, cases, lambda dy, x, **a: (dy * derivative(x, **a),), lambda x, **a: np.abs(x) + 1, ulps=ulps
    )


def exact(
    function: Callable[..., Array], derivative: Callable[..., Array], attributes: tuple[dict[str, Any], ...] = ({},)
) -> Reference:
    """An activation whose error is measured against its result alone."""
    reference = activation(function, derivative, attributes)
    return Reference(reference.forward, reference.cases, reference.adjoint, ulps=4)


def elu(x: Array, alpha: float = 1.0) -> Array:
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def elu_derivative(x: Array, alpha: float = 1.0) -> Array:
    return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


def gelu(x: Array, approximate: bool = True) -> Array:
    if approximate:
        chance = 0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    else:
        chance = 0.5 * (1 + erf(x / np.sqrt(2)))
    return np.where(chance == 0, 0, x * chance)  # the limit at -inf


def gelu_derivative(x: Array, approximate: bool = True) -> Array:
    if approximate:
        t = np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))
        return 0.5 * (1 + t) + 0.5 * x * (1 - t**2) * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * x**2)
    return 0.5 * (1 + erf(x / np.sqrt(2))) + x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


def hard_sigmoid(x: Array) -> Array:
    return np.clip(x / 6 + 0.5, 0, 1)


def hard_sigmoid_derivative(x: Array) -> Array:
    return np.where(np.abs(x) < 3, 1 / 6, 0.0)


def logsumexp(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    if x.size == 0:
        return np.full(x.sum(axis=axis, keepdims=keepdims).shape, -np.inf)
    top = np.max(x, axis=axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    result = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top
    return result if keepdims else np.squeeze(result, axis=axis)


def softmax(x: Array, axis: Any = -1) -> Array:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    return e / e.sum(axis=axis, keepdims=True)


def softmax_adjoint(dy: Array, x: Array, axis: Any = -1) -> Array:
    y = softmax(x, axis)
    return y * (dy - (dy * y).sum(axis=axis, keepdims=True))


def log_softmax(x: Array, axis: Any = -1) -> Array:
    return x - logsumexp(x, axis, keepdims=True)


def log_softmax_adjoint(dy: Array, x: Array, axis: Any = -1) -> Array:
    return dy - softmax(x, axis) * dy.sum(axis=axis, keepdims=True)


SOFTMAX_CASES = [
    *(Case((real(*shape, low=-4, high=4),)) for shape in [(1,), (7,), (3, 10), (2, 3, 5), (3, 1), (0, 4), (4, 1000)]),
    *(Case((real(2, 3, 4),), {"axis": axis}) for axis in [0, 1, -2, (1, 2), (0, -1), None]),
    Case((np.array([[1000.0, 0, -1000], [88, 89, 90], [-1e4, -1e4, -1e4]]),)),
    Case((np.array([[0.0, -np.inf, 1], [1, np.nan, 2]]),), smooth=False, gradient=False),
]

GLU_CASES = [Case((real(3, 8),)), Case((real(4, 3, 2),), {"axis": 0}), Case((real(0, 2),))]


def glu(x: Array, axis: int = -1) -> Array:
    a, b = np.split(x, 2, axis)
    return a * sigmoid(b)


def glu_adjoint(dy: Array, x: Array, axis: int = -1) -> Array:
    a, b = np.split(x, 2, axis)
    s = sigmoid(b)
    return np.concatenate([dy * s, dy * a * s * (1 - s)], axis)


REFERENCES: dict[str, Reference] = {
    "relu": exact(lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
    "relu6": exact(lambda x: np.clip(x, 0, 6), lambda x: ((x > 0) & (x < 6)) * 1.0),
    "leaky_relu": exact(
        lambda x, negative_slope=0.2: np.where(x > 0, x, negative_slope * x),
        lambda x, negative_slope=0.2: np.where(x > 0, 1.0, negative_slope),
        ({}, {"negative_slope": 0.01}, {"negative_slope": 0.0}),
    ),
    "elu": exact(elu, elu_derivative, ({}, {"alpha": 0.5})),
    "selu": exact(lambda x: SELU_SCALE * elu(x, SELU_ALPHA), lambda x: SELU_SCALE * elu_derivative(x, SELU_ALPHA)),
    "celu": exact(
        lambda x, alpha=1.0: elu(x / alpha, 1.0) * alpha,
        lambda x, alpha=1.0: elu_derivative(x / alpha, 1.0),
        ({}, {"alpha": 0.5}),
    ),
    "gelu": activation(gelu, gelu_derivative, ({}, {"approximate": False})),
    "gelu_tanh": activation(gelu, gelu_derivative),
    "mish": exact(
        lambda x: x * np.tanh(np.logaddexp(x, 0)),
        lambda x: np.tanh(np.logaddexp(x, 0)) + x * sigmoid(x) / np.cosh(np.minimum(np.logaddexp(x, 0), 300)) ** 2,
    ),
    "sigmoid": exact(sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
    "log_sigmoid": exact(lambda x: -np.logaddexp(0, -x), lambda x: sigmoid(-x)),
    "hard_sigmoid": activation(hard_sigmoid, hard_sigmoid_derivative),
    "silu": exact(lambda x: x * sigmoid(x), lambda x: sigmoid(x) * (1 + x * sigmoid(-x))),
    "hard_silu": activation(lambda x: x * hard_sigmoid(x), lambda x: hard_sigmoid(x) + x * hard_sigmoid_derivative(x)),
    "hard_tanh": exact(lambda x: np.clip(x, -1, 1), lambda x: (np.abs(x) < 1) * 1.0),
    "softplus": exact(lambda x: np.logaddexp(x, 0), sigmoid),
    "softsign": exact(lambda x: x / (1 + np.abs(x)), lambda x: 1 / (1 + np.abs(x)) ** 2),
    "tanh_shrink": activation(lambda x: x - np.tanh(x), lambda x: np.tanh(x) ** 2),
    "soft_shrink": activation(
        lambda x, threshold=0.5: x - np.clip(x, -threshold, threshold),
        lambda x, threshold=0.5: (np.abs(x) > threshold) * 1.0,
        ({}, {"threshold": 1.5}),
    ),
    "hard_shrink": exact(
        lambda x, threshold=0.5: np.where(np.abs(x) > threshold, x, 0),
        lambda x, threshold=0.5: (np.abs(x) > threshold) * 1.0,
        ({}, {"threshold": 1.5}),
    ),
    "squareplus": activation(
        lambda x, b=4: np.where(x < 0, b / 2 / (np.sqrt(x**2 + b) + np.abs(x)), (x + np.sqrt(x**2 + b)) / 2),
        lambda x, b=4: (1 + x / np.sqrt(x**2 + b)) / 2,
        ({}, {"b": 1}),
    ),
    "threshold": exact(
        lambda x, threshold=1.0, default_value=0.0: np.where(x > threshold, x, default_value),
        lambda x, threshold=1.0, default_value=0.0: (x > threshold) * 1.0,
        ({"threshold": 1.0, "default_value": -3.0}, {"threshold": -0.5, "default_value": 0.0}),
    ),
    "glu": Reference(glu, GLU_CASES, glu_adjoint, ulps=8),
    "softmax": Reference(softmax, SOFTMAX_CASES, softmax_adjoint, ulps=16),
    "log_softmax": Reference(
        log_softmax,
        SOFTMAX_CASES,
        log_softmax_adjoint,
        lambda x, axis=-1: np.abs(x) + np.abs(logsumexp(x, axis, keepdims=True)),
        ulps=8,
    ),
}
REFERENCES["swish"] = REFERENCES["silu"]
REFERENCES["hard_swish"] = REFERENCES["hard_silu"]
