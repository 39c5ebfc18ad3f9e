"""Multiply: the product of several tensors."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.merging.merge import Merge

__all__ = ["Multiply", "multiply"]


class Multiply(Merge):
    """Multiplies tensors elementwise: `inputs[0] * inputs[1] * …`.

    It is called on a list of tensors, whose shapes broadcast.

    Args:
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> float(nnfit.layers.Multiply()([np.array([2.0]), np.array([3.0])])[0])
        6.0
    """

    def merge(self, inputs: Sequence[Any]) -> Any:
        return functools.reduce(ops.multiply, inputs)


def multiply(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Returns the product of tensors; see `Multiply`.

    Args:
        inputs: List of tensors.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Returns:
        A tensor.

    Example:
        >>> float(nnfit.layers.multiply([np.array([2.0]), np.array([3.0])])[0])
        6.0
    """
    return Multiply(**kwargs)(inputs)
