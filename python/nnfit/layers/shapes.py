"""Structures of shape tuples, as `build` and `compute_output_shape` take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import tree

__all__ = ["is_shape", "map_shapes", "shapes_of"]


def is_shape(value: Any) -> bool:
    """Returns whether `value` is one shape, rather than a structure of shapes."""
    return isinstance(value, (list, tuple)) and all(dim is None or isinstance(dim, int) for dim in value)


def map_shapes(function: Callable[[Any], Any], shapes: Any) -> Any:
    """Applies `function` to each shape of a structure; `None` counts as a shape.

    Example:
        >>> map_shapes(len, [(None, 3), (2,)])
        [2, 1]
    """
    if shapes is None or is_shape(shapes):
        return function(shapes)
    if isinstance(shapes, dict):
        return {key: map_shapes(function, shape) for key, shape in shapes.items()}
    return [map_shapes(function, shape) for shape in shapes]


def shapes_of(tensors: Any) -> Any:
    """Returns the shapes of a structure of tensors in the same structure; `None` for what is not a tensor."""
    return tree.map_structure(lambda x: tuple(x.shape) if hasattr(x, "shape") else None, tensors)
