"""Pooling over windows: of each, all its taps along a last axis, padding included."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.table import Array, Case, Reference, distinct, real, whole


def per_axis(value: Any, axes: int) -> tuple[int, ...]:
    return (value,) * axes if isinstance(value, int) else tuple(value)


def taps_of(x: Array, pool_size: Any, strides: Any, padding: str, fill: float) -> Array:
    """(batch, …, channels) as (batch, windows…, channels, taps), with `fill` around it."""
    axes = tuple(range(1, x.ndim - 1))
    window = per_axis(pool_size, len(axes))
    stride = window if strides is None else per_axis(strides, len(axes))
    widths = [(0, 0)] * x.ndim
    for axis, w, s in zip(axes, window, stride, strict=True):
        if padding == "same":
            total = max(0, (-(-x.shape[axis] // s) - 1) * s + w - x.shape[axis])
            widths[axis] = (total // 2, total - total // 2)
    padded = np.pad(x, widths, constant_values=fill)
    slid = np.lib.stride_tricks.sliding_window_view(padded, window, axes)
    slid = slid[(slice(None), *(slice(None, None, s) for s in stride))]
    return slid.reshape(*slid.shape[: x.ndim], int(np.prod(window)))


def places_of(shape: tuple[int, ...], pool_size: Any, strides: Any, padding: str) -> Array:
    """Like `taps_of`: the number of each tap's element in an array of `shape`, -1 in the padding."""
    return taps_of(np.arange(int(np.prod(shape))).reshape(shape), pool_size, strides, padding, -1)


def with_channels_last(function: Callable[..., Array]) -> Callable[..., Array]:
    """The function with Keras's arguments, for either order of the axes; its arrays are images."""

    def call(*arrays: Array, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: Any = None):
        first = data_format == "channels_first"
        arrays = tuple(np.moveaxis(a, 1, -1) if first else a for a in arrays)
        y = function(*arrays, pool_size, strides, padding)
        return np.moveaxis(y, -1, 1) if first else y

    return call


def put_back(values: Array, x: Array, pool_size: Any, strides: Any, padding: str) -> Array:
    """The transpose of `taps_of`: sums what stands at each element's taps."""
    places = places_of(x.shape, pool_size, strides, padding)
    dx = np.zeros(x.size)
    np.add.at(dx, places[places >= 0], values[places >= 0])
    return dx.reshape(x.shape)


def largest(x: Array, *attributes: Any) -> Array:
    return taps_of(x.astype(np.float64), *attributes, -np.inf).max(axis=-1)


def index_of(x: Array, *attributes: Any) -> Array:
    taps = taps_of(x, *attributes, -np.inf)
    return taps.argmax(axis=-1).astype(np.uint8 if taps.shape[-1] <= 256 else np.int32)


def unpool(dy: Array, index: Array, x: Array, *attributes: Any) -> Array:
    taps = int(np.prod(per_axis(attributes[0], x.ndim - 2)))
    chosen = np.where(index[..., None] == np.arange(taps), dy[..., None], 0.0)
    return put_back(chosen, x, *attributes)


def largest_adjoint(dy: Array, x: Array, *attributes: Any) -> Array:
    return unpool(dy, index_of(x, *attributes), x, *attributes)


def mean(x: Array, *attributes: Any) -> Array:
    return np.nanmean(taps_of(x.astype(np.float64), *attributes, np.nan), axis=-1)


def mean_adjoint(dy: Array, x: Array, *attributes: Any) -> Array:
    inside = places_of(x.shape, *attributes) >= 0
    return put_back(inside * (dy / inside.sum(axis=-1))[..., None], x, *attributes)


# --- The entries of the op table, whose gradients take the images' spatial size.


def images(dy: Array, size: Any) -> Array:
    return np.zeros((dy.shape[0], *size, dy.shape[-1]))


def core_max_pool(
    x: Array, pool_size: Any, strides: Any = None, padding: str = "valid", return_index: bool = False
) -> Any:
    y = largest(x, pool_size, strides, padding)
    return (y, index_of(x, pool_size, strides, padding)) if return_index else y


def core_max_pool_adjoint(
    dy: Any, x: Array, pool_size: Any, strides: Any = None, padding: str = "valid", return_index: bool = False
) -> Array:
    return largest_adjoint(dy[0] if return_index else dy, x, pool_size, strides, padding)


def max_pool_gradient(
    dy: Array, index: Array, pool_size: Any, size: Any, strides: Any = None, padding: str = "valid"
) -> Array:
    return unpool(dy, index, images(dy, size), pool_size, strides, padding)


def max_pool_gradient_adjoint(
    g: Array, dy: Array, index: Array, pool_size: Any, size: Any, strides: Any = None, padding: str = "valid"
) -> tuple[Array, None]:
    return max_pool_gather(g, index, pool_size, strides, padding), None


def max_pool_gather(x: Array, index: Array, pool_size: Any, strides: Any = None, padding: str = "valid") -> Array:
    taps = taps_of(x, pool_size, strides, padding, 0.0)
    return np.take_along_axis(taps, index[..., None].astype(np.int64), -1)[..., 0]


def max_pool_gather_adjoint(
    dy: Array, x: Array, index: Array, pool_size: Any, strides: Any = None, padding: str = "valid"
) -> tuple[Array, None]:
    return unpool(dy, index, x, pool_size, strides, padding), None


