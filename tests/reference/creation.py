"""Tensors made from numbers, conversions, and control flow."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.table import Array, Case, Reference, boolean, real, whole


def made(function: Any, calls: list[dict[str, Any]]) -> Reference:
    cases = []
    for attributes in calls:
        dtype = attributes.get("dtype", "float32")
        cases.append(Case((), attributes, dtype=dtype))

    def forward(dtype: str = "float32", **attributes: Any) -> Array:
        result = np.asarray(function(**attributes))
        return result.astype(np.float64 if dtype.startswith("float") else dtype)

    return Reference(forward, cases)


SHAPES: list[dict[str, Any]] = [
    {"shape": (3, 4)},
    {"shape": ()},
    {"shape": (0, 2)},
    {"shape": 3},
    {"shape": (3,), "dtype": "int32"},
    {"shape": (3,), "dtype": "bool"},
    {"shape": (3,), "dtype": "float64"},
    {"shape": (67, 35), "dtype": "uint8"},
]


def like(value: float | None) -> Reference:
    def forward(x: Array, fill_value: Any = None, dtype: str | None = None) -> Array:
        return np.full(x.shape, value if fill_value is None else fill_value, dtype or x.dtype)

    extra = {"fill_value": 3} if value is None else {}
    cases = [Case((real(*shape),), extra) for shape in [(3, 4), (), (0, 2)]]
    cases += [Case((whole(3, 4, dtype=t),), extra) for t in ("int32", "int64")]
    cases += [Case((real(3, 4),), {**extra, "dtype": "int32"}, dtype="int32")]
    return Reference(forward, cases, lambda dy, x, **_: np.zeros_like(x))


def cast(x: Array, dtype: str) -> Array:
    return x.astype(np.float64 if dtype.startswith("float") else dtype)


SAFE = np.array([0.0, 1.7, -1.7, 100.9, 2.5, -0.0])
CASTS = (
    [Case((SAFE,), {"dtype": t}, dtype=t) for t in ("float32", "float64", "int32", "int64", "bool")]
    + [Case((np.abs(SAFE),), {"dtype": "uint8"}, dtype="uint8")]
    + [Case((real(67, 35),), {"dtype": t}, dtype=t) for t in ("float32", "float64", "int32")]
    + [
        Case((whole(5, low=0, high=100, dtype=a),), {"dtype": b}, dtype=b, gradient=False)
        for a in ("uint8", "int32", "int64")
        for b in ("bool", "uint8", "int32", "int64", "float32", "float64")
    ]
    + [Case((boolean(5),), {"dtype": t}, dtype=t, gradient=False) for t in ("uint8", "int32", "float32", "float64")]
    + [Case((real(0, 3),), {"dtype": "int32"}, dtype="int32")]
)


def cast_adjoint(dy: Array, x: Array, dtype: str) -> Array | None:
    return dy.astype(np.float64) if dtype.startswith("float") else None


def linspace(start: Array, stop: Array, num: int = 50, endpoint: bool = True, axis: int = 0) -> Array:
    return np.linspace(start, stop, num, endpoint, axis=axis)


def linspace_adjoint(
    dy: Array, start: Array, stop: Array, num: int = 50, endpoint: bool = True, axis: int = 0
) -> tuple[Array, Array]:
    weight = np.arange(num) / max(num - 1 if endpoint else num, 1)
    dy = np.moveaxis(dy, axis, -1)
    return (dy * (1 - weight)).sum(-1), (dy * weight).sum(-1)


REFERENCES: dict[str, Reference] = {
    "zeros": made(np.zeros, SHAPES),
    "ones": made(np.ones, SHAPES),
    "full": made(np.full, [{**attributes, "fill_value": 1} for attributes in SHAPES]),
    "zeros_like": like(0),
    "ones_like": like(1),
    "full_like": like(None),
    "arange": made(
        lambda start, **rest: np.arange(start, **rest),
        [
            {"start": 5, "dtype": "int32"},
            {"start": 2, "stop": 9, "step": 3, "dtype": "int64"},
            {"start": 5, "stop": 0, "step": -2, "dtype": "int32"},
            {"start": 0.5, "stop": 2.0, "step": 0.25},
            {"start": 3, "stop": 3, "dtype": "int32"},
        ],
    ),
    "eye": made(np.eye, [{"N": 3}, {"N": 3, "M": 5, "k": 1}, {"N": 4, "M": 2, "k": -1, "dtype": "int32"}, {"N": 0}]),
    "identity": made(np.identity, [{"n": 3}, {"n": 2, "dtype": "bool"}]),
    "tri": made(np.tri, [{"N": 3}, {"N": 3, "M": 5, "k": 1}, {"N": 4, "M": 2, "k": -1, "dtype": "int32"}]),
    "linspace": Reference(
        linspace,
        [
            Case((real(key=1), real(key=2)), {"num": 5}),
            Case((real(key=1), real(key=2)), {"num": 5, "endpoint": False}),
            Case((real(3, key=1), real(3, key=2)), {"num": 4, "axis": -1}),
            Case((real(3, key=1), real(3, key=2)), {"num": 1}),
            Case((real(3, key=1), real(3, key=2)), {"num": 0}),
        ],
        linspace_adjoint,
        lambda start, stop, **a: np.abs(start).max() + np.abs(stop).max() + 0 * linspace(start, stop, **a),
    ),
    "cast": Reference(cast, CASTS, cast_adjoint),
    "stop_gradient": Reference(
        lambda x: x, [Case((real(3, 4),), smooth=False), Case((whole(3),))], lambda dy, x: None, ulps=0
    ),
}
