"""Maximum: the maximum of several tensors."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.merging.merge import Merge

__all__ = ["Maximum", "maximum"]


class Maximum(Merge):
    """Takes the largest of tensors, elementwise: `max(inputs[0], inputs[1], …)`.

    It is called on a list of tensors, whose shapes broadcast.

    Args:
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> float(nnfit.layers.Maximum()([np.array([2.0]), np.array([3.0])])[0])
        3.0
    """

    def merge(self, inputs: Sequence[Any]) -> Any:
        return functools.reduce(ops.maximum, inputs)


def maximum(inputs: Sequence[Any], **kwargs: Any) -> Any:
    """Returns the maximum of tensors; see `Maximum`.

    Args:
        inputs: List of tensors.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Returns:
        A tensor.

    Example:
        >>> float(nnfit.layers.maximum([np.array([2.0]), np.array([3.0])])[0])
        3.0
    """
    return Maximum(**kwargs)(inputs)
