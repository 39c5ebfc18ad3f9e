"""Images read at other places than their pixels', one axis after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnfit import ops

__all__ = ["center_crop", "crop_to_aspect_ratio", "resample", "resize", "take_lines"]

_ROWS, _COLUMNS = 1, 2


def take_lines(images: Any, index: Any, axis: int) -> Any:
    """Returns the rows or columns of images at given numbers.

    Args:
        images: `(batch, rows, columns, channels)`.
        index: Integers: `(n,)` for all images alike, or `(batch, n)`.
        axis: 1 for rows, 2 for columns.

    Returns:
        Images with n rows or columns.
    """
    if len(index.shape) == 1:
        return ops.take(images, index, axis=axis)
    batch, rows, columns, channels = images.shape
    first = np.arange(batch, dtype=np.int32)[:, None]
    if axis == _ROWS:
        lines = ops.reshape(images, (batch * rows, columns * channels))
        return ops.reshape(ops.take(lines, index + first * rows, axis=0), (batch, -1, columns, channels))
    pixels = ops.reshape(images, (batch * rows * columns, channels))
    start = (first[:, :, None] * rows + np.arange(rows, dtype=np.int32)[None, :, None]) * columns
    return ops.take(pixels, ops.expand_dims(index, 1) + start, axis=0)


def _along(values: Any, axis: int) -> Any:
    """Numbers `(n,)` or `(batch, n)` of rows or columns, to broadcast against images."""
    return ops.expand_dims(values, (-1, -2) if axis == _ROWS else (-1,) if len(values.shape) == 1 else (1, -1))


def _filled_lines(images: Any, index: Any, axis: int, fill_mode: str, fill_value: float) -> Any:
    """Lines at whole numbers that may lie outside of the image."""
    size = images.shape[axis]
    if fill_mode == "reflect":
        index = ops.mod(index, 2.0 * size)
        index = ops.minimum(index, 2.0 * size - 1.0 - index)
    elif fill_mode == "wrap":
        index = ops.mod(index, float(size))
    lines = take_lines(images, ops.cast(ops.clip(index, 0.0, size - 1.0), "int32"), axis)
    if fill_mode != "constant":
        return lines
    inside = ops.logical_and(index >= 0.0, index <= size - 1.0)
    return ops.where(_along(inside, axis), lines, fill_value)


def resample(
    images: Any,
    positions: Any,
    axis: int,
    interpolation: str = "bilinear",
    fill_mode: str = "nearest",
    fill_value: float = 0.0,
) -> Any:
    """Returns images read at given positions along an axis; the centre of line i is at i.

    Args:
        images: `(batch, rows, columns, channels)`, floating.
        positions: Floats of the images' dtype: `(n,)` for all images alike, or `(batch, n)`.
        axis: 1 for rows, 2 for columns.
        interpolation: `"nearest"`, or `"bilinear"`: linear between neighbours.
        fill_mode: What lies outside: `"constant"`, `fill_value`; `"nearest"`, the border; `"reflect"`, the image
            mirrored at its border; `"wrap"`, the image again.
        fill_value: See `fill_mode`.

    Returns:
        Images with n rows or columns.
    """
    if interpolation == "nearest":
        return _filled_lines(images, ops.floor(positions + 0.5), axis, fill_mode, fill_value)
    low = ops.floor(positions)
    before = _filled_lines(images, low, axis, fill_mode, fill_value)
    after = _filled_lines(images, low + 1.0, axis, fill_mode, fill_value)
    return before + (after - before) * _along(positions - low, axis)


def resize(images: Any, height: int, width: int, interpolation: str = "bilinear") -> Any:
    """Returns images of another size: pixel i is read at `(i + 0.5) * old / new - 0.5`.

    Args:
        images: `(batch, rows, columns, channels)`, floating.
        height: Rows of the result.
        width: Columns of the result.
        interpolation: `"nearest"` or `"bilinear"`.

    Returns:
        Images `(batch, height, width, channels)`.
    """
    for axis, size in ((_ROWS, height), (_COLUMNS, width)):
        if images.shape[axis] != size:
            positions = (np.arange(size) + 0.5) * (images.shape[axis] / size) - 0.5
            images = resample(images, ops.convert_to_tensor(positions, images.dtype), axis, interpolation)
    return images


def crop_to_aspect_ratio(images: Any, height: int, width: int) -> Any:
    """Returns the largest centred part of images that has the proportions of `(height, width)`."""
    rows, columns = images.shape[1:3]
    return center_crop(
        images,
        max(1, min(rows, int(columns * height / width))),
        max(1, min(columns, int(rows * width / height))),
    )


def center_crop(images: Any, height: int, width: int) -> Any:
    """Returns the centre of images that are at least that large."""
    top, left = (images.shape[1] - height) // 2, (images.shape[2] - width) // 2
    return images[:, top : top + height, left : left + width]
