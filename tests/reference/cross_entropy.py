"""The cross-entropies as ops of the core, and the gradients of them and of softmax."""

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


def share_of_class(labels: Array, p: Array, epsilon: float, ignore_class: int | None) -> tuple[Array, Array, Array]:
    """One-hot labels; the share that the class has of a row's sum; and whether the loss moves with it: unclipped."""
    hot = shaped(labels, p, ignore_class)
    share = (hot * p).sum(-1) / p.sum(-1)
    return hot, share, hot.any(-1) & (share >= epsilon) & (share <= 1 - epsilon)


def probable(labels: Array, p: Array, *, epsilon: float, ignore_class: int | None = None) -> Array:
    hot, share, _ = share_of_class(labels, p, epsilon, ignore_class)
    return np.where(hot.any(-1), -np.log(np.clip(share, epsilon, 1 - epsilon)), 0)


def probable_adjoint(dloss: Array, labels: Array, p: Array, **attributes: Any) -> Gradients:
    return None, probable_gradient(labels, p, dloss, **attributes)


def probable_gradient(
    labels: Array, p: Array, dloss: Array, *, epsilon: float, ignore_class: int | None = None
) -> Array:
    hot, _, moves = share_of_class(labels, p, epsilon, ignore_class)
    total, of_class, rest = ((p * w).sum(-1, keepdims=True) for w in (np.ones_like(p), hot, 1 - hot))
    return np.where(moves[..., None], dloss[..., None] * np.where(hot, -rest / (total * of_class), 1 / total), 0)


def probable_gradient_adjoint(
    g: Array, labels: Array, p: Array, dloss: Array, *, epsilon: float, ignore_class: int | None = None
) -> Gradients:
    hot, _, moves = share_of_class(labels, p, epsilon, ignore_class)
    of_class, total, all_g = ((p * hot).sum(-1), p.sum(-1), g.sum(-1))
    to_p = dloss[..., None] * (hot * g / of_class[..., None] ** 2 - (all_g / total**2)[..., None])
    per_unit = probable_gradient(labels, p, np.ones_like(dloss), epsilon=epsilon, ignore_class=ignore_class)
    return None, np.where(moves[..., None], to_p, 0), (g * per_unit).sum(-1)


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


def labelled(low: float, high: float, *, with_loss: bool, **fixed: Any) -> list[Case]:
    """Labels for predictions in a range, of every type, as rows and as a column, and ignored."""

    def case(labels: Array, shape: tuple[int, ...], attributes: dict[str, Any]) -> Case:
        predictions, dloss = real(*shape, low=low, high=high, key=2), real(*shape[:-1], key=3)
        return Case((labels, predictions, dloss) if with_loss else (labels, predictions), {**fixed, **attributes})

    cases = [case(whole(*shape[:-1], low=0, high=shape[-1]), shape, {}) for shape in SHAPES]
    cases += [case(whole(6, low=0, high=4, dtype=t), (6, 4), {}) for t in ("bool", "uint8", "int64", "float32")]
    cases += [case(whole(6, 1, low=0, high=4), (6, 4), {})]
    cases += [case(np.array([0, 9, 3, 9, 1], np.int32), (5, 4), {"ignore_class": 9})]
    cases += [case(np.array([0, -1, 3, 2, -1], np.int64), (5, 4), {"ignore_class": -1})]
    cases += [case(np.array([0, 2, 3, 2, 1], np.int32), (5, 4), {"ignore_class": 2})]
    cases += [case(np.array([[0], [7], [3], [2], [7]], np.float32), (5, 4), {"ignore_class": 7})]
    return cases


def probabilities(*, with_loss: bool) -> list[Case]:
    """Rows that do not sum to one; some whose class has too little or too much of them for the loss to move."""
    p = np.array([[1, 2, 5], [0.125, 4, 8], [0.125, 9, 0.25], [0.5, 0.25, 0.25], [1e3, 2e3, 1e3]])
    labels, dloss = np.array([2, 0, 1, 1, 0], np.int64), real(5, key=3)
    bounded = (labels, p, dloss) if with_loss else (labels, p)
    at_ends = np.array([[1.0, 0, 0], [0.25, 0, 0.75], [0, 0.5, 0.5], [0.25, 0.5, 0.25]])
    labels, dloss = np.array([0, 1, 0, 1], np.int32), real(4, key=3)
    certain = (labels, at_ends, dloss) if with_loss else (labels, at_ends)
    return [
        *labelled(0.125, 1, with_loss=with_loss, epsilon=1e-7),
        *(Case(bounded, {"epsilon": 0.125, **ignored}) for ignored in ({}, {"ignore_class": 1})),
        *(Case(certain, {"epsilon": epsilon}, smooth=False) for epsilon in (1e-7, 0.0)),
    ]


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
        sparse, labelled(-4, 4, with_loss=False), sparse_adjoint, size_of_loss, ulps=8, gradient_ulps=64
    ),
    "sparse_softmax_cross_entropy_gradient": Reference(
        sparse_gradient,
        labelled(-4, 4, with_loss=True),
        sparse_gradient_adjoint,
        size_of_gradient,
        ulps=8,
        gradient_ulps=256,
    ),
    "_core.sparse_categorical_crossentropy": Reference(
        probable,
        probabilities(with_loss=False),
        probable_adjoint,
        lambda labels, p, **a: 1 + np.abs(probable(labels, p, **a)),
        ulps=8,
        gradient_ulps=64,
    ),
    "sparse_categorical_crossentropy_gradient": Reference(
        probable_gradient, probabilities(with_loss=True), probable_gradient_adjoint, ulps=16, gradient_ulps=256
    ),
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
