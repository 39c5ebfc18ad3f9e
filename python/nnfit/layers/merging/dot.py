"""Dot: sums of products of two tensors, sample by sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.merging.merge import Merge

__all__ = ["Dot", "dot"]


class Dot(Merge):
    """Sums the products of two tensors along one axis of each, sample by sample.

    For inputs `(batch, a, k)` and `(batch, k, b)` and `axes=(2, 1)` the output is `(batch, a, b)`; what would be
    `(batch,)` is `(batch, 1)`.

    Args:
        axes: The axis of both, or a tuple of the first's and the second's. Not 0, the batch.
        normalize: Whether to divide by the norms along the axes first, which gives the cosine.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        TypeError: If `axes` is neither an int nor a sequence.
        ValueError: If `axes` are not one or two ints, one is the batch's, or their sizes differ.

    Example:
        >>> nnfit.layers.Dot(axes=(1, 2))([np.zeros((2, 3, 5)), np.zeros((2, 10, 3))]).shape
        (2, 5, 10)
    """

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axes, int):
            if not isinstance(axes, (list, tuple)):
                raise TypeError(f"[{self.name}] expected axes to be an int or two; got {axes!r}.")
            if len(axes) != 2 or not all(isinstance(axis, int) for axis in axes):
                raise ValueError(f"[{self.name}] expected axes to be one or two ints; got {axes!r}.")
        self.axes = axes
        self.normalize = normalize

    def _axes_for(self, shapes: Sequence[Any]) -> tuple[int, int]:
        """Returns the axes counted from 0."""
        if len(shapes) != 2:
            raise ValueError(f"[{self.name}] expected two tensors; got {len(shapes)}.")
        given = (self.axes, self.axes) if isinstance(self.axes, int) else self.axes
        ranks = [len(shape) for shape in shapes]
        if any(not -rank <= axis < rank for axis, rank in zip(given, ranks, strict=True)):
            raise ValueError(f"[{self.name}] expected axes within ranks {ranks}; got {self.axes}.")
        first, second = (axis % rank for axis, rank in zip(given, ranks, strict=True))
        if first == 0 or second == 0:
            raise ValueError(f"[{self.name}] expected axes other than 0, the batch; got {self.axes}.")
        return first, second

    def _check_shapes(self, shapes: list[tuple[int | None, ...]]) -> None:
        first, second = self._axes_for(shapes)
        if len({shapes[0][first], shapes[1][second]} - {None}) > 1:
            raise ValueError(
                f"[{self.name}] expected equal sizes along the axes {self.axes}; got {shapes[0]} and {shapes[1]}."
            )

    def call(self, inputs: Any) -> Any:
        first, second = self._axes_for([x.shape for x in inputs])
        a = _with_axis_at(inputs[0], first, -1)
        b = _with_axis_at(inputs[1], second, 1)
        if self.normalize:
            a, b = ops.normalize(a, axis=-1), ops.normalize(b, axis=1)
        rows, columns, size = a.shape[1:-1], b.shape[2:], a.shape[-1]
        batch = a.shape[0]
        a = ops.reshape(a, (batch, math.prod(rows), size))
        b = ops.reshape(b, (batch, size, math.prod(columns)))
        return ops.reshape(ops.matmul(a, b), (batch, *(rows + columns or (1,))))

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        return None

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axes": self.axes, "normalize": self.normalize}


def _with_axis_at(x: Any, axis: int, place: int) -> Any:
    order = [i for i in range(len(x.shape)) if i != axis]
    order.insert(place % len(x.shape), axis)
    return ops.transpose(x, order)


def dot(inputs: Sequence[Any], axes: int | Sequence[int] = -1, **kwargs: Any) -> Any:
    """Returns sums of products of two tensors, sample by sample; see `Dot`.

    Args:
        inputs: List of two tensors.
        axes: The axis of both, or a tuple of the first's and the second's. Defaults to the last of each.
        **kwargs: `normalize` of `Dot`; `name`, `trainable`, `dtype` of `Layer`.

    Returns:
        A tensor.

    Example:
        >>> nnfit.layers.dot([np.ones((2, 3)), np.ones((2, 3))], axes=1).shape
        (2, 1)
    """
    return Dot(axes=axes, **kwargs)(inputs)
