"""Add: the sum of several tensors."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.merging.merge import Merge

__all__ = ["Add", "add"]


class Add(Merge):
    """Adds tensors: `inputs[0] + inputs[1] + …`.

    It is called on a list of tensors, whose shapes broadcast.

    Args:
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> float(nnfit.layers.Add()([np.array([2.0]), np.array([3.0])])[0])
        5.0
    """

    def merge(self, inputs: Sequence[Any]) -> Any:
        return functools.reduce(ops.add, inputs)


def add(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Returns the sum of tensors; see `Add`.

    Args:
        inputs: List of tensors.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Returns:
        A tensor.

    Example:
        >>> float(nnfit.layers.add([np.array([2.0]), np.array([3.0])])[0])
        5.0
    """
    return Add(**kwargs)(inputs)
