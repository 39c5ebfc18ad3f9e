"""Functions of one array, element by element: the function, its derivative, its domain, and special values."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from reference.table import Array, Case, Reference, boolean, real, whole

SHAPES = [(), (1,), (7,), (3, 4), (2, 1, 5), (0,), (3, 0, 2), (1, 1, 1), (67, 17)]
SPECIAL = np.float32([0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1e-30, -1e-30, 1e30, -1e30, np.inf, -np.inf, np.nan]).astype(
    np.float64
)


def unary(
    function: Callable[[Array], Array],
    derivative: Callable[[Array], Array] | None,
    low: float = -2.5,
    high: float = 2.5,
    *,
    integers: bool = True,
    special: bool = True,
    extreme: tuple[float, ...] = (),
    dtype: str | None = None,
    ulps: float = 4,
    gradient_ulps: float = 32,
) -> Reference:
    cases = [Case((real(*shape, low=low, high=high),)) for shape in SHAPES]
    if special:
        cases.append(Case((SPECIAL,), smooth=False, gradient=False))
    if extreme:
        cases.append(Case((np.float32(extreme).astype(np.float64),), smooth=False, gradient=derivative is not None))
    if integers:
        small, large = math.ceil(max(low, -5)), math.floor(min(high, 6))
        cases += [
            Case((whole(3, 4, low=small, high=large + 1, dtype=t),), gradient=False, dtype=dtype)
            for t in ("int32", "int64")
        ]
        cases.append(
            Case((whole(3, 4, low=max(small, 0), high=large + 1, dtype="uint8"),), gradient=False, dtype=dtype)
        )
        cases.append(Case((boolean(5) | (low > 0),), gradient=False, dtype=dtype))
    adjoint = None if derivative is None else lambda dy, x: (dy * derivative(x),)

    def forward(x: Array) -> Array:
        return function(x.astype(np.float64))

    return Reference(forward, cases, adjoint, ulps=ulps, gradient_ulps=gradient_ulps)


def kept_type(function: Callable[[Array], Array], derivative: Callable[[Array], Array] | None) -> Reference:
    """An op whose results have the type of the argument."""
    cases = [Case((real(*shape),)) for shape in SHAPES]
    cases.append(Case((SPECIAL,), smooth=False, gradient=False))
    cases += [Case((whole(3, 4, dtype=t),), gradient=False) for t in ("int32", "int64")]
    cases.append(Case((whole(3, 4, low=0, high=15, dtype="uint8"),), gradient=False))
    adjoint = None if derivative is None else lambda dy, x: (dy * derivative(x),)
    return Reference(function, cases, adjoint)


def predicate(function: Callable[[Array], Array]) -> Reference:
    cases = [Case((real(*shape),)) for shape in SHAPES]
    cases += [Case((SPECIAL,)), Case((whole(3, 4),)), Case((boolean(5),))]
    return Reference(function, cases)


erf = np.vectorize(math.erf, otypes=[np.float64])


def erfinv(x: Array) -> Array:
    """Newton's method on `erf`, from the series of the inverse and of its tail."""
    inside = np.clip(x, -1 + 1e-16, 1 - 1e-16)
    tail = np.log1p(-(inside**2))
    a = 0.147  # Winitzki's approximation, good to three digits
    first = 2 / (np.pi * a) + tail / 2
    y = np.sign(inside) * np.sqrt(np.sqrt(first**2 - tail / a) - first)
    for _ in range(4):
        y = y - (erf(y) - inside) * np.sqrt(np.pi) / 2 * np.exp(y**2)
    y = np.where(np.abs(inside) < 1e-8, inside * np.sqrt(np.pi) / 2, y)
    return np.where(np.abs(x) < 1, y, np.where(np.abs(x) == 1, np.sign(x) * np.inf, np.nan))


def sigmoid(x: Array) -> Array:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


def round_half_even(x: Array, decimals: int = 0) -> Array:
    return np.round(x, decimals)


