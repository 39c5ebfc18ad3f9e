"""Bounds on gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops


def clip_by_norm(gradient: Any, norm: float) -> Any:
    """Returns a gradient scaled down, if need be, so that its Euclidean norm is at most `norm`."""
    size = ops.sqrt(ops.sum(ops.square(gradient)))
    return ops.multiply(gradient, ops.divide(norm, ops.maximum(size, norm)))


def global_norm(gradients: Sequence[Any]) -> Any:
    """Returns the Euclidean norm of all gradients taken together: a scalar."""
    squares = [ops.sum(ops.square(gradient)) for gradient in gradients]
    total = squares[0]
    for square in squares[1:]:
        total = ops.add(total, square)
    return ops.sqrt(total)


def clip_by_global_norm(gradients: Sequence[Any], norm: float) -> list[Any]:
    """Returns gradients scaled down together, if need be, so that their global norm is at most `norm`.

    A global norm that is not finite makes all of them NaN, so that it is noticed.
    """
    size = global_norm(gradients)
    scale = ops.divide(norm, ops.maximum(size, norm))
    scale = ops.add(scale, ops.subtract(size, size))
    return [ops.multiply(gradient, ops.cast(scale, gradient.dtype)) for gradient in gradients]
