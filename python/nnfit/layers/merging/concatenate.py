"""Concatenate: tensors one after another along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.merging.merge import Merge

__all__ = ["Concatenate", "concatenate"]


class Concatenate(Merge):
    """Joins tensors along an axis. Their shapes are equal but for that axis.

    It is called on a list of tensors.

    Args:
        axis: The axis. Defaults to the last.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If other axes differ.

    Example:
        >>> nnfit.layers.Concatenate()([np.zeros((2, 3)), np.zeros((2, 4))]).shape
        (2, 7)
    """

    def __init__(self, axis: int = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis

    def _check_shapes(self, shapes: list[tuple[int | None, ...]]) -> None:
        rank = len(shapes[0])
        fits = all(len(shape) == rank for shape in shapes) and -rank <= self.axis < rank
        for axis in range(rank) if fits else ():
            fits &= axis == self.axis % rank or len({shape[axis] for shape in shapes} - {None}) <= 1
        if not fits:
            raise ValueError(
                f"[{self.name}] expected shapes that differ along axis {self.axis} alone; got "
                f"{', '.join(map(str, shapes))}."
            )

    def merge(self, inputs: Sequence[Any]) -> Any:
        return ops.concatenate(inputs, axis=self.axis)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        if previous_mask is None or all(mask is None for mask in previous_mask):
            return None
        rank = len(inputs[0].shape)
        masks = []
        for x, mask in zip(inputs, previous_mask, strict=True):
            if mask is None:
                masks.append(ops.ones_like(x, dtype="bool"))
            else:
                full = ops.reshape(mask, (*mask.shape, *[1] * (rank - len(mask.shape))))
                masks.append(ops.logical_and(full, ops.ones_like(x, dtype="bool")))
        return ops.all(ops.concatenate(masks, axis=self.axis), axis=-1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}


def concatenate(inputs: Sequence[Any], axis: int = -1, **kwargs: Any) -> Any:
    """Returns tensors joined along an axis; see `Concatenate`.

    Args:
        inputs: List of tensors.
        axis: The axis. Defaults to the last.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Returns:
        A tensor.

    Example:
        >>> nnfit.layers.concatenate([np.zeros((2, 3)), np.zeros((2, 4))]).shape
        (2, 7)
    """
    return Concatenate(axis=axis, **kwargs)(inputs)