REFERENCES: dict[str, Reference] = {
    "abs": kept_type(np.abs, np.sign),
    "absolute": kept_type(np.abs, np.sign),
    "negative": kept_type(np.negative, lambda x: np.full_like(x, -1)),
    "sign": kept_type(np.sign, np.zeros_like),
    "square": kept_type(np.square, lambda x: 2 * x),
    "trunc": unary(np.trunc, np.zeros_like, extreme=(1e9, -1e9, -1e-30), dtype="float32"),
    "sqrt": unary(np.sqrt, lambda x: 0.5 / np.sqrt(x), 0.1, 9, extreme=(1e-38, 3e38, 1e-44)),
    "rsqrt": unary(lambda x: 1 / np.sqrt(x), lambda x: -0.5 * x**-1.5, 0.1, 9, extreme=(1e-20, 1e20)),
    "reciprocal": unary(lambda x: 1 / x, lambda x: -1 / x**2, 0.1, 9, extreme=(-1e-15, 1e15)),
    "exp": unary(np.exp, np.exp, extreme=(-87, 88, -103, -200, 1000)),
    "exp2": unary(np.exp2, lambda x: np.exp2(x) * np.log(2), ulps=16),
    "expm1": unary(np.expm1, np.exp, extreme=(1e-20, -1e-20, 1e-3, -87, 88)),
    "log": unary(np.log, lambda x: 1 / x, 0.1, 9, extreme=(1e-38, 3e38, 1.0000001, 0.9999999)),
    "log1p": unary(np.log1p, lambda x: 1 / (1 + x), -0.9, 9, extreme=(1e-20, -1e-20, -0.9999, 1e30)),
    "log2": unary(np.log2, lambda x: 1 / (x * np.log(2)), 0.1, 9, ulps=8),
    "log10": unary(np.log10, lambda x: 1 / (x * np.log(10)), 0.1, 9, ulps=8),
    "erf": unary(erf, lambda x: 2 / np.sqrt(np.pi) * np.exp(-(x**2)), extreme=(1e-20, -1e-20, 5, -5, 30)),
    "erfinv": unary(
        erfinv,
        lambda x: np.sqrt(np.pi) / 2 * np.exp(erfinv(x) ** 2),
        -0.95,
        0.95,
        integers=False,
        special=False,
        extreme=(1e-20, -1e-20, 0.999, -0.999, 1, -1, 2),
        ulps=8,
        gradient_ulps=64,
    ),
    "floor": unary(np.floor, np.zeros_like, extreme=(1e9, -1e9, 0.99999994), dtype="float32"),
    "ceil": unary(np.ceil, np.zeros_like, extreme=(1e9, -1e9, 1e-30), dtype="float32"),
    "round": Reference(
        round_half_even,
        [
            *(Case((real(*shape),)) for shape in SHAPES),
            Case((np.array([0.5, 1.5, 2.5, -0.5, -1.5, 1e9, 0.49999997]),), smooth=False),
            Case((np.array([0.123, 4.567, -8.91]),), {"decimals": 1}, gradient=False),
            Case((np.array([123.0, 4567.0, -89.0]),), {"decimals": -1}, gradient=False),
        ],
        lambda dy, x, decimals=0: np.zeros_like(x),
    ),
    "nan_to_num": Reference(
        lambda x, nan=0.0, posinf=None, neginf=None: np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf),
        [
            Case((real(3, 4),)),
            Case((SPECIAL,), {"posinf": 1.0, "neginf": -2.0}, smooth=False),
            Case((SPECIAL,), {"nan": 3.0, "posinf": 1.0, "neginf": -2.0}, smooth=False),
        ],
        lambda dy, x, **_: np.where(np.isfinite(x), dy, 0),
    ),
    "isnan": predicate(np.isnan),
    "isinf": predicate(np.isinf),
    "isfinite": predicate(np.isfinite),
    "logical_not": predicate(np.logical_not),
    "bitwise_not": Reference(
        np.bitwise_not,
        [Case((whole(3, 4, dtype=t),)) for t in ("int32", "int64")]
        + [Case((whole(5, low=0, high=200, dtype="uint8"),)), Case((boolean(5),))],
    ),
    "sin": unary(np.sin, np.cos, extreme=(1e-20, 100.0, -1000.0)),
    "cos": unary(np.cos, lambda x: -np.sin(x), extreme=(1e-20, 100.0, -1000.0)),
    "tan": unary(np.tan, lambda x: 1 / np.cos(x) ** 2, -1.4, 1.4, ulps=8),
    "arcsin": unary(np.arcsin, lambda x: 1 / np.sqrt(1 - x**2), -0.95, 0.95, integers=False),
    "arccos": unary(np.arccos, lambda x: -1 / np.sqrt(1 - x**2), -0.95, 0.95, integers=False),
    "arctan": unary(np.arctan, lambda x: 1 / (1 + x**2), extreme=(1e-20, 1e20)),
    "sinh": unary(np.sinh, np.cosh, extreme=(1e-20, 1e-3, 80.0), ulps=8),
    "cosh": unary(np.cosh, np.sinh, extreme=(1e-20, 80.0)),
    "tanh": unary(np.tanh, lambda x: 1 / np.cosh(x) ** 2, extreme=(1e-20, 1e-3, 9, -9, 100), gradient_ulps=64),
    "arcsinh": unary(np.arcsinh, lambda x: 1 / np.sqrt(1 + x**2), extreme=(1e-20, 1e-3, 1e15)),
    "arccosh": unary(np.arccosh, lambda x: 1 / np.sqrt(x**2 - 1), 1.5, 9),
    "arctanh": unary(np.arctanh, lambda x: 1 / (1 - x**2), -0.95, 0.95, integers=False, extreme=(1e-20, 1e-3)),
}
