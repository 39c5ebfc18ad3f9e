"""What a workload may ask of a library. Every function does its work anew at each call and returns when it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from problem import Problem

Work = Callable[[], object]
Rows = tuple[NDArray[Any], NDArray[Any]]


@dataclass(frozen=True)
class Convolution:
    """A layer on square images of `image` pixels a side, with `size` taps a side and zeros around as for "same"."""

    image: int
    channels: int
    filters: int
    size: int = 3
    stride: int = 1
    groups: int = 1

    @property
    def outputs(self) -> int:
        return -(-self.image // self.stride)

    @property
    def flops(self) -> int:
        """Of one image and pass, by the definition."""
        return 2 * self.outputs**2 * self.size**2 * self.channels // self.groups * self.filters


class Peer:
    """A peer implements what its API has; workloads name the peers that can do them."""

    def versions(self) -> dict[str, str]:
        raise NotImplementedError

    def train(self, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        """One epoch over shuffled batches, in the way that the library is meant to be fastest."""
        raise NotImplementedError

    def fit(
        self, problem: Problem, train: Rows, validation: Rows | None, class_weight: dict[int, float] | None, epochs: int
    ) -> Callable[[], float]:
        """Some epochs, the validation set evaluated after each; returns the seconds that evaluation took."""
        raise NotImplementedError

    def eager_loop(self, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        """One pass over the batches in order, each step written out and run op by op."""
        raise NotImplementedError

    def function_loop(self, problem: Problem, x: NDArray[Any], y: NDArray[Any]) -> Work:
        """The same loop, with the step made to run as a graph."""
        raise NotImplementedError

    def predict(self, problem: Problem, x: NDArray[Any]) -> Work:
        """From a NumPy array to a NumPy array."""
        raise NotImplementedError

    def dense(self, pass_name: str, shape: tuple[int, int, int]) -> Work:
        """`forward`, `input_gradient` or `kernel_gradient` of x (M, K) · kernel (K, N) + bias, for shape (M, N, K)."""
        raise NotImplementedError

    def written_gelu(self, shape: tuple[int, ...]) -> Work:
        """`written_gelu` of an array and the gradient of its sum, made to run as a graph where the library can."""
        raise NotImplementedError

    def convolution(self, pass_name: str, layer: Convolution, batch: int) -> Work:
        """`forward` with bias, `input_gradient`, or `kernel_gradient` with that of the bias; channels last."""
        raise NotImplementedError
