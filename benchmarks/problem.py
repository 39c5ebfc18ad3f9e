"""A dense network and how it is trained: what a training workload asks of every peer."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Problem:
    """Layers of `sizes` with ReLU between them; the last one gives logits, or values for `mean_squared_error`."""

    sizes: tuple[int, ...]
    batch: int
    optimizer: str  # sgd, rmsprop or adam
    loss: str = "sparse_crossentropy"  # or mean_squared_error
    accuracy: bool = False
    learning_rate: float = 1e-3

    @property
    def products(self) -> int:
        """Multiplications of one sample's forward pass."""
        return sum(a * b for a, b in pairwise(self.sizes))

    @property
    def parameters(self) -> int:
        return self.products + sum(self.sizes[1:])


MLP = Problem((784, 64, 64, 10), 64, "rmsprop", accuracy=True)
WIDE = Problem((1024, 2048, 2048, 2048, 1000), 256, "adam")
ONE_UNIT = Problem((1, 1), 32, "sgd", loss="mean_squared_error")
GUIDE_LOOP = Problem((784, 64, 64, 10), 64, "sgd")
