"""Merge: the base of layers that combine several tensors of matching shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.layer import Layer

__all__ = ["Merge"]


class Merge(Layer):
    """Base of layers that are called on a list of tensors. A subclass defines `merge`.

    Shapes broadcast. A tensor of smaller rank gets axes of size 1 after the batch axis.

    Args:
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def merge(self, inputs: Sequence[Any]) -> Any:
        """Combines tensors of the same rank."""
        raise NotImplementedError(f"[{self.name}] {type(self).__name__} needs a `merge` method; define one.")

    def build(self, input_shape: Any) -> None:
        if not input_shape or not all(isinstance(shape, (list, tuple)) for shape in input_shape):
            raise ValueError(
                f"[{self.name}] expected a list of tensors; got one of shape {tuple(input_shape or ())}. Call it as "
                "`layer([a, b])`."
            )
        self._check_shapes([tuple(shape) for shape in input_shape])

    def _check_shapes(self, shapes: list[tuple[int | None, ...]]) -> None:
        """Raises a ValueError unless the shapes broadcast, apart from the batch axis, which must agree."""
        rank = max(map(len, shapes))
        aligned = [(*s[:1], *[1] * (rank - len(s)), *s[1:]) for s in shapes]
        for axis in range(rank):
            sizes = {s[axis] for s in aligned} - {None}
            if len(sizes if axis == 0 else sizes - {1}) > 1:
                raise ValueError(f"[{self.name}] expected shapes that broadcast; got {', '.join(map(str, shapes))}.")

    def call(self, inputs: Any) -> Any:
        if not isinstance(inputs, (list, tuple)):
            raise ValueError(f"[{self.name}] expected a list of tensors; got one. Call it as `layer([a, b])`.")
        rank = max(len(x.shape) for x in inputs)
        return self.merge([self._with_rank(x, rank) for x in inputs])

    def _with_rank(self, x: Any, rank: int) -> Any:
        missing = rank - len(x.shape)
        if not missing:
            return x
        return ops.reshape(x, (*x.shape[:1], *[1] * missing, *x.shape[1:]))

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        if previous_mask is None or any(mask is None for mask in previous_mask):
            return None
        merged = previous_mask[0]
        for mask in previous_mask[1:]:
            merged = ops.logical_or(merged, mask)
        return merged
