"""Normalisation by a tensor's own statistics, of rows or of channels, as the layers use it, and by given ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.table import Array, Case, Reference, real

EPSILON = 1e-3


class Statistics:
    """Means over `axes`, kept; parameters are of the last axis."""

    def __init__(self, x: Array, axes: tuple[int, ...], mean: Array, variance: Array, epsilon: float) -> None:
        self.axes = axes
        self.rows = tuple(range(x.ndim - 1))
        self.mean, self.variance = self.kept(mean), self.kept(variance)
        self.deviation = 1 / np.sqrt(self.variance + epsilon)
        self.centred = x - self.mean
        self.z = self.centred * self.deviation

    def kept(self, statistic: Array) -> Array:
        return np.expand_dims(statistic, self.axes)

    def mean_of(self, values: Array) -> Array:
        return values.mean(axis=self.axes, keepdims=True) if values.size else self.kept(np.zeros(0))

    def sum(self, values: Array) -> Array:
        return values.sum(axis=self.axes)


def of_rows(x: Array) -> tuple[int, ...]:
    return (x.ndim - 1,)


def of_channels(x: Array) -> tuple[int, ...]:
    return tuple(range(x.ndim - 1))


def normalization(axes_of: Any) -> tuple[Any, Any, Any, Any]:
    """The op, its adjoint, its gradient op, and the adjoint of that."""

    def forward(x: Array, gamma: Array, beta: Array, epsilon: float = EPSILON) -> tuple[Array, Array, Array]:
        axes = axes_of(x)
        mean, variance = (x.mean(axis=axes), x.var(axis=axes)) if x.size else (x.sum(axis=axes),) * 2
        s = Statistics(x, axes, mean, variance, epsilon)
        return s.z * gamma + beta, mean, variance

    def adjoint(dy: Any, x: Array, gamma: Array, beta: Array, epsilon: float = EPSILON) -> tuple[Array, ...]:
        _, mean, variance = forward(x, gamma, beta, epsilon)
        dx, dgamma, dbeta = gradient(dy[0], x, mean, variance, gamma, epsilon)
        s = Statistics(x, axes_of(x), mean, variance, epsilon)
        share = 1 / max(1, x.size // max(1, mean.size))
        dx = dx + s.kept(dy[1]) * share + 2 * s.centred * s.kept(dy[2]) * share
        return dx, dgamma, dbeta

    def gradient(
        dy: Array, x: Array, mean: Array, variance: Array, gamma: Array, epsilon: float = EPSILON
    ) -> tuple[Array, ...]:
        s = Statistics(x, axes_of(x), mean, variance, epsilon)
        u = dy * gamma
        dx = s.deviation * (u - s.mean_of(u) - s.z * s.mean_of(u * s.z))
        return dx, (dy * s.z).sum(axis=s.rows), dy.sum(axis=s.rows)

    def gradient_adjoint(
        seeds: Any, dy: Array, x: Array, mean: Array, variance: Array, gamma: Array, epsilon: float = EPSILON
    ) -> tuple[Array, ...]:
        a, b, d = seeds
        s = Statistics(x, axes_of(x), mean, variance, epsilon)
        u, p = dy * gamma, a * s.deviation
        mean_pz, mean_uz = s.mean_of(p * s.z), s.mean_of(u * s.z)
        to_u = p - s.mean_of(p) - s.z * mean_pz
        to_z = dy * b - p * mean_uz - u * mean_pz
        to_deviation = s.sum(a * (u - s.mean_of(u) - s.z * mean_uz)) + s.sum(to_z * s.centred)
        to_x = to_z * s.deviation
        to_variance = -0.5 * to_deviation * (variance + epsilon) ** -1.5
        return to_u * gamma + s.z * b + d, to_x, -s.sum(to_x), to_variance, (to_u * dy).sum(axis=s.rows)

    return forward, adjoint, gradient, gradient_adjoint


ROWS, ROWS_ADJOINT, ROWS_GRADIENT, ROWS_GRADIENT_ADJOINT = normalization(of_rows)
BATCH, BATCH_ADJOINT, BATCH_GRADIENT, BATCH_GRADIENT_ADJOINT = normalization(of_channels)


def channels(x: Array, mean: Array, scale: Array, offset: Array) -> Array:
    return (x - mean) * scale + offset


def channels_adjoint(dy: Array, x: Array, mean: Array, scale: Array, offset: Array) -> tuple[Array, ...]:
    rows = of_channels(x)
    sum_dy = dy.sum(axis=rows)
    return dy * scale, -sum_dy * scale, (dy * (x - mean)).sum(axis=rows), sum_dy


# Few channels and many, and rows that do not fill a band or a fold.
SHAPES = [(4, 3), (1, 1), (7, 1), (33, 5), (300, 3), (2, 3, 17), (5, 4, 4, 65), (3, 600), (140, 16)]


def forward_cases() -> list[Case]:
    cases = [Case((real(*shape, key=1), real(shape[-1], key=2), real(shape[-1], key=3))) for shape in SHAPES]
    x = real(9, 4)
    cases.append(Case((x + 1024, real(4, key=2), real(4, key=3)), {"epsilon": 0.125}, gradient=False))
    return cases + [Case((real(*s), real(s[-1]), real(s[-1])), gradient=False) for s in ((0, 3), (2, 0))]


def gradient_cases(axes_of: Any) -> list[Case]:
    cases = []
    for shape in SHAPES:
        x = real(*shape, key=1)
        axes = axes_of(x)
        mean, variance = x.mean(axis=axes), x.var(axis=axes) + 0.25
        mean, variance = (np.asarray(a, np.float32).astype(np.float64) for a in (mean, variance))
        cases.append(Case((real(*shape, key=2), x, mean, variance, real(shape[-1], key=3)), {"epsilon": 0.125}))
    return cases


def largest(function: Any) -> Any:
    """Rounding is measured by the largest number among arguments and results, which a result may be summed from."""

    def magnitude(*arrays: Array, **attributes: Any) -> tuple[Array, ...]:
        results = function(*arrays, **attributes)
        results = results if isinstance(results, tuple) else (results,)
        size = max(float(np.abs(a).max(initial=0)) for a in (*arrays, *results))
        return tuple(np.full_like(r, size) for r in results)

    return magnitude


REFERENCES: dict[str, Reference] = {
    "normalize_rows": Reference(
        ROWS, forward_cases(), adjoint=ROWS_ADJOINT, magnitude=largest(ROWS), ulps=16, gradient_ulps=64
    ),
    "normalize_rows_gradient": Reference(
        ROWS_GRADIENT,
        gradient_cases(of_rows),
        adjoint=ROWS_GRADIENT_ADJOINT,
        magnitude=largest(ROWS_GRADIENT),
        ulps=16,
        gradient_ulps=64,
    ),
    "normalize_batch": Reference(
        BATCH, forward_cases(), adjoint=BATCH_ADJOINT, magnitude=largest(BATCH), ulps=16, gradient_ulps=64
    ),
    "normalize_batch_gradient": Reference(
        BATCH_GRADIENT,
        gradient_cases(of_channels),
        adjoint=BATCH_GRADIENT_ADJOINT,
        magnitude=largest(BATCH_GRADIENT),
        ulps=16,
        gradient_ulps=64,
    ),
    "normalize_channels": Reference(
        channels,
        [
            Case((real(*shape, key=1), *(real(shape[-1], key=i) for i in (2, 3, 4))))
            for shape in [*SHAPES, (0, 3), (5,)]
        ],
        adjoint=channels_adjoint,
        magnitude=largest(channels),
        ulps=4,
        gradient_ulps=64,
    ),
}
