"""Reading and writing by index, sorting and ranking."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.elementwise import SPECIAL
from reference.table import Array, Case, Reference, boolean, distinct, moved, real, whole


def slice_(inputs: Array, start_indices: Any, shape: Any) -> Array:
    return inputs[tuple(slice(s, None if n == -1 else s + n) for s, n in zip(start_indices, shape, strict=True))]


MISSING = -(2**63)  # a bound that is not given


def strided_slice(x: Array, starts: Any, stops: Any, steps: Any) -> Array:
    bounds = [[None if b == MISSING else b for b in bs] for bs in (starts, stops)]
    return x[tuple(slice(*key) for key in zip(*bounds, steps, strict=True))]


def slice_update(inputs: Array, updates: Array, start_indices: Any) -> Array:
    result = inputs.copy()
    result[tuple(slice(s, s + n) for s, n in zip(start_indices, updates.shape, strict=True))] = updates
    return result


def take(x: Array, indices: Array, axis: int | None = None) -> Array:
    return np.take(x, indices, axis)


def take_along_axis(x: Array, indices: Array, axis: int | None = None) -> Array:
    if axis is None:
        return np.take_along_axis(x, indices.ravel(), None)
    shape = list(np.broadcast_shapes(*(tuple(np.delete(a.shape, axis)) for a in (x, indices))))
    at = axis % x.ndim
    x = np.broadcast_to(x, [*shape[:at], x.shape[at], *shape[at:]])
    return np.take_along_axis(x, np.broadcast_to(indices, [*shape[:at], indices.shape[at], *shape[at:]]), axis)


def one_hot(x: Array, num_classes: int, axis: int = -1, dtype: str | None = None) -> Array:
    classes = np.arange(num_classes)
    result = np.moveaxis(x[..., None] == classes, -1, axis)
    return result.astype(dtype) if dtype else result.astype(np.float64)


def segment_sum(data: Array, segment_ids: Array, num_segments: int) -> Array:
    result = np.zeros((num_segments, *data.shape[1:]), data.dtype)
    np.add.at(result, segment_ids, data)
    return result


def scatter_add(indices: Array, updates: Array, axis: int, size: int) -> Array:
    result = np.zeros((*updates.shape[:axis], size, *updates.shape[axis + indices.ndim :]), updates.dtype)
    np.add.at(result, (slice(None),) * axis + (indices,), updates)
    return result


def scatter_add_along_axis(indices: Array, updates: Array, axis: int, size: int) -> Array:
    axis %= updates.ndim
    result = np.zeros((*updates.shape[:axis], size, *updates.shape[axis + 1 :]), updates.dtype)
    places = list(np.indices(updates.shape, sparse=True))
    places[axis] = indices
    np.add.at(result, tuple(places), updates)
    return result


def sort(x: Array, axis: int | None = -1) -> Array:
    return np.sort(x, axis)


def sort_adjoint(dy: Array, x: Array, axis: int | None = -1) -> Array:
    if axis is None:
        return sort_adjoint(dy, x.ravel(), 0).reshape(x.shape)
    gradient = np.empty_like(x)
    np.put_along_axis(gradient, np.argsort(x, axis, kind="stable"), dy, axis)
    return gradient


def argsort(x: Array, axis: int | None = -1) -> Array:
    return np.argsort(x, axis, kind="stable")


def searchsorted(sorted_sequence: Array, values: Array, side: str = "left") -> Array:
    return np.searchsorted(sorted_sequence, values, side).astype(np.int32)  # type: ignore[call-overload, no-any-return]


def top_k(x: Array, k: int) -> tuple[Array, Array]:
    order = np.argsort(-x.astype(np.float64), -1, kind="stable")[..., :k]
    return np.take_along_axis(x, order, -1), order.astype(np.int32)


def top_k_adjoint(dy: tuple[Array, Array], x: Array, k: int) -> Array:
    gradient = np.zeros_like(x)
    np.put_along_axis(gradient, top_k(x, k)[1], dy[0], -1)
    return gradient


def in_top_k(targets: Array, predictions: Array, k: int) -> Array:
    valid = (targets >= 0) & (targets < predictions.shape[-1])
    own = np.take_along_axis(predictions, np.where(valid, targets, 0)[..., None], -1)
    return valid & np.isfinite(own[..., 0]) & ((predictions > own).sum(-1) < k)


INDICES = [
    ((7,), (3,), 0),
    ((7,), (2, 3), 0),
    ((7,), (), 0),
    ((5, 4), (3,), 0),
    ((5, 4), (3,), 1),
    ((5, 4), (6,), -1),
    ((2, 5, 3), (2, 2), 1),
    ((5, 4), (6,), None),
    ((5, 4), (0,), 0),
    ((5, 0), (3,), 0),
    ((50, 33), (70,), 0),
]
TAKES = [
    Case((real(*shape), whole(*at, low=0, high=(shape[axis] if axis is not None else 20))), {"axis": axis})
    for shape, at, axis in INDICES
] + [
    Case((real(5, 4), np.array([-1, 0, -5])), {"axis": 0}),
    Case((real(5, 4), whole(3, low=0, high=5, dtype="int64")), {"axis": 0}),
    Case((real(5, 4), whole(3, low=0, high=5, dtype="uint8")), {"axis": 0}),
    Case((whole(5, 4), whole(3, low=0, high=5)), {"axis": 0}, gradient=False),
    Case((boolean(5, 4), whole(3, low=0, high=5)), {"axis": 0}, gradient=False),
]
ORDERS = [
    *(
        Case((distinct(*shape),), {"axis": axis})
        for shape, axis in [
            ((7,), 0),
            ((3, 5), 1),
            ((3, 5), 0),
            ((2, 5, 3), 1),
            ((3, 5), None),
            ((0, 3), 1),
            ((3, 1), -1),
        ]
    ),
    Case((distinct(3, 200),), {"axis": -1}),
    Case((SPECIAL,), {"axis": 0}, smooth=False, gradient=False),
    Case((whole(3, 20, low=-2, high=3),), {"axis": 1}, gradient=False),
    Case((whole(20, low=-2, high=3, dtype="int64"),), {"axis": 0}, gradient=False),
    Case((np.array([1.0, 0.0, 1.0, 0.0, 1.0]),), {"axis": 0}, smooth=False),
]


def typed(cases: list[Case], dtype: str) -> list[Case]:
    return [Case(case.arguments, case.attributes, dtype=dtype) for case in cases]


REFERENCES: dict[str, Reference] = {
    "slice": Reference(
        slice_,
        [
            Case((real(*shape),), {"start_indices": start, "shape": size})
            for shape, start, size in [
                ((5, 4), (1, 2), (3, 2)),
                ((5, 4), (1, 0), (-1, 4)),
                ((7,), (2,), (0,)),
                ((2, 5, 3), (1, 1, 0), (1, 3, 3)),
                ((5, 4), (0, 0), (5, 4)),
            ]
        ]
        + [Case((whole(5, 4),), {"start_indices": (1, 2), "shape": (3, 2)}, gradient=False)],
        moved(slice_),
        ulps=0,
    ),
    "strided_slice": Reference(
        strided_slice,
        [
            Case((real(*shape),), {"starts": starts, "stops": stops, "steps": steps})
            for shape, starts, stops, steps in [
                ((7,), (1,), (6,), (2,)),
                ((7,), (MISSING,), (MISSING,), (-1,)),
                ((5, 4), (0, 3), (5, MISSING), (2, -2)),
                ((5, 4), (-3, MISSING), (-1, MISSING), (1, 1)),
                ((2, 5, 3), (1, 4, 0), (2, 0, 3), (1, -3, 2)),
                ((5, 4), (2, 0), (2, 4), (1, 1)),
            ]
        ],
        moved(strided_slice),
        ulps=0,
    ),
    "slice_update": Reference(
        slice_update,
        [
            Case((real(*shape, key=1), real(*size, key=2)), {"start_indices": start})
            for shape, start, size in [
                ((5, 4), (1, 2), (3, 2)),
                ((5, 4), (0, 0), (5, 4)),
                ((7,), (2,), (0,)),
                ((2, 5, 3), (1, 1, 0), (1, 3, 3)),
            ]
        ]
        + [Case((whole(5, 4, key=1), whole(3, 2, key=2)), {"start_indices": (1, 2)}, gradient=False)],
        moved(slice_update),
        ulps=0,
        call=lambda op, x, updates, start_indices: op(x, start_indices, updates),
    ),
    "take": Reference(take, TAKES, moved(take), ulps=0),
    "take_along_axis": Reference(
        take_along_axis,
        [
            Case((real(*shape), whole(*at, low=0, high=3)), {"axis": axis})
            for shape, at, axis in [
                ((3, 4), (2, 4), 0),
                ((4, 3), (4, 2), 1),
                ((4, 3), (4, 5), -1),
                ((4, 3), (1, 2), 1),
                ((1, 3), (4, 2), 1),
                ((2, 3, 5), (2, 4, 5), 1),
                ((7,), (9,), 0),
                ((3, 4), (6,), None),
            ]
        ]
        + [
            Case((real(4, 3), np.array([[-1], [0], [-3], [2]])), {"axis": 1}),
            Case((whole(4, 3), whole(4, 2, low=0, high=3, dtype="int64")), {"axis": 1}, gradient=False),
        ],
        moved(take_along_axis),
        ulps=0,
    ),
    "one_hot": Reference(
        one_hot,
        [
            Case((whole(*shape, low=-1, high=6),), attributes, dtype=attributes.get("dtype", "float32"))
            for shape, attributes in [
                ((4,), {"num_classes": 5}),
                ((), {"num_classes": 5}),
                ((2, 3), {"num_classes": 5}),
                ((2, 3), {"num_classes": 5, "axis": 0}),
                ((2, 3), {"num_classes": 5, "axis": 1}),
                ((2, 3), {"num_classes": 5, "axis": -2}),
                ((4,), {"num_classes": 5, "dtype": "int32"}),
                ((4,), {"num_classes": 5, "dtype": "bool"}),
                ((4,), {"num_classes": 5, "dtype": "float64"}),
                ((0,), {"num_classes": 5}),
            ]
        ],
    ),
    "segment_sum": Reference(
        segment_sum,
        [
            Case((real(7), np.array([0, 1, 0, 3, 3, 3, 1], np.int32)), {"num_segments": 5}),
            Case((real(7, 3), np.array([0, 1, 0, 3, 3, 3, 1], np.int32)), {"num_segments": 4}),
            Case((real(0, 3), np.array([], np.int32)), {"num_segments": 2}),
        ],
        lambda dy, data, ids, num_segments: (dy[ids], None),
        lambda data, ids, num_segments: segment_sum(np.abs(data), ids, num_segments),
    ),
    "scatter_add": Reference(
        scatter_add,
        [
            Case((whole(*at, low=-5, high=5), real(*shape)), {"axis": axis, "size": 5})
            for at, shape, axis in [
                ((4,), (4,), 0),
                ((4,), (4, 3), 0),
                ((2, 3), (2, 2, 3, 3), 1),
                ((), (4, 3), 1),
                ((6,), (2, 6), 1),
                ((0,), (0, 3), 0),
                ((200,), (200, 150), 0),
            ]
        ]
        + [Case((whole(4, low=0, high=5, dtype="uint8"), whole(4, 3)), {"axis": 0, "size": 5}, gradient=False)],
        lambda dy, indices, updates, axis, size: (None, np.take(dy, indices, axis)),
        lambda indices, updates, axis, size: scatter_add(indices, np.abs(updates), axis, size),
        ulps=16,
    ),
    "scatter_add_along_axis": Reference(
        scatter_add_along_axis,
        [
            Case((whole(*shape, low=-4, high=4), real(*shape)), {"axis": axis, "size": 4})
            for shape, axis in [((7,), 0), ((3, 6), -1), ((6, 3), 0), ((2, 5, 3), 1), ((0, 3), 0), ((40, 30), 1)]
        ],
        lambda dy, indices, updates, axis, size: (None, np.take_along_axis(dy, indices, axis)),
        lambda indices, updates, axis, size: scatter_add_along_axis(indices, np.abs(updates), axis, size),
        ulps=16,
    ),
    "sort": Reference(sort, ORDERS, sort_adjoint, ulps=0),
    "argsort": Reference(argsort, typed(ORDERS, "int32")),
    "searchsorted": Reference(
        searchsorted,
        [
            Case((np.array(line), values), {"side": side})
            for side in ("left", "right")
            for line, values in [
                ([0.0, 0.25, 0.5, 1.0], real(7)),
                ([0.0, 0.25, 0.25, 0.5, np.inf], np.array([[-1.0, 0.0, 0.25], [np.nan, np.inf, -np.inf]])),
                ([0.5], np.array(0.5)),
                ([], real(3)),
                ([0.0, 1.0], real(0, 3)),
                (np.linspace(-1.0, 1.0, 200), real(90, 300)),
            ]
        ]
        + [Case((np.array([-2, 0, 3], np.int32), whole(5, 4)), {})],
    ),
    "top_k": Reference(
        top_k,
        [
            Case((distinct(*shape),), {"k": k})
            for shape, k in [
                ((7,), 3),
                ((4, 6), 1),
                ((4, 6), 6),
                ((2, 3, 5), 2),
                ((0, 5), 2),
                ((3, 200), 10),
                ((4, 6), 0),
            ]
        ]
        + [
            Case((np.array([1.0, 2, 1, 2, 2]),), {"k": 4}, smooth=False),
            Case((whole(4, 6),), {"k": 3}, gradient=False),
        ],
        top_k_adjoint,
        ulps=0,
    ),
    "in_top_k": Reference(
        in_top_k,
        [Case((whole(8, low=0, high=5), distinct(8, 5)), {"k": k}) for k in (1, 2, 5, 7)]
        + [
            Case((np.array([2, 0, 1], np.int32), np.array([[1.0, 1, 1], [np.nan, 1, 2], [0, np.inf, 1]])), {"k": 1}),
            Case((np.array([-1, 3, 1], np.int32), distinct(3, 3)), {"k": 3}),
            Case((whole(8, low=0, high=5, dtype="int64"), distinct(8, 5)), {"k": 2}),
        ],
    ),
}
