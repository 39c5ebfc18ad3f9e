"""Average: the mean of several tensors."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.merging.merge import Merge

__all__ = ["Average", "average"]


class Average(Merge):
    """Averages tensors: `(inputs[0] + inputs[1] + …) / n`.

    It is called on a list of tensors, whose shapes broadcast.

    Args:
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> float(nnfit.layers.Average()([np.array([2.0]), np.array([3.0])])[0])
        2.5
    """

    def merge(self, inputs: Sequence[Any]) -> Any:
        return functools.reduce(ops.add, inputs) / len(inputs)


def average(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Returns the mean of tensors; see `Average`.

    Args:
        inputs: List of tensors.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Returns:
        A tensor.

    Example:
        >>> float(nnfit.layers.average([np.array([2.0]), np.array([3.0])])[0])
        2.5
    """
    return Average(**kwargs)(inputs)
