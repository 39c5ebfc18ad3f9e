"""Reductions along axes, and running sums and products."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.activation import logsumexp
from reference.elementwise import SPECIAL
from reference.table import Array, Case, Reference, boolean, distinct, real, whole

# Shapes and axes that meet each way of walking memory: last, first, middle, several, all, none, of sizes 0 and 1.
WALKS: list[tuple[tuple[int, ...], Any]] = [
    ((7,), None),
    ((7,), 0),
    ((3, 4), None),
    ((3, 4), 0),
    ((3, 4), 1),
    ((3, 4), -1),
    ((3, 4), -2),
    ((2, 3, 5), 1),
    ((2, 3, 5), (0, 1)),
    ((2, 3, 5), (1, 2)),
    ((2, 3, 5), (0, 2)),
    ((2, 3, 5), (-1, 0)),
    ((2, 3, 5), (0, 1, 2)),
    ((2, 3, 4, 5), (1, 3)),
    ((2, 3, 4, 5), (0, 2)),
    ((1, 1), None),
    ((3, 1, 4), 1),
    ((1, 5), 0),
    ((5, 1), -1),
    ((37, 130), 0),
    ((37, 130), 1),
    ((3, 1100), -1),
    ((1100, 3), 0),
]
EMPTY: list[tuple[tuple[int, ...], Any]] = [((0,), None), ((0, 3), 0), ((3, 0), 1), ((2, 0, 3), (0, 1))]
NOTHING_REDUCED: list[tuple[tuple[int, ...], Any]] = [((0, 3), 1), ((3, 0), 0)]
Maker = Callable[..., Array]


def walks(
    make: Maker,
    single: bool = False,
    empty: bool = True,
    none_axes: bool = True,
    **options: Any,
) -> list[Case]:
    cases = []
    for shape, axis in WALKS + NOTHING_REDUCED + (EMPTY if empty else []):
        if single and isinstance(axis, tuple):
            continue
        attributes = {"axis": axis} if none_axes or axis is not None else {}
        cases.append(Case((make(*shape),), attributes, **options))
    kept = [((3, 4), 1), ((2, 3, 5), 1), ((7,), None)] + ([] if single else [((2, 3, 5), (0, 2))])
    cases += [Case((make(*shape),), {"axis": axis, "keepdims": True}, **options) for shape, axis in kept]
    return cases


def scalars(make: Maker, **options: Any) -> list[Case]:
    return [Case((make(),), {"axis": None}, **options)]


def spread(dy: Array, x: Array, axis: Any, keepdims: bool) -> Array:
    """A gradient of the reduced shape, repeated over the axes that were reduced."""
    if not keepdims and axis is not None:
        axes = sorted(a % x.ndim for a in (axis if isinstance(axis, tuple) else (axis,)))
        dy = np.expand_dims(dy, tuple(axes))
    return np.broadcast_to(dy, x.shape)


def count(x: Array, axis: Any) -> int:
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return int(np.prod([x.shape[a] for a in axes], dtype=np.int64))


def widened(x: Array) -> Array:
    return x.astype(np.int32) if x.dtype in (np.bool_, np.uint8) else x


def sum_(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    x = widened(x)
    return np.sum(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


def prod(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    x = widened(x)
    return np.prod(x, axis=axis, keepdims=keepdims, dtype=x.dtype)


def prod_adjoint(dy: Array, x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    gradient = np.empty_like(x)
    for at in np.ndindex(x.shape):  # the product of the others, without division
        others = x.copy()
        others[at] = 1
        gradient[at] = spread(prod(others, axis, keepdims), x, axis, keepdims)[at]
    return gradient * spread(dy, x, axis, keepdims)


def mean(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    return sum_(x.astype(np.float64), axis, keepdims) / np.float64(count(x, axis))


def var(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    x = x.astype(np.float64)
    return mean((x - mean(x, axis, True)) ** 2, axis, keepdims)


def var_adjoint(dy: Array, x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    return spread(dy, x, axis, keepdims) * 2 * (x - mean(x, axis, True)) / count(x, axis)


def std(x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    return np.sqrt(var(x, axis, keepdims))


def std_adjoint(dy: Array, x: Array, axis: Any = None, keepdims: bool = False) -> Array:
    return var_adjoint(dy / (2 * std(x, axis, keepdims)), x, axis, keepdims)


def ties(x: Array, y: Array) -> Array:
    """Which of some whole numbers equal y: of near ones the same, so that central differences hold."""
    return np.abs(x - y) < 0.25


def extremum_gradient(x: Array, y: Array, dy: Array, axis: Any = None) -> Array:
    found = ties(x, y)
    return found * (dy / found.sum(axis=axis, keepdims=True))


def extremum_gradient_adjoint(g: Array, x: Array, y: Array, dy: Array, axis: Any = None) -> tuple[None, None, Array]:
    found = ties(x, y)
    return None, None, (g * found).sum(axis=axis, keepdims=True) / found.sum(axis=axis, keepdims=True)


def extremum_gradient_cases() -> list[Case]:
    """Slices of every width, beside and beyond vectors; rounded, so that there are ties."""
    cases = []
    for shape, axis in [
        ((7,), 0), ((3, 70), 1), ((2, 30, 3), 1), ((2, 5, 6, 3), (1, 2)), ((3, 9, 17), 1), ((40, 5), 0), ((4, 1), 1),
        ((2, 3, 4), None), ((2, 3, 16), 1), ((2, 50, 1), 1), ((2, 7, 33), 1),
    ]:  # fmt: skip
        x = np.round(real(*shape))
        y = x.max(axis=axis, keepdims=True)
        cases.append(Case((x, y, real(*y.shape, key=1)), {"axis": axis}))
    return cases


def extremum(reduce: Callable[..., Array]) -> Reference:
    def forward(x: Array, axis: Any = None, keepdims: bool = False, initial: float | None = None) -> Array:
        options = {} if initial is None else {"initial": initial}
        return reduce(x, axis=axis, keepdims=keepdims, **options)

    def adjoint(dy: Array, x: Array, axis: Any = None, keepdims: bool = False, initial: float | None = None) -> Array:
        found = x == forward(x, axis, True, initial)
        return spread(dy, x, axis, keepdims) * found / np.maximum(found.sum(axis=axis, keepdims=True), 1)

    cases = walks(distinct, empty=False) + scalars(distinct)
    cases += [
        Case((np.array([[1.0, 3, 3], [2, 2, 2]]),), {"axis": 1}, smooth=False),  # equal ones share the gradient
        Case((np.array([[1.0, np.nan, 3], [-np.inf, 2, np.inf]]),), {"axis": 1}, smooth=False, gradient=False),
        Case((SPECIAL[:-1],), {"axis": 0}, smooth=False, gradient=False),
        Case((distinct(3, 4),), {"axis": 1, "initial": 0.0078125}),
        Case((distinct(0, 4),), {"axis": 0, "initial": 5.0}),
    ]
    cases += [Case((whole(3, 70, dtype=t),), {"axis": 1}, gradient=False) for t in ("int32", "int64")]
    cases += [Case((whole(3, 70, low=0, high=250, dtype="uint8"),), {"axis": a}, gradient=False) for a in (0, 1)]
    return Reference(forward, cases, adjoint)


def position(find: Callable[..., Array]) -> Reference:
    def forward(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
        return np.asarray(find(x, axis=axis, keepdims=keepdims))

    cases = walks(distinct, single=True, empty=False, dtype="int32")
    cases += [
        Case((np.array([[1.0, 3, 3], [2, 2, 2], [np.nan, 5, np.nan]]),), {"axis": 1}, dtype="int32"),
        Case((whole(3, 70, low=-2, high=3),), {"axis": 1}, dtype="int32"),
        Case((whole(70, 3, low=-2, high=3, dtype="int64"),), {"axis": 0}, dtype="int32"),
        Case((whole(70, low=0, high=3, dtype="uint8"),), {"axis": None}, dtype="int32"),
    ]
    return Reference(forward, cases)


def truth(reduce: Callable[..., Array]) -> Reference:
    cases = walks(boolean) + scalars(boolean)
    cases += [Case((whole(3, 4, low=0, high=2),), {"axis": 1}), Case((np.array([[0.0, 1], [0, np.nan]]),), {"axis": 1})]
    return Reference(lambda x, axis=None, keepdims=False: reduce(x != 0, axis=axis, keepdims=keepdims), cases)


def integer_walks(dtype: str | None = None) -> list[Case]:
    cases = [Case((whole(3, 70, dtype=t),), {"axis": 1}, gradient=False, dtype=dtype) for t in ("int32", "int64")]
    small = dtype or "int32"
    cases += [Case((whole(3, 70, low=0, high=250, dtype="uint8"),), {"axis": 1}, gradient=False, dtype=small)]
    return [*cases, Case((boolean(3, 70),), {"axis": 0}, gradient=False, dtype=small)]


def absolute(reduce: Callable[..., Array]) -> Callable[..., Array]:
    return lambda x, axis=None, **options: reduce(np.abs(x), axis, **options)


def average(x: Array, weights: Array, axis: Any = None) -> Array:
    return np.average(x, axis, np.broadcast_to(weights, x.shape) if weights.ndim > 1 else weights)


def average_adjoint(dy: Array, x: Array, weights: Array, axis: Any = None) -> tuple[Array, Array]:
    along = weights if weights.shape == x.shape else np.expand_dims(weights, [a for a in range(x.ndim) if a != axis])
    full = np.broadcast_to(along, x.shape)
    total = full.sum(axis=axis, keepdims=True)
    dy = spread(dy, x, axis, False)
    to_weights = dy * (x - (x * full).sum(axis=axis, keepdims=True) / total) / total
    if weights.shape != x.shape:
        to_weights = to_weights.sum(axis=tuple(a for a in range(x.ndim) if a != axis))
    return dy * full / total, to_weights


def accumulated(accumulate: Callable[..., Array]) -> Callable[..., Array]:
    return lambda x, axis=None: accumulate(x, axis=axis, dtype=x.dtype)


def cumsum_adjoint(dy: Array, x: Array, axis: int | None = None) -> Array:
    if axis is None:
        return np.cumsum(dy[::-1])[::-1].reshape(x.shape)
    return np.flip(np.cumsum(np.flip(dy, axis), axis), axis)


def cumprod_adjoint(dy: Array, x: Array, axis: int | None = None) -> Array:
    if axis is None:
        return cumprod_adjoint(dy, x.ravel(), 0).reshape(x.shape)
    x, dy = np.moveaxis(x, axis, -1), np.moveaxis(dy, axis, -1)
    gradient = np.zeros_like(x)
    for i in range(x.shape[-1]):  # d y[j] / d x[i] is the product of x[0..j] without x[i]
        others = x.copy()
        others[..., i] = 1
        gradient[..., i] = (dy * np.cumprod(others, -1))[..., i:].sum(-1)
    return np.moveaxis(gradient, -1, axis)


def linear_recurrence(a: Array, b: Array, axis: int) -> Array:
    a, b = np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0)
    h = np.zeros_like(b)
    for i in range(len(b)):
        h[i] = a[i] * h[i - 1] + b[i] if i else b[i]
    return np.moveaxis(h, 0, axis)


def linear_recurrence_adjoint(dy: Array, a: Array, b: Array, axis: int) -> tuple[Array, Array]:
    h = np.moveaxis(linear_recurrence(a, b, axis), axis, 0)
    dy, a = np.moveaxis(dy, axis, 0), np.moveaxis(a, axis, 0)
    to_b, to_a = np.zeros_like(dy), np.zeros_like(dy)
    for i in reversed(range(len(dy))):
        to_b[i] = dy[i] + (a[i + 1] * to_b[i + 1] if i + 1 < len(dy) else 0)
        to_a[i] = to_b[i] * h[i - 1] if i else 0
    return np.moveaxis(to_a, 0, axis), np.moveaxis(to_b, 0, axis)


SCANS = [
    *(
        Case((real(*shape, low=0.5, high=1.5),), {"axis": axis})
        for shape, axis in [((7,), 0), ((3, 4), 0), ((3, 4), 1), ((2, 3, 5), 1), ((2, 3, 5), -1), ((3, 4), None)]
    ),
    Case((real(0, 3),), {"axis": 0}),
    Case((real(3, 0),), {"axis": 0}),
    Case((real(1, 1),), {"axis": 1}),
    Case((np.array([0.0, 2, 0, 3]),), {"axis": 0}),
    Case((whole(3, 4),), {"axis": 1}, gradient=False),
    Case((whole(3, 4, dtype="int64"),), {"axis": 0}, gradient=False),
]
LOGSUMEXP_CASES = [
    *walks(real),
    Case(
        (np.array([[1000.0, 0, -1000], [-np.inf, -np.inf, -np.inf], [np.inf, 1, 2]]),),
        {"axis": 1},
        smooth=False,
        gradient=False,
    ),
    Case((np.array([[1000.0, 0, -1000], [88, 89, 90]]),), {"axis": 1}),
    Case((np.array([1.0, np.nan]),), {"axis": 0}, smooth=False, gradient=False),
]

REFERENCES: dict[str, Reference] = {
    "sum": Reference(
        sum_,
        walks(real) + scalars(real) + integer_walks(),
        lambda dy, x, axis=None, keepdims=False: spread(dy, x, axis, keepdims),
        absolute(sum_),
        ulps=16,
    ),
    "mean": Reference(
        mean,
        walks(real) + scalars(real) + integer_walks("float32"),
        lambda dy, x, axis=None, keepdims=False: spread(dy, x, axis, keepdims) / count(x, axis),
        absolute(mean),
        ulps=16,
    ),
    "sum_of_squares": Reference(
        lambda x, axis=None, keepdims=False: sum_(widened(x) ** 2, axis, keepdims),
        walks(real) + scalars(real) + integer_walks(),
        lambda dy, x, axis=None, keepdims=False: 2 * x * spread(dy, x, axis, keepdims),
        ulps=16,
    ),
    "prod": Reference(
        prod,
        [case for case in walks(real) + scalars(real) if case.arguments[0].size < 1000]
        + [
            Case((np.array([[0.0, 2, 3], [0, 0, 5]]),), {"axis": 1}),
            Case((real(3, 600, low=0.9, high=1.1),), {"axis": 1}, smooth=False, gradient=False),
            Case((whole(3, 4),), {"axis": 1}, gradient=False),
            Case((boolean(3, 4),), {"axis": 1}, gradient=False, dtype="int32"),
        ],
        prod_adjoint,
        ulps=600,
    ),
    "max": extremum(np.max),
    "min": extremum(np.min),
    "extremum_gradient": Reference(extremum_gradient, extremum_gradient_cases(), extremum_gradient_adjoint),
    "argmax": position(np.argmax),
    "argmin": position(np.argmin),
    "any": truth(np.any),
    "all": truth(np.all),
    "count_nonzero": Reference(
        lambda x, axis=None: np.asarray(np.count_nonzero(x, axis=axis)),
        [Case((whole(*shape, low=-1, high=2),), {"axis": axis}, dtype="int32") for shape, axis in WALKS + EMPTY],
    ),
    "logsumexp": Reference(
        logsumexp,
        LOGSUMEXP_CASES,
        lambda dy, x, axis=None, keepdims=False: spread(dy, x, axis, keepdims) * np.exp(x - logsumexp(x, axis, True)),
        lambda x, axis=None, keepdims=False: np.abs(logsumexp(x, axis, keepdims)) + 1,
        ulps=16,
    ),
    "var": Reference(var, walks(real) + integer_walks("float32"), var_adjoint, ulps=32),
    "std": Reference(
        std,
        [case for case in walks(real) if count(case.arguments[0], case.attributes["axis"]) > 1]
        + integer_walks("float32"),
        std_adjoint,
        ulps=32,
    ),
    "average": Reference(
        average,
        [Case((real(3, 4), real(3, 4, low=0.5, high=2, key=1)), {"axis": axis}) for axis in (None, 0, 1, -1)]
        + [Case((real(3, 4), real(3, low=0.5, high=2)), {"axis": 0})],
        average_adjoint,
        lambda x, weights, axis=None: average(np.abs(x), weights, axis),
        ulps=16,
        call=lambda op, x, weights, axis: op(x, axis, weights),
    ),
    "moments": Reference(
        lambda x, axes, keepdims=False: (mean(x, axes, keepdims), var(x, axes, keepdims)),
        [
            Case((real(3, 4),), {"axes": 0}),
            Case((real(2, 3, 5),), {"axes": (0, 1)}),
            Case((real(2, 3, 5),), {"axes": (0, 2), "keepdims": True}),
        ],
        lambda dy, x, axes, keepdims=False: (
            spread(dy[0], x, axes, keepdims) / count(x, axes) + var_adjoint(dy[1], x, axes, keepdims)
        ),
        lambda x, axes, keepdims=False: (mean(np.abs(x), axes, keepdims), var(x, axes, keepdims)),
        ulps=16,
    ),
    "cumsum": Reference(
        accumulated(np.cumsum), SCANS, cumsum_adjoint, lambda x, axis=None: np.cumsum(np.abs(x), axis), ulps=8
    ),
    "linear_recurrence": Reference(
        linear_recurrence,
        [
            Case((real(*shape, key=1), real(*shape, key=2)), {"axis": axis})
            for shape, axis in [((7,), 0), ((3, 5), 1), ((5, 3), 0), ((2, 3, 4), 1), ((3, 0), 1), ((3, 1), -1)]
        ],
        linear_recurrence_adjoint,
        lambda a, b, axis: linear_recurrence(np.abs(a), np.abs(b), axis),
        ulps=16,
        gradient_ulps=64,
    ),
    "cumprod": Reference(accumulated(np.cumprod), SCANS, cumprod_adjoint, ulps=16),
}
REFERENCES["amax"], REFERENCES["amin"] = REFERENCES["max"], REFERENCES["min"]
