"""Bounds on the norms of weight vectors.

A norm is `sqrt(sum(w**2))` along `axis`: 0 for a dense kernel `(inputs, units)`, whose columns are the units' weights;
`(0, 1, 2)` for a convolution kernel `(height, width, inputs, filters)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.constraints.constraint import Constraint

Axis = int | Sequence[int]


def _norms(w: Any, axis: Axis) -> Tensor:
    return ops.sqrt(ops.sum(ops.square(w), axis=axis, keepdims=True))


def _rescaled(w: Any, norms: Tensor, desired: Tensor) -> Tensor:
    return ops.multiply(w, ops.divide(desired, ops.add(norms, config.epsilon())))


class MaxNorm(Constraint):
    """Scales vectors that are longer than a bound down to it.

    Args:
        max_value: The bound. Defaults to 2.
        axis: Axis or axes that a vector lies along. Defaults to 0.

    Reference:
        Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014.
    """

    def __init__(self, max_value: float = 2, axis: Axis = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> Tensor:
        norms = _norms(w, self.axis)
        return _rescaled(w, norms, ops.minimum(norms, self.max_value))

    def get_config(self) -> dict[str, Any]:
        return {"max_value": self.max_value, "axis": self.axis}


class UnitNorm(Constraint):
    """Scales vectors to length 1.

    Args:
        axis: Axis or axes that a vector lies along. Defaults to 0.
    """

    def __init__(self, axis: Axis = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Tensor:
        return ops.divide(w, ops.add(_norms(w, self.axis), config.epsilon()))

    def get_config(self) -> dict[str, Any]:
        return {"axis": self.axis}


class MinMaxNorm(Constraint):
    """Scales vectors so that their lengths move into an interval.

    A length n becomes `rate * clip(n, min_value, max_value) + (1 - rate) * n`.

    Args:
        min_value: Least length. Defaults to 0.
        max_value: Greatest length. Defaults to 1.
        rate: How far to go at each update, in (0, 1]. Defaults to 1, which enforces the interval.
        axis: Axis or axes that a vector lies along. Defaults to 0.
    """

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Axis = 0) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> Tensor:
        norms = _norms(w, self.axis)
        desired = ops.clip(norms, self.min_value, self.max_value)
        if self.rate != 1:
            desired = ops.add(ops.multiply(self.rate, desired), ops.multiply(1 - self.rate, norms))
        return _rescaled(w, norms, desired)

    def get_config(self) -> dict[str, Any]:
        return {"min_value": self.min_value, "max_value": self.max_value, "rate": self.rate, "axis": self.axis}
