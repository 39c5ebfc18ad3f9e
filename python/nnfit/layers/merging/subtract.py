"""Subtract: the difference of two tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.merging.merge import Merge

__all__ = ["Subtract", "subtract"]


class Subtract(Merge):
    """Subtracts the second of two tensors from the first: `inputs[0] - inputs[1]`.

    It is called on a list of two tensors, whose shapes broadcast.

    Args:
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If it is not called on two tensors.

    Example:
        >>> float(nnfit.layers.Subtract()([np.array([2.0]), np.array([3.0])])[0])
        -1.0
    """

    def _check_shapes(self, shapes: list[tuple[int | None, ...]]) -> None:
        if len(shapes) != 2:
            raise ValueError(f"[{self.name}] expected two tensors; got {len(shapes)}.")
        super()._check_shapes(shapes)

    def merge(self, inputs: Sequence[Any]) -> Any:
        first, second = inputs
        return ops.subtract(first, second)


def subtract(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Returns the difference of two tensors; see `Subtract`.

    Args:
        inputs: List of two tensors.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Returns:
        A tensor.

    Example:
        >>> float(nnfit.layers.subtract([np.array([2.0]), np.array([3.0])])[0])
        -1.0
    """
    return Subtract(**kwargs)(inputs)
