"""Penalties on the size of values."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit._core import Tensor
from nnfit.regularizers.regularizer import Regularizer, checked_factor


class L1L2(Regularizer):
    """`l1 * sum(|x|) + l2 * sum(x**2)`.

    Args:
        l1: Factor of the sum of absolute values. Defaults to 0.
        l2: Factor of the sum of squares. Defaults to 0.

    Raises:
        ValueError: If a factor is not a finite number of at least 0.

    Example:
        >>> float(nnfit.regularizers.L1L2(l1=0.5, l2=0.25)(nnfit.ops.ones((2, 5))))
        7.5
    """

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = checked_factor(0.0 if l1 is None else l1, "l1", "L1L2")
        self.l2 = checked_factor(0.0 if l2 is None else l2, "l2", "L1L2")

    def __call__(self, x: Any) -> Tensor:
        if self.l1 and self.l2:
            return ops.add(_absolute(x, self.l1), _squared(x, self.l2))
        return _absolute(x, self.l1) if self.l1 else _squared(x, self.l2)

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1, "l2": self.l2}


class L1(Regularizer):
    """`l1 * sum(|x|)`.

    Args:
        l1: The factor. Defaults to 0.01.

    Raises:
        ValueError: If it is not a finite number of at least 0.
    """

    def __init__(self, l1: float | None = 0.01) -> None:
        self.l1 = checked_factor(0.01 if l1 is None else l1, "l1", "L1")

    def __call__(self, x: Any) -> Tensor:
        return _absolute(x, self.l1)

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1}


class L2(Regularizer):
    """`l2 * sum(x**2)`.

    Args:
        l2: The factor. Defaults to 0.01.

    Raises:
        ValueError: If it is not a finite number of at least 0.
    """

    def __init__(self, l2: float | None = 0.01) -> None:
        self.l2 = checked_factor(0.01 if l2 is None else l2, "l2", "L2")

    def __call__(self, x: Any) -> Tensor:
        return _squared(x, self.l2)

    def get_config(self) -> dict[str, Any]:
        return {"l2": self.l2}


def _absolute(x: Any, factor: float) -> Tensor:
    return ops.multiply(factor, ops.sum(ops.abs(x)))


def _squared(x: Any, factor: float) -> Tensor:
    return ops.multiply(factor, ops.sum(ops.square(x)))
