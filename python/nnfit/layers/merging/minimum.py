"""Minimum: the minimum of several tensors."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.merging.merge import Merge

__all__ = ["Minimum", "minimum"]


class Minimum(Merge):
    """Takes the smallest of tensors, elementwise: `min(inputs[0], inputs[1], …)`.

    It is called on a list of tensors, whose shapes broadcast.

    Args:
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> float(nnfit.layers.Minimum()([np.array([2.0]), np.array([3.0])])[0])
        2.0
    """

    def merge(self, inputs: Sequence[Any]) -> Any:
        return functools.reduce(ops.minimum, inputs)


def minimum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Returns the minimum of tensors; see `Minimum`.

    Args:
        inputs: List of tensors.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Returns:
        A tensor.

    Example:
        >>> float(nnfit.layers.minimum([np.array([2.0]), np.array([3.0])])[0])
        2.0
    """
    return Minimum(**kwargs)(inputs)
