"""What padding and cropping layers have in common: how much there is at each end of the spatial axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit.ops.spatial import per_axis

__all__ = ["edges_of", "spatial_sizes"]


def edges_of(owner: str, name: str, value: Any, axes: int) -> tuple[tuple[int, int], ...]:
    """Returns the amounts at both ends of each axis.

    Args:
        owner: Name of the layer, for the error message.
        name: Name of the argument.
        value: An int for all ends; for one axis a pair, for several an int or a pair for each.
        axes: How many axes there are.

    Raises:
        ValueError: If it is none of these, or negative.
    """
    if axes == 1 or isinstance(value, int):
        values: Sequence[Any] = (value,) * axes
    elif isinstance(value, Sequence) and len(value) == axes:
        values = value
    else:
        raise ValueError(f"[{owner}] expected {name} to be an int, or an int or a pair for each axis; got {value!r}.")
    return tuple((low, high) for low, high in (per_axis(owner, name, one, 2, least=0) for one in values))


def spatial_sizes(
    owner: str, input_shape: Sequence[int | None], first: int, changes: Sequence[int]
) -> tuple[int | None, ...]:
    """Returns the shape with changed sizes of the axes from `first` on.

    Raises:
        ValueError: In the name of `owner`, if nothing is left of an axis.
    """
    shape = list(input_shape)
    for axis, change in enumerate(changes, first):
        size = shape[axis]
        if size is not None:
            if size + change <= 0 < size:
                raise ValueError(
                    f"[{owner}] expected more than {-change} elements along axis {axis}; got shape {input_shape}."
                )
            shape[axis] = size + change
    return tuple(shape)
