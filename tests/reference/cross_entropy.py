"""The cross-entropies of logits as ops of the core, and the gradients of them and of softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.activation import log_softmax, softmax
from reference.elementwise import sigmoid
from reference.table import Array, Case, Reference, real, whole

Gradients = tuple[Array | None, ...]


def softmax_vjp(g: Array, p: Array, axis: Any = -1) -> Array:
    """The adjoint of softmax at its result p."""
    return p * (g - (g * p).sum(axis=axis, keepdims=True))


def softmax_gradient(dy: Array, y: Array, axis: Any = -1) -> Array:
    return softmax_vjp(dy, y, axis)


def softmax_gradient_adjoint(g: Array, dy: Array, y: Array, axis: Any = -1) -> Gradients:
    dot = (dy * y).sum(axis=axis, keepdims=True)
    return softmax_vjp(g, y, axis), g * (dy - dot) - dy * (g * y).sum(axis=axis, keepdims=True)


def log_softmax_gradient(dy: Array, y: Array, axis: Any = -1) -> Array:
    return dy - np.exp(y) * dy.sum(axis=axis, keepdims=True)


def log_softmax_gradient_adjoint(g: Array, dy: Array, y: Array, axis: Any = -1) -> Gradients:
    weighted = g * np.exp(y)
    return g - weighted.sum(axis=axis, keepdims=True), -weighted * dy.sum(axis=axis, keepdims=True)


def one_hot(labels: Array, classes: int, ignore_class: int | None = None) -> Array:
    """Rows of zeros where the label is ignored."""
    labels = labels.reshape(-1).astype(np.int64)
    rows = labels[:, None] == np.arange(classes)
    return rows * (labels != ignore_class)[:, None] * 1.0


def shaped(labels: Array, logits: Array, ignore_class: int | None) -> Array:
    return one_hot(labels, logits.shape[-1], ignore_class).reshape(logits.shape)


def dense(target: Array, logits: Array) -> Array:
    return -(target * log_softmax(logits)).sum(-1)


def dense_adjoint(dloss: Array, target: Array, logits: Array) -> tuple[Array, Array]:
    return -log_softmax(logits) * dloss[..., None], dense_gradient(target, logits, dloss)


def dense_gradient(target: Array, logits: Array, dloss: Array) -> Array:
    return (softmax(logits) * target.sum(-1, keepdims=True) - target) * dloss[..., None]


def dense_gradient_adjoint(g: Array, target: Array, logits: Array, dloss: Array) -> tuple[Array, Array, Array]:
    p, weighted = softmax(logits), g * dloss[..., None]
    to_target = (weighted * p).sum(-1, keepdims=True) - weighted
    to_logits = target.sum(-1, keepdims=True) * softmax_vjp(weighted, p)
    return to_target, to_logits, (g * dense_gradient(target, logits, np.ones_like(dloss))).sum(-1)


def sparse(labels: Array, logits: Array, ignore_class: int | None = None) -> Array:
    return dense(shaped(labels, logits, ignore_class), logits)


def sparse_adjoint(dloss: Array, labels: Array, logits: Array, ignore_class: int | None = None) -> Gradients:
    return None, sparse_gradient(labels, logits, dloss, ignore_class)


def sparse_gradient(labels: Array, logits: Array, dloss: Array, ignore_class: int | None = None) -> Array:
    return dense_gradient(shaped(labels, logits, ignore_class), logits, dloss)


def sparse_gradient_adjoint(
    g: Array, labels: Array, logits: Array, dloss: Array, ignore_class: int | None = None
) -> Gradients:
    return None, *dense_gradient_adjoint(g, shaped(labels, logits, ignore_class), logits, dloss)[1:]


def likelihood(labels: Array, log_probabilities: Array, ignore_class: int | None = None) -> Array:
    return -(shaped(labels, log_probabilities, ignore_class) * log_probabilities).sum(-1)


def likelihood_adjoint(dloss: Array, labels: Array, x: Array, ignore_class: int | None = None) -> Gradients:
    return None, -shaped(labels, x, ignore_class) * dloss[..., None]


def binary(target: Array, logits: Array) -> Array:
    return np.maximum(logits, 0) - logits * target + np.log1p(np.exp(-np.abs(logits)))


def binary_adjoint(dy: Array, target: Array, logits: Array) -> tuple[Array, Array]:
    return -logits * dy, (sigmoid(logits) - target) * dy


def binary_gradient(target: Array, logits: Array, dy: Array) -> Array:
    return (sigmoid(logits) - target) * dy


def binary_gradient_adjoint(g: Array, target: Array, logits: Array, dy: Array) -> tuple[Array, Array, Array]:
    p = sigmoid(logits)
    return -g * dy, g * dy * p * (1 - p), g * (p - target)


SHAPES = [(1, 1), (3, 4), (2, 3, 5), (0, 4), (3, 10), (7,), (5, 130), (19, 16)]
AXES = [((2, 3, 4), {"axis": axis}) for axis in (0, 1, (1, 2), (0, 2), None)] + [((3, 300), {"axis": 0})]
GRADIENT_CASES = [
    Case((real(*shape, key=1), real(*shape, low=-3, high=0, key=2)), attributes)
    for shape, attributes in [*((shape, {}) for shape in SHAPES), *AXES]
]
PAIRS = [(real(*shape, low=0, high=1, key=1), real(*shape, low=-4, high=4, key=2)) for shape in SHAPES]


def labelled(*, with_loss: bool) -> list[Case]:
    """Labels for logits, of every type, as rows and as a column, and ignored."""

    def case(labels: Array, shape: tuple[int, ...], attributes: dict[str, Any]) -> Case:
        logits, dloss = real(*shape, low=-4, high=4, key=2), real(*shape[:-1], key=3)
        return Case((labels, logits, dloss) if with_loss else (labels, logits), attributes)

    cases = [case(whole(*shape[:-1], low=0, high=shape[-1]), shape, {}) for shape in SHAPES]
    cases += [case(whole(6, low=0, high=4, dtype=t), (6, 4), {}) for t in ("uint8", "int64")]
    cases += [case(whole(6, 1, low=0, high=4), (6, 4), {})]
    cases += [case(np.array([0, 9, 3, 9, 1], np.int32), (5, 4), {"ignore_class": 9})]
    cases += [case(np.array([0, -1, 3, 2, -1], np.int64), (5, 4), {"ignore_class": -1})]
    cases += [case(np.array([0, 2, 3, 2, 1], np.int32), (5, 4), {"ignore_class": 2})]
    return cases


def size_of_loss(target: Array, logits: Array, **attributes: Any) -> Array:
    return 1 + np.abs(logits).max(-1, initial=0) * max(1, logits.shape[-1])


def size_of_gradient(first: Array, second: Array, dloss: Array, **attributes: Any) -> Array:
    return np.abs(dloss).reshape(*dloss.shape, *[1] * (second.ndim - dloss.ndim)) * (1 + second.shape[-1])


REFERENCES: dict[str, Reference] = {
    "softmax_gradient": Reference(
        softmax_gradient,
        GRADIENT_CASES,
        softmax_gradient_adjoint,
        lambda dy, y, **a: np.abs(y).max(initial=1) * (np.abs(dy) + y.size),
        gradient_ulps=256,
    ),
    "log_softmax_gradient": Reference(
        log_softmax_gradient,
        GRADIENT_CASES,
        log_softmax_gradient_adjoint,
        lambda dy, y, **a: np.abs(dy) + y.size,
        gradient_ulps=256,
    ),
    "softmax_cross_entropy": Reference(
        dense, [Case(pair) for pair in PAIRS], dense_adjoint, size_of_loss, ulps=8, gradient_ulps=64
    ),
    "softmax_cross_entropy_gradient": Reference(
        dense_gradient,
        [Case((*pair, real(*pair[1].shape[:-1], key=3))) for pair in PAIRS],
        dense_gradient_adjoint,
        size_of_gradient,
        ulps=8,
        gradient_ulps=256,
    ),
    "sparse_softmax_cross_entropy": Reference(
        sparse, labelled(with_loss=False), sparse_adjoint, size_of_loss, ulps=8, gradient_ulps=64
    ),
    "sparse_softmax_cross_entropy_gradient": Reference(
        sparse_gradient,
        labelled(with_loss=True),
        sparse_gradient_adjoint,
        size_of_gradient,
        ulps=8,
        gradient_ulps=256,
    ),
    "negative_log_likelihood": Reference(likelihood, labelled(with_loss=False), likelihood_adjoint, ulps=0),
    "sigmoid_cross_entropy": Reference(
        binary, [Case(pair) for pair in PAIRS], binary_adjoint, lambda t, x: 1 + np.abs(x), ulps=8, gradient_ulps=64
    ),
    "sigmoid_cross_entropy_gradient": Reference(
        binary_gradient,
        [Case((*pair, real(*pair[1].shape, key=3))) for pair in PAIRS],
        binary_gradient_adjoint,
        lambda t, x, dy: np.abs(dy),
        ulps=8,
        gradient_ulps=64,
    ),
}
