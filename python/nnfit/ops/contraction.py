"""Sums of products over named axes, as one matrix product: what `einsum`, `tensordot` and `inner` are made of."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

from nnfit import _core
from nnfit._core import Tensor

_ops = _core.ops

Label = TypeVar("Label", bound=Hashable)


def contract(
    x: Tensor, x_labels: Sequence[Label], y: Tensor, y_labels: Sequence[Label], kept: set[Label]
) -> tuple[Tensor, list[Label]]:
    """Multiplies two tensors, axes of one label together, and sums over the shared labels that are not kept.

    Args:
        x: Tensor.
        x_labels: A label for each of its axes, all different.
        y: Tensor.
        y_labels: A label for each of its axes, all different.
        kept: The labels not to sum over; all that are not shared.

    Returns:
        The result and its labels: the shared ones, then those of `x`, then those of `y`.
    """
    shared = [label for label in x_labels if label in y_labels]
    batch = [label for label in shared if label in kept]
    summed = [label for label in shared if label not in kept]
    rows = [label for label in x_labels if label not in shared]
    columns = [label for label in y_labels if label not in shared]
    labels = [*batch, *rows, *columns]
    if not summed:
        x = _with_axes(_arranged(x, x_labels, [*batch, *rows]), len(batch) + len(rows), len(columns))
        y = _with_axes(_arranged(y, y_labels, [*batch, *columns]), len(batch), len(rows))
        return _ops.multiply(x, y), labels
    sizes = {**dict(zip(y_labels, y.shape, strict=True)), **dict(zip(x_labels, x.shape, strict=True))}
    # A matrix that lies transposed is multiplied as it lies.
    transpose_x = bool(rows) and list(x_labels) == [*batch, *summed, *rows]
    transpose_y = bool(columns) and list(y_labels) == [*batch, *columns, *summed]
    x = _matrix(x, x_labels, batch, *((summed, rows) if transpose_x else (rows, summed)))
    y = _matrix(y, y_labels, batch, *((columns, summed) if transpose_y else (summed, columns)))
    z = _ops.matmul(x, y, transpose_a=transpose_x, transpose_b=transpose_y)
    if len(rows) != 1 or len(columns) != 1:
        outer = [*z.shape[: len(batch)], *(sizes[label] for label in [*rows, *columns])]
        z = _ops.reshape(z, newshape=_known(outer))
    return z, labels


def _arranged(x: Tensor, labels: Sequence[Label], order: Sequence[Label]) -> Tensor:
    axes = [labels.index(label) for label in order]
    return x if axes == list(range(len(axes))) else _ops.transpose(x, axes=axes)


def _with_axes(x: Tensor, at: int, count: int) -> Tensor:
    return _ops.expand_dims(x, axis=list(range(at, at + count))) if count else x


def _matrix(x: Tensor, labels: Sequence[Label], batch: list[Label], rows: list[Label], columns: list[Label]) -> Tensor:
    """Arranges `x` as `(*batch, rows, columns)`, each group merged into one axis."""
    x = _arranged(x, labels, [*batch, *rows, *columns])
    if len(rows) == 1 and len(columns) == 1:
        return x
    sizes = list(x.shape)
    first, second = len(batch), len(batch) + len(rows)
    return _ops.reshape(x, newshape=_known([*sizes[:first], _product(sizes[first:second]), _product(sizes[second:])]))


def _product(sizes: Sequence[int | None]) -> int | None:
    product = 1
    for size in sizes:
        if size is None:
            return None
        product *= size
    return product


def _known(sizes: Sequence[int | None]) -> list[int]:
    return [-1 if size is None else size for size in sizes]
