"""Functions of two or three arrays, element by element, with broadcasting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.table import Array, Case, Reference, boolean, distinct, real, summed_to, whole

PAIRS = [
    ((), ()),
    ((3,), ()),
    ((), (2, 3)),
    ((3, 4), (3, 4)),
    ((3, 4), (4,)),
    ((3, 1), (1, 4)),
    ((2, 3, 4), (3, 1)),
    ((2, 1, 4), (3, 1)),
    ((0,), (1,)),
    ((2, 0), (1, 1)),
    ((1, 1, 1), (1,)),
    ((67, 17), (17,)),
    ((67, 17), (67, 1)),
    ((5, 1, 3, 1), (4, 1, 6)),
]
EDGES = np.float32([0.0, -0.0, 1.0, -1.0, 2.5, -2.5, 1e30, -1e30, 1e-30, np.inf, -np.inf, np.nan]).astype(np.float64)
Derivative = Callable[[Array, Array], Array]


def binary(
    function: Callable[[Array, Array], Array],
    derivatives: tuple[Derivative, Derivative] | None,
    first: tuple[float, float] = (-2, 2),
    second: tuple[float, float] = (-2, 2),
    *,
    integers: tuple[str, ...] = ("int32", "int64"),
    integer_range: tuple[int, int] = (-5, 6),
    edges: bool = True,
    dtype: str | None = None,
    ulps: float = 4,
) -> Reference:
    cases = [
        Case((real(*a, low=first[0], high=first[1], key=1), real(*b, low=second[0], high=second[1], key=2)))
        for a, b in PAIRS
    ]
    if edges:
        cases.append(Case((EDGES[:, None], EDGES[None, :]), smooth=False, gradient=False))
    low, high = integer_range
    for t in integers:
        low_here = max(low, 0) if t == "uint8" else low
        x1, x2 = (whole(3, 4, low=low_here, high=high, dtype=t, key=k) for k in (1, 2))
        cases += [Case((x1, x2), gradient=False, dtype=dtype), Case((x1, x2[0]), gradient=False, dtype=dtype)]
    adjoint = None
    if derivatives is not None:
        d1, d2 = derivatives

        def adjoint(dy: Array, x1: Array, x2: Array) -> tuple[Array, Array]:
            return summed_to(dy * d1(x1, x2), x1.shape), summed_to(dy * d2(x1, x2), x2.shape)

    return Reference(function, cases, adjoint, ulps=ulps)


def comparison(function: Callable[[Array, Array], Array]) -> Reference:
    cases = [Case((distinct(*a, key=1), distinct(*b, key=2))) for a, b in PAIRS]
    cases += [Case((EDGES[:, None], EDGES[None, :]))]
    cases += [Case((whole(3, 4, dtype=t, key=1), whole(4, dtype=t, key=2))) for t in ("int32", "int64")]
    cases += [Case((whole(5, low=0, dtype="uint8", key=1), whole(5, low=0, dtype="uint8", key=2)))]
    cases += [Case((boolean(6, key=1), boolean(6, key=2)))]
    return Reference(function, cases)


def logical(function: Callable[[Array, Array], Array]) -> Reference:
    cases = [Case((boolean(*a, key=1), boolean(*b, key=2))) for a, b in PAIRS]
    cases += [Case((whole(3, 4, low=-1, high=2, key=1), whole(4, low=-1, high=2, key=2)))]
    cases += [Case((np.array([0.0, 1, -0.0, np.nan, np.inf]), np.array([[0.0], [2.0]])))]
    return Reference(function, cases)


def bitwise(function: Callable[[Array, Array], Array]) -> Reference:
    cases = [Case((whole(*a, key=1), whole(*b, key=2))) for a, b in PAIRS]
    cases += [Case((whole(5, dtype="int64", key=1), whole(5, dtype="int64", key=2)))]
    cases += [Case((boolean(6, key=1), boolean(6, key=2)))]
    return Reference(function, cases)


def shift(function: Callable[[Array, Array], Array]) -> Reference:
    return Reference(
        function,
        [
            Case((whole(*a, dtype=t, key=1), whole(*b, low=0, high=8, dtype=t, key=2)))
            for a, b in PAIRS[:8]
            for t in ("int32", "int64")
        ],
    )


def one(x1: Array, x2: Array) -> Array:
    return np.ones(np.broadcast_shapes(x1.shape, x2.shape))


def floor_divide(x1: Array, x2: Array) -> Array:
    if x1.dtype.kind == "f":
        return np.floor(x1 / x2)
    return np.where(x2 == 0, 0, np.floor_divide(x1, np.where(x2 == 0, 1, x2)))


def mod(x1: Array, x2: Array) -> Array:
    return np.mod(x1, x2)


def divide(x1: Array, x2: Array) -> Array:
    return x1.astype(np.float64) / x2.astype(np.float64)


def divide_no_nan(x1: Array, x2: Array) -> Array:
    return np.where(x2 == 0, 0.0, divide(x1, np.where(x2 == 0, 1, x2)))


def arctan2(x1: Array, x2: Array) -> Array:
    return np.arctan2(x1.astype(np.float64), x2.astype(np.float64))


def clip(x: Array, x_min: Array, x_max: Array) -> Array:
    return np.minimum(np.maximum(x, x_min), x_max)


def clip_adjoint(dy: Array, x: Array, x_min: Array, x_max: Array) -> tuple[Array, Array | None, Array | None]:
    inside = (x >= x_min) & (x <= x_max)
    low, high = (x < x_min) & (x_min <= x_max), np.maximum(x, x_min) > x_max
    return dy * inside, summed_to(dy * low, x_min.shape), summed_to(dy * high, x_max.shape)


CLIP_CASES = [
    *(Case((real(*shape), np.asarray(-0.75), np.asarray(0.5))) for shape in [(), (7,), (3, 4), (0,), (67, 17)]),
    Case((real(3, 4, key=1), real(4, low=-1, high=0, key=2), real(3, 1, low=0.25, high=1, key=3))),
    Case((EDGES, np.asarray(-1.5), np.asarray(1.5)), smooth=False, gradient=False),
    Case((whole(3, 4), np.asarray(-2, np.int32), np.asarray(3, np.int32)), gradient=False),
]


def where_adjoint(dy: Array, condition: Array, x1: Array, x2: Array) -> tuple[None, Array, Array]:
    dy = np.broadcast_to(dy, np.broadcast_shapes(condition.shape, x1.shape, x2.shape))
    return None, summed_to(dy * condition, x1.shape), summed_to(dy * ~condition, x2.shape)


WHERE_CASES = [
    *(
        Case((boolean(*c), real(*a, key=1), real(*b, key=2)))
        for c, a, b in [
            ((), (), ()),
            ((3, 4), (3, 4), (3, 4)),
            ((3, 1), (4,), ()),
            ((4,), (3, 1), (2, 1, 1)),
            ((2, 3, 4), (), (4,)),
            ((0,), (1,), ()),
            ((67, 17), (17,), (67, 1)),
        ]
    ),
    Case((boolean(6), np.full(6, np.nan), real(6)), smooth=False, gradient=False),
    Case((boolean(3, 4), whole(3, 4, key=1), whole(4, key=2)), dtype="int32", gradient=False),
]


def isclose_cases() -> list[Case]:
    x = real(3, 4)
    return [
        Case((x, x * (1 + 1e-3 * real(3, 4, key=2))), attributes) for attributes in ({}, {"rtol": 1e-3}, {"atol": 1.0})
    ] + [Case((EDGES[:, None], EDGES[None, :]), {"equal_nan": equal_nan}) for equal_nan in (False, True)]


def isclose(x1: Array, x2: Array, **attributes: Any) -> Array:
    return np.isclose(x1, x2, **attributes)


REFERENCES: dict[str, Reference] = {
    "add": binary(np.add, (one, one), integers=("int32", "int64", "uint8")),
    "subtract": binary(np.subtract, (one, lambda a, b: -one(a, b))),
    "multiply": binary(
        np.multiply, (lambda a, b: b * one(a, b), lambda a, b: a * one(a, b)), integers=("int32", "int64", "uint8")
    ),
    "divide": binary(
        divide, (lambda a, b: 1 / b, lambda a, b: -a / b**2), second=(0.5, 2), integer_range=(1, 6), dtype="float32"
    ),
    "divide_no_nan": binary(
        divide_no_nan, (lambda a, b: 1 / b, lambda a, b: -a / b**2), second=(0.5, 2), dtype="float32", edges=False
    ),
    "floor_divide": binary(
        floor_divide,
        (lambda a, b: 0 * one(a, b), lambda a, b: 0 * one(a, b)),
        second=(0.5, 2),
        edges=False,
    ),
    "mod": binary(mod, (one, lambda a, b: -np.floor(a / b)), second=(0.5, 2), edges=False, integer_range=(1, 9)),
    "power": binary(
        lambda a, b: np.power(a, b),
        (lambda a, b: b * a ** (b - 1), lambda a, b: np.log(a) * a**b),
        first=(0.25, 3),
        integer_range=(0, 4),
    ),
    "maximum": binary(np.maximum, (lambda a, b: (a > b) * 1.0, lambda a, b: (a < b) * 1.0)),
    "minimum": binary(np.minimum, (lambda a, b: (a < b) * 1.0, lambda a, b: (a > b) * 1.0)),
    "arctan2": binary(
        arctan2,
        (lambda a, b: b / (a**2 + b**2), lambda a, b: -a / (a**2 + b**2)),
        first=(0.25, 2),
        dtype="float32",
    ),
    "logaddexp": Reference(
        lambda a, b: np.logaddexp(a, b),
        [Case((real(*a, key=1), real(*b, key=2))) for a, b in PAIRS]
        + [Case((np.array([1000.0, -1000, 0]), np.array([[1000.0], [-1000], [0]])), smooth=False)],
        lambda dy, a, b: (
            summed_to(dy / (1 + np.exp(b - a)), a.shape),
            summed_to(dy / (1 + np.exp(a - b)), b.shape),
        ),
        lambda a, b: np.abs(a) + np.abs(b) + 1,
    ),
    "hypot": binary(
        lambda a, b: np.hypot(a.astype(np.float64), b.astype(np.float64)),
        (lambda a, b: a / np.hypot(a, b), lambda a, b: b / np.hypot(a, b)),
        first=(0.25, 2),
        dtype="float32",
    ),
    "squared_difference": binary(
        lambda a, b: (a - b) ** 2, (lambda a, b: 2 * (a - b), lambda a, b: 2 * (b - a)), edges=False
    ),
    "multiply_add": Reference(
        lambda a, b, c: a * b + c,
        [
            Case((real(*a, key=1), real(*b, key=2), real(*c, key=3)))
            for a, b, c in [
                ((), (), ()),
                ((3, 4), (3, 4), (3, 4)),
                ((3, 4), (4,), (3, 1)),
                ((3, 1), (1, 4), ()),
                ((0,),) * 3,
            ]
        ],
        lambda dy, a, b, c: (summed_to(dy * b, a.shape), summed_to(dy * a, b.shape), summed_to(dy, c.shape)),
        lambda a, b, c: np.abs(a * b) + np.abs(c),
    ),
    "left_shift": shift(np.left_shift),
    "right_shift": shift(np.right_shift),
    "equal": comparison(np.equal),
    "not_equal": comparison(np.not_equal),
    "greater": comparison(np.greater),
    "greater_equal": comparison(np.greater_equal),
    "less": comparison(np.less),
    "less_equal": comparison(np.less_equal),
    "logical_and": logical(np.logical_and),
    "logical_or": logical(np.logical_or),
    "logical_xor": logical(np.logical_xor),
    "bitwise_and": bitwise(np.bitwise_and),
    "bitwise_or": bitwise(np.bitwise_or),
    "bitwise_xor": bitwise(np.bitwise_xor),
    "isclose": Reference(isclose, isclose_cases()),
    "allclose": Reference(lambda a, b, **k: np.asarray(np.allclose(a, b, **k)), isclose_cases()),
    "clip": Reference(clip, CLIP_CASES, clip_adjoint),
    "where": Reference(np.where, WHERE_CASES, where_adjoint),
}
REFERENCES["true_divide"] = REFERENCES["divide"]
REFERENCES["bitwise_left_shift"] = REFERENCES["left_shift"]
REFERENCES["bitwise_right_shift"] = REFERENCES["right_shift"]
