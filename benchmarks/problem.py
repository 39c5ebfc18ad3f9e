"""A dense network and how it is trained: what a training workload asks of every peer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Problem:
    """Layers of `sizes` with activations between them; the last gives logits, or values for `mean_squared_error`."""

    sizes: tuple[int, ...]
    batch: int
    optimizer: str  # sgd, rmsprop or adam
    loss: str = "sparse_crossentropy"  # or mean_squared_error
    accuracy: bool = False
    learning_rate: float = 1e-3
    activation: str = "relu"  # or gelu, as `written_gelu`

    @property
    def products(self) -> int:
        """Multiplications of one sample's forward pass."""
        return sum(a * b for a, b in pairwise(self.sizes))

    @property
    def parameters(self) -> int:
        return self.products + sum(self.sizes[1:])


def written_gelu(x: Any, tanh: Callable[[Any], Any]) -> Any:
    """An activation as a user writes it, of nine elementwise operations of a library's arrays."""
    return 0.5 * x * (1 + tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


MLP = Problem((784, 64, 64, 10), 64, "rmsprop", accuracy=True)
WIDE = Problem((1024, 2048, 2048, 2048, 1000), 256, "adam")
WIDE_GELU = replace(WIDE, activation="gelu")
ONE_UNIT = Problem((1, 1), 32, "sgd", loss="mean_squared_error")
GUIDE_LOOP = Problem((784, 64, 64, 10), 64, "sgd")
