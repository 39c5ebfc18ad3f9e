"""Bounds on the norms of gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import _core, ops


def norm_factors(gradients: Sequence[Any], scale: float, clipnorm: float | None, global_clipnorm: float | None) -> Any:
    """Returns what to multiply gradients by, so that the norms of `scale` times them are bounded.

    Args:
        gradients: Tensors.
        scale: What they are multiplied by besides.
        clipnorm: Largest Euclidean norm of each.
        global_clipnorm: Largest norm of all taken together.

    Returns:
        At most 1 each: a vector with an element for each gradient with `clipnorm`; a scalar with `global_clipnorm`,
        NaN if the norm is not finite, so that it is noticed; `None` if nothing is bounded.
    """
    if clipnorm is None and global_clipnorm is None:
        return None
    squares = ops.stack([_core.ops.sum_of_squares(gradient) for gradient in gradients])
    if clipnorm is not None:
        return _bounded(ops.multiply(abs(scale), ops.sqrt(squares)), clipnorm)
    size = ops.multiply(abs(scale), ops.sqrt(ops.sum(squares)))
    return ops.add(_bounded(size, global_clipnorm), ops.subtract(size, size))


def _bounded(norm: Any, limit: Any) -> Any:
    return ops.divide(limit, ops.maximum(norm, limit))