def average_pool_gradient(dy: Array, pool_size: Any, size: Any, strides: Any = None, padding: str = "valid") -> Array:
    return mean_adjoint(dy, images(dy, size), pool_size, strides, padding)


def average_pool_gradient_adjoint(
    g: Array, dy: Array, pool_size: Any, size: Any, strides: Any = None, padding: str = "valid"
) -> Array:
    return mean(g, pool_size, strides, padding)


# Shape, then arguments: images of one cell, odd sizes, windows that overlap, leave gaps, exceed the image.
WINDOWS: list[tuple[tuple[int, ...], dict[str, Any]]] = [
    ((2, 1, 1, 1), {"pool_size": (1, 1)}),
    ((2, 6, 8, 3), {"pool_size": (2, 2)}),
    ((2, 7, 5, 17), {"pool_size": (2, 2), "padding": "same"}),
    ((1, 7, 9, 65), {"pool_size": (3, 3), "strides": (2, 2), "padding": "same"}),
    ((2, 5, 6, 4), {"pool_size": (3, 2), "strides": (1, 1)}),
    ((2, 8, 7, 3), {"pool_size": (2, 1), "strides": (3, 4)}),
    ((2, 2, 3, 3), {"pool_size": (5, 4), "strides": (1, 2), "padding": "same"}),
    ((1, 18, 20, 2), {"pool_size": (17, 17), "strides": (2, 3), "padding": "same"}),
    ((2, 9, 3), {"pool_size": (2,)}),
    ((3, 7, 16), {"pool_size": (3,), "strides": (2,), "padding": "same"}),
    ((2, 5, 1), {"pool_size": (5,), "strides": (1,), "padding": "same"}),
    ((0, 4, 4, 3), {"pool_size": (2, 2)}),
]
PUBLIC: list[tuple[tuple[int, ...], dict[str, Any]]] = [
    *WINDOWS,
    ((2, 6, 7, 3), {"pool_size": 2}),
    ((2, 6, 7, 3), {"pool_size": 3, "strides": 2, "padding": "same"}),
    ((2, 3, 6, 7), {"pool_size": 2, "data_format": "channels_first"}),
    ((2, 3, 7), {"pool_size": 3, "strides": 1, "padding": "same", "data_format": "channels_first"}),
]
TIES = np.array([[0.0, 1.0, 1.0, -0.0], [1.0, 0.0, 0.0, 0.0], [np.inf, np.inf, -np.inf, -np.inf]] * 2)[None, ..., None]


def with_index(case: tuple[tuple[int, ...], dict[str, Any]]) -> tuple[Array, Array, dict[str, Any]]:
    shape, attributes = case
    arguments = attributes["pool_size"], attributes.get("strides"), attributes.get("padding", "valid")
    index = index_of(distinct(*shape), *arguments)
    return real(*index.shape), index, attributes


REFERENCES: dict[str, Reference] = {
    "max_pool": Reference(
        with_channels_last(largest),
        [
            *(Case((distinct(*shape),), attributes) for shape, attributes in PUBLIC),
            Case((TIES,), {"pool_size": 2}, smooth=False),
            Case((TIES,), {"pool_size": 3, "strides": 1, "padding": "same"}, smooth=False),
            Case((np.array([0.0, np.nan, 1.0, 2.0])[None, :, None],), {"pool_size": 2}, smooth=False),
            Case((whole(2, 6, 8, 3),), {"pool_size": 2}, gradient=False, dtype="float32"),
        ],
        with_channels_last(largest_adjoint),
        ulps=0,
    ),
    "average_pool": Reference(
        with_channels_last(mean),
        [
            *(Case((real(*shape),), attributes) for shape, attributes in PUBLIC),
            Case((whole(2, 6, 8, 3),), {"pool_size": 2}, gradient=False, dtype="float32"),
        ],
        with_channels_last(mean_adjoint),
        with_channels_last(lambda x, *attributes: mean(np.abs(x), *attributes)),
        ulps=16,
    ),
    "_core.max_pool": Reference(
        core_max_pool,
        [
            Case((distinct(*shape),), attributes | {"return_index": return_index})
            for shape, attributes in WINDOWS
            for return_index in (False, True)
        ],
        core_max_pool_adjoint,
        ulps=0,
    ),
    "max_pool_gradient": Reference(
        max_pool_gradient,
        [
            Case((dy, index), attributes | {"size": case[0][1:-1]})
            for case in WINDOWS
            for dy, index, attributes in [with_index(case)]
        ],
        max_pool_gradient_adjoint,
        lambda dy, index, **attributes: max_pool_gradient(np.abs(dy), index, **attributes),
    ),
    "max_pool_gather": Reference(
        max_pool_gather,
        [Case((real(*case[0], key=1), with_index(case)[1]), case[1]) for case in WINDOWS],
        max_pool_gather_adjoint,
        ulps=0,
    ),
    "average_pool_gradient": Reference(
        average_pool_gradient,
        [Case((with_index(case)[0],), case[1] | {"size": case[0][1:-1]}) for case in WINDOWS],
        average_pool_gradient_adjoint,
        lambda dy, **attributes: average_pool_gradient(np.abs(dy), **attributes),
        ulps=16,
    ),
}
