"""Ops that move elements: their adjoints follow from moving positions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from reference.table import Array, Case, Reference, as_list, boolean, moved, real, whole


def moving(forward: Callable[..., Any], calls: Sequence[tuple[tuple[int, ...], dict[str, Any]]]) -> Reference:
    """A reference for an op of one array, from the shapes and attributes to call it with."""
    cases = [Case((real(*shape),), attributes) for shape, attributes in calls]
    shape, attributes = calls[0]
    cases += [
        Case((make(*shape),), attributes, gradient=False)
        for make in (whole, boolean, lambda *s: whole(*s, dtype="int64"), lambda *s: whole(*s, low=0, dtype="uint8"))
    ]
    return Reference(forward, cases, moved(forward), ulps=0)


def joining(forward: Callable[..., Any], calls: Sequence[tuple[list[tuple[int, ...]], dict[str, Any]]]) -> Reference:
    """A reference for an op of a list of arrays."""

    def of_list(*arrays: Array, **attributes: Any) -> Array:
        return forward(arrays, **attributes)

    cases = [
        Case(tuple(real(*shape, key=i) for i, shape in enumerate(shapes)), attributes) for shapes, attributes in calls
    ]
    shapes, attributes = calls[0]
    cases += [
        Case(tuple(whole(*shape, dtype=t, key=i) for i, shape in enumerate(shapes)), attributes, gradient=False)
        for t in ("int32", "int64")
    ]
    return Reference(of_list, cases, moved(of_list), ulps=0, call=as_list)


def expand_dims(x: Array, axis: Any) -> Array:
    return np.expand_dims(x, tuple(axis) if isinstance(axis, list) else axis)


def pad(x: Array, pad_width: Any, mode: str = "constant", constant_values: float = 0) -> Array:
    options = {"constant_values": constant_values} if mode == "constant" else {}
    return np.pad(x, pad_width, mode, **options)


def split(x: Array, indices_or_sections: Any, axis: int = 0) -> tuple[Array, ...]:
    return tuple(np.split(x, indices_or_sections, axis))


def unstack(x: Array, num: int | None = None, axis: int = 0) -> tuple[Array, ...]:
    return tuple(np.moveaxis(x, axis, 0))


def meshgrid(*x: Array, indexing: str = "xy") -> tuple[Array, ...]:
    return tuple(np.meshgrid(*x, indexing=indexing))


TRANSPOSES = [
    ((3, 4), {}),
    ((3, 4), {"axes": (1, 0)}),
    ((2, 3, 5), {}),
    ((2, 3, 5), {"axes": (0, 2, 1)}),
    ((2, 3, 5), {"axes": (1, 0, 2)}),
    ((2, 3, 5), {"axes": (1, 2, 0)}),
    ((2, 3, 5), {"axes": (-1, 0, 1)}),
    ((2, 3, 4, 5), {"axes": (0, 2, 3, 1)}),
    ((2, 3, 4, 5), {"axes": (3, 1, 2, 0)}),
    ((2, 1, 3, 1), {"axes": (3, 2, 1, 0)}),
    ((0, 3), {}),
    ((7,), {}),
    ((), {}),
    ((67, 35), {}),
    ((3, 33, 18), {"axes": (0, 2, 1)}),
]

REFERENCES: dict[str, Reference] = {
    "reshape": moving(
        lambda x, newshape: np.reshape(x, newshape),
        [
            ((3, 4), {"newshape": (4, 3)}),
            ((3, 4), {"newshape": (2, -1)}),
            ((3, 4), {"newshape": -1}),
            ((2, 3, 5), {"newshape": (6, 5)}),
            ((1,), {"newshape": ()}),
            ((), {"newshape": (1, 1)}),
            ((0, 3), {"newshape": (3, 0)}),
            ((0, 3), {"newshape": (-1, 3)}),
        ],
    ),
    "ravel": moving(np.ravel, [((3, 4), {}), ((), {}), ((0, 3), {}), ((2, 3, 5), {})]),
    "expand_dims": moving(
        expand_dims,
        [
            ((3, 4), {"axis": 0}),
            ((3, 4), {"axis": -1}),
            ((3, 4), {"axis": 1}),
            ((3, 4), {"axis": [0, 2]}),
            ((3, 4), {"axis": [-1, 0]}),
            ((), {"axis": 0}),
            ((0,), {"axis": 1}),
        ],
    ),
    "squeeze": moving(
        lambda x, axis=None: np.squeeze(x, axis),
        [
            ((3, 1, 4, 1), {}),
            ((3, 1, 4, 1), {"axis": 1}),
            ((3, 1, 4, 1), {"axis": -1}),
            ((3, 1, 4, 1), {"axis": (1, 3)}),
            ((1, 1), {}),
            ((1, 0), {"axis": 0}),
        ],
    ),
    "transpose": moving(lambda x, axes=None: np.transpose(x, axes), TRANSPOSES),
    "swapaxes": moving(
        np.swapaxes,
        [
            ((2, 3, 5), {"axis1": 0, "axis2": 2}),
            ((2, 3, 5), {"axis1": -1, "axis2": 1}),
            ((2, 3, 5), {"axis1": 1, "axis2": 1}),
        ],
    ),
    "moveaxis": moving(
        np.moveaxis,
        [
            ((2, 3, 5), {"source": 0, "destination": -1}),
            ((2, 3, 5), {"source": 2, "destination": 0}),
            ((2, 3, 4, 5), {"source": (0, 1), "destination": (-1, -2)}),
            ((2, 3, 4, 5), {"source": (3, 0), "destination": (0, 2)}),
        ],
    ),
    "broadcast_to": moving(
        np.broadcast_to,
        [
            ((3, 1), {"shape": (3, 4)}),
            ((4,), {"shape": (2, 3, 4)}),
            ((), {"shape": (3, 4)}),
            ((1, 3, 1), {"shape": (2, 3, 4)}),
            ((2, 1, 3), {"shape": (2, 4, 3)}),
            ((3, 4), {"shape": (3, 4)}),
            ((1,), {"shape": (0,)}),
            ((0, 1), {"shape": (0, 3)}),
        ],
    ),
    "tile": moving(
        lambda x, repeats: np.tile(x, repeats),
        [
            ((3, 4), {"repeats": (2, 3)}),
            ((3, 4), {"repeats": 2}),
            ((3,), {"repeats": (2, 2)}),
            ((2, 3, 2), {"repeats": (1, 3)}),
            ((3, 4), {"repeats": (2, 1)}),
            ((3, 4), {"repeats": (0, 2)}),
            ((), {"repeats": (3,)}),
        ],
    ),
    "repeat": moving(
        lambda x, repeats, axis=None: np.repeat(x, repeats, axis),
        [
            ((3, 4), {"repeats": 2, "axis": 0}),
            ((3, 4), {"repeats": 3, "axis": -1}),
            ((3, 4), {"repeats": 2}),
            ((3, 4), {"repeats": [2, 0, 1], "axis": 0}),
            ((2, 3, 2), {"repeats": 2, "axis": 1}),
            ((3, 4), {"repeats": 0, "axis": 1}),
        ],
    ),
    "pad": moving(
        pad,
        [
            ((3, 4), {"pad_width": ((1, 2), (0, 3))}),
            ((3, 4), {"pad_width": 1}),
            ((3, 4), {"pad_width": (1, 2)}),
            ((3, 4), {"pad_width": ((1, 2), (3, 0)), "constant_values": -1.5}),
            ((2, 3, 2), {"pad_width": ((0, 0), (1, 1), (0, 0))}),
            ((0, 3), {"pad_width": ((1, 0), (0, 1))}),
            ((3, 4), {"pad_width": ((2, 1), (3, 0)), "mode": "reflect"}),
            ((3, 4), {"pad_width": ((2, 1), (4, 0)), "mode": "symmetric"}),
        ],
    ),
    "flip": moving(
        lambda x, axis=None: np.flip(x, axis),
        [
            ((3, 4), {}),
            ((3, 4), {"axis": 0}),
            ((3, 4), {"axis": -1}),
            ((2, 3, 5), {"axis": (0, 2)}),
            ((0, 3), {"axis": 0}),
            ((2, 3, 67), {"axis": 2}),
        ],
    ),
    "roll": moving(
        lambda x, shift, axis=None: np.roll(x, shift, axis),
        [
            ((3, 4), {"shift": 1}),
            ((3, 4), {"shift": 1, "axis": 0}),
            ((3, 4), {"shift": -6, "axis": 1}),
            ((3, 4), {"shift": (1, 2), "axis": (0, 1)}),
            ((0, 3), {"shift": 1, "axis": 0}),
        ],
    ),
    "_core.identity": moving(np.copy, [((3, 4), {}), ((), {}), ((0,), {})]),
    "copy": moving(np.copy, [((3, 4), {}), ((), {}), ((0,), {})]),
    "split": moving(
        split,
        [
            ((4, 6), {"indices_or_sections": 2}),
            ((4, 6), {"indices_or_sections": 3, "axis": 1}),
            ((4, 6), {"indices_or_sections": 2, "axis": -1}),
            ((4, 6), {"indices_or_sections": [1, 3], "axis": 1}),
            ((4, 6), {"indices_or_sections": [0, 2, 2], "axis": 0}),
            ((2, 4, 3), {"indices_or_sections": 4, "axis": 1}),
            ((0, 4), {"indices_or_sections": 2, "axis": 1}),
        ],
    ),
    "unstack": moving(unstack, [((3, 4), {}), ((3, 4), {"axis": 1}), ((2, 3, 5), {"axis": -2, "num": 3})]),
    "concatenate": joining(
        np.concatenate,
        [
            ([(3, 4), (2, 4)], {"axis": 0}),
            ([(3, 4), (3, 1), (3, 2)], {"axis": 1}),
            ([(3, 4), (3, 1)], {"axis": -1}),
            ([(2, 3, 2), (2, 1, 2), (2, 0, 2)], {"axis": 1}),
            ([(5,)], {"axis": 0}),
            ([(0, 4), (0, 4)], {"axis": 0}),
        ],
    ),
    "stack": joining(
        np.stack,
        [
            ([(3, 4), (3, 4)], {"axis": 0}),
            ([(3, 4), (3, 4), (3, 4)], {"axis": 1}),
            ([(3, 4), (3, 4)], {"axis": -1}),
            ([(), ()], {"axis": 0}),
            ([(0,), (0,)], {"axis": 1}),
        ],
    ),
    "hstack": joining(np.hstack, [([(3, 4), (3, 1)], {}), ([(3,), (2,)], {})]),
    "vstack": joining(np.vstack, [([(3, 4), (1, 4)], {}), ([(3,), (3,)], {})]),
    "meshgrid": Reference(
        meshgrid,
        [
            Case((real(3, key=1), real(4, key=2))),
            Case((real(3, key=1), real(4, key=2)), {"indexing": "ij"}),
            Case((real(2, key=1), real(3, key=2), real(4, key=3))),
            Case((real(3),)),
        ],
        moved(meshgrid),
        ulps=0,
    ),
}
