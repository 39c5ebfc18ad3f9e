"""Normalisations by a tensor's own statistics or by given ones, and cross-entropies."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.activation import log_softmax, softmax
from reference.elementwise import sigmoid
from reference.linalg import norm, norm_adjoint
from reference.table import Array, Case, Reference, boolean, real, summed_to, whole

EPSILON = 1e-7


def normalize(x: Array, axis: Any = -1, order: Any = 2, epsilon: float = EPSILON) -> Array:
    return x / np.maximum(norm(x, order, axis, keepdims=True), epsilon)


def normalize_adjoint(dy: Array, x: Array, axis: Any = -1, order: Any = 2, epsilon: float = EPSILON) -> Array:
    size = norm(x, order, axis, keepdims=True)
    axes = axis if isinstance(axis, tuple) else (axis,)
    along = -(dy * x).sum(axis=axes, keepdims=True) / np.maximum(size, epsilon) ** 2
    to_norm = norm_adjoint(along * (size > epsilon), x, order, axis, keepdims=True)
    return dy / np.maximum(size, epsilon) + np.nan_to_num(to_norm)


def along(statistic: Array, x: Array, axis: int) -> Array:
    return np.expand_dims(statistic, [i for i in range(x.ndim) if i != axis % x.ndim])


def batch_normalization(
    x: Array,
    mean: Array,
    variance: Array,
    offset: Array | None = None,
    scale: Array | None = None,
    *,
    axis: int,
    epsilon: float = 1e-3,
) -> Array:
    y = (x - along(mean, x, axis)) / np.sqrt(along(variance, x, axis) + epsilon)
    if scale is not None:
        y = y * along(scale, x, axis)
    return y if offset is None else y + along(offset, x, axis)


def batch_normalization_adjoint(
    dy: Array,
    x: Array,
    mean: Array,
    variance: Array,
    offset: Array | None = None,
    scale: Array | None = None,
    *,
    axis: int,
    epsilon: float = 1e-3,
) -> tuple[Array, ...]:
    others = tuple(i for i in range(x.ndim) if i != axis % x.ndim)
    deviation = np.sqrt(along(variance, x, axis) + epsilon)
    centred = x - along(mean, x, axis)
    dx = dy * (1 if scale is None else along(scale, x, axis)) / deviation
    gradients = [dx, -dx.sum(axis=others), (-0.5 * dx * centred / deviation**2).sum(axis=others)]
    if offset is not None:
        gradients.append(dy.sum(axis=others))
    if scale is not None:
        gradients.append((dy * centred / deviation).sum(axis=others))
    return tuple(gradients)


def layer_normalization(
    x: Array, gamma: Array | None = None, beta: Array | None = None, axis: Any = -1, epsilon: float = EPSILON
) -> Array:
    axes = axis if isinstance(axis, tuple) else (axis,)
    centred = x - x.mean(axis=axes, keepdims=True)
    y = centred / np.sqrt((centred**2).mean(axis=axes, keepdims=True) + epsilon)
    if gamma is not None:
        y = y * placed(gamma, x, axes)
    return y if beta is None else y + placed(beta, x, axes)


def placed(parameter: Array, x: Array, axes: tuple[int, ...]) -> Array:
    kept = {a % x.ndim for a in axes}
    return np.expand_dims(parameter, [i for i in range(x.ndim) if i not in kept])


def layer_normalization_adjoint(
    dy: Array, x: Array, gamma: Array | None = None, beta: Array | None = None, axis: Any = -1, epsilon: float = EPSILON
) -> tuple[Array, ...]:
    axes = axis if isinstance(axis, tuple) else (axis,)
    others = tuple(i for i in range(x.ndim) if i not in {a % x.ndim for a in axes})
    centred = x - x.mean(axis=axes, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=axes, keepdims=True) + epsilon)
    y = centred / deviation
    g = dy if gamma is None else dy * placed(gamma, x, axes)
    dx = (g - g.mean(axis=axes, keepdims=True) - y * (g * y).mean(axis=axes, keepdims=True)) / deviation
    gradients = [dx]
    if gamma is not None:
        gradients.append((dy * y).sum(axis=others))
    if beta is not None:
        gradients.append(dy.sum(axis=others))
    return tuple(gradients)


def rms_normalization(x: Array, scale: Array | None = None, axis: Any = -1, epsilon: float = EPSILON) -> Array:
    y = x / np.sqrt((x**2).mean(axis=axis, keepdims=True) + epsilon)
    return y if scale is None else y * scale


def rms_normalization_adjoint(
    dy: Array, x: Array, scale: Array | None = None, axis: Any = -1, epsilon: float = EPSILON
) -> tuple[Array, ...]:
    size = np.sqrt((x**2).mean(axis=axis, keepdims=True) + epsilon)
    g = dy if scale is None else dy * scale
    dx = g / size - x * (g * x).mean(axis=axis, keepdims=True) / size**3
    return (dx,) if scale is None else (dx, summed_to(dy * x / size, scale.shape))


def probabilities(output: Array, axis: int) -> Array:
    return np.clip(output / output.sum(axis=axis, keepdims=True), EPSILON, 1 - EPSILON)


def categorical(target: Array, output: Array, from_logits: bool = False, axis: int = -1) -> Array:
    log = log_softmax(output, axis) if from_logits else np.log(probabilities(output, axis))
    return -(target * log).sum(axis=axis)


def categorical_adjoint(
    dy: Array, target: Array, output: Array, from_logits: bool = False, axis: int = -1
) -> tuple[Array, Array]:
    dy = np.expand_dims(dy, axis)
    if from_logits:
        to_target = -dy * log_softmax(output, axis)
        return to_target, dy * (softmax(output, axis) * target.sum(axis=axis, keepdims=True) - target)
    total = output.sum(axis=axis, keepdims=True)
    ratio = output / total
    p = probabilities(output, axis)
    dp = -dy * target / p * ((ratio > EPSILON) & (ratio < 1 - EPSILON))
    return -dy * np.log(p), (dp - (dp * ratio).sum(axis=axis, keepdims=True)) / total


def dense_labels(target: Array, output: Array, axis: int) -> Array:
    target = np.squeeze(target, axis) if target.ndim == output.ndim else target
    classes = np.arange(output.shape[axis])
    return np.moveaxis((target.astype(np.int64)[..., None] == classes).astype(np.float64), -1, axis)


def sparse(target: Array, output: Array, from_logits: bool = False, axis: int = -1) -> Array:
    return categorical(dense_labels(target, output, axis), output, from_logits, axis)


def sparse_adjoint(
    dy: Array, target: Array, output: Array, from_logits: bool = False, axis: int = -1
) -> tuple[None, Array]:
    return None, categorical_adjoint(dy, dense_labels(target, output, axis), output, from_logits, axis)[1]


def binary(target: Array, output: Array, from_logits: bool = False) -> Array:
    if from_logits:
        return np.maximum(output, 0) - output * target + np.log1p(np.exp(-np.abs(output)))
    p = np.clip(output, EPSILON, 1 - EPSILON)
    return -target * np.log(p) - (1 - target) * np.log(1 - p)


def binary_adjoint(dy: Array, target: Array, output: Array, from_logits: bool = False) -> tuple[Array, Array]:
    if from_logits:
        return -dy * output, dy * (sigmoid(output) - target)
    p = np.clip(output, EPSILON, 1 - EPSILON)
    inside = (output >= EPSILON) & (output <= 1 - EPSILON)
    return dy * (np.log(1 - p) - np.log(p)), dy * inside * (p - target) / (p * (1 - p))


def chances(*shape: int, key: Any = 0) -> Array:
    return real(*shape, low=0.05, high=0.95, key=key)


CLASS_SHAPES: list[tuple[tuple[int, ...], int]] = [
    ((3, 4), -1),
    ((1, 2), -1),
    ((2, 3, 5), -1),
    ((2, 4, 3), 1),
    ((0, 4), -1),
    ((3, 10), 1),
    ((5, 130), -1),
]
LOGITS = np.array([[1000.0, 0, -1000], [88, 89, 90], [-5, 0, 5]])
CATEGORICAL_CASES = [
    Case((chances(*shape, key=1), make(*shape, key=2)), {"from_logits": logits, "axis": axis})
    for shape, axis in CLASS_SHAPES
    for logits, make in [(True, real), (False, chances)]
] + [
    Case((np.eye(3), LOGITS), {"from_logits": True}, smooth=False),
    Case((np.eye(3), np.array([[1.0, 0, 0], [0, 0.5, 0.5], [0, 1, 0]])), smooth=False, gradient=False),
]
SPARSE_CASES = (
    [
        Case(
            (whole(*np.delete(shape, axis), low=0, high=shape[axis]), make(*shape, key=2)),
            {"from_logits": logits, "axis": axis},
        )
        for shape, axis in CLASS_SHAPES
        for logits, make in [(True, real), (False, chances)]
    ]
    + [Case((whole(3, low=0, high=4, dtype=t), real(3, 4)), {"from_logits": True}) for t in ("int64", "uint8")]
    + [
        Case((whole(3, 1, low=0, high=4), real(3, 4)), {"from_logits": True}),
        Case((whole(2, 3, 1, low=0, high=4), real(2, 3, 4)), {"from_logits": True}),
        Case((np.array([0, 2, 1]), LOGITS), {"from_logits": True}, smooth=False),
        Case((np.array([0, 2, 0]), np.array([[1.0, 0, 0], [0, 0.5, 0.5], [0, 1, 0]])), smooth=False, gradient=False),
    ]
)
BINARY_CASES = [
    Case((chances(*shape, key=1), make(*shape, key=2)), {"from_logits": logits})
    for shape in [(), (7,), (3, 4), (0, 1), (67, 17)]
    for logits, make in [(True, real), (False, chances)]
] + [
    Case((np.array([0.0, 1, 0.5, 1]), np.array([1000.0, 1000, -1000, -1000])), {"from_logits": True}, smooth=False),
    Case((np.array([0.0, 1, 0, 1]), np.array([0.0, 1, 1, 0])), smooth=False, gradient=False),
    Case((boolean(3, 4), real(3, 4)), {"from_logits": True}),
]
BATCH_NORMALIZATIONS = [
    Case(
        (real(*shape), *(real(n, key=1), real(n, low=0.5, high=2)), *(real(n, key=i) for i in range(extra))),
        {"axis": a},
    )
    for shape, a, n in [((5, 3), -1, 3), ((2, 4, 3), 1, 4), ((2, 3, 4, 3), -1, 3)]
    for extra in (0, 1, 2)
]
LAYER_NORMALIZATIONS = [
    Case((real(5, 3),)),
    Case((real(5, 3), real(3, key=1))),
    Case((real(5, 3), real(3, key=1), real(3, key=2))),
    Case((real(2, 3, 4), real(3, 4, key=1), real(3, 4, key=2)), {"axis": (1, 2)}),
    Case((real(2, 3, 4), real(3, key=1), real(3, key=2)), {"axis": 1}),
    Case((real(2, 3, 4), real(2, 4, key=1), real(2, 4, key=2)), {"axis": (0, 2)}),
    Case((real(5, 3),), {"epsilon": 0.1}),
]

REFERENCES: dict[str, Reference] = {
    "normalize": Reference(
        normalize,
        [
            Case((real(3, 4),)),
            Case((real(3, 4),), {"axis": 0}),
            Case((real(3, 4),), {"order": 1}),
            Case((real(3, 4),), {"order": 3}),
            Case((real(2, 3, 4),), {"axis": 1, "epsilon": 2.0}),
            Case((np.array([[3.0, 4], [0, 0]]),), smooth=False),
        ],
        normalize_adjoint,
        ulps=16,
        gradient_ulps=128,
    ),
    "batch_normalization": Reference(
        batch_normalization,
        BATCH_NORMALIZATIONS,
        batch_normalization_adjoint,
        lambda x, mean, variance, *rest, axis: 8 * np.ones_like(x),
        gradient_ulps=64,
        call=lambda op, x, mean, variance, *rest, axis: op(x, mean, variance, axis, *rest),
    ),
    "layer_normalization": Reference(
        layer_normalization,
        LAYER_NORMALIZATIONS,
        layer_normalization_adjoint,
        lambda x, *rest, **attributes: 8 * np.ones_like(x),
        gradient_ulps=256,
    ),
    "rms_normalization": Reference(
        rms_normalization,
        [Case((real(5, 3),)), Case((real(5, 3), real(3, key=1))), Case((real(2, 3, 4),), {"axis": 1, "epsilon": 0.1})],
        rms_normalization_adjoint,
        ulps=8,
        gradient_ulps=128,
    ),
    "categorical_crossentropy": Reference(
        categorical,
        CATEGORICAL_CASES,
        categorical_adjoint,
        lambda target, output, **a: np.abs(categorical(target, output, **a)) + 1,
        ulps=64,
        gradient_ulps=64,
    ),
    "sparse_categorical_crossentropy": Reference(
        sparse,
        SPARSE_CASES,
        sparse_adjoint,
        lambda target, output, **a: np.abs(sparse(target, output, **a)) + 1,
        ulps=64,
        gradient_ulps=64,
    ),
    "binary_crossentropy": Reference(
        binary,
        BINARY_CASES,
        binary_adjoint,
        lambda target, output, **a: np.abs(binary(target, output, **a)) + 1,
        ulps=32,
        gradient_ulps=64,
    ),
}
