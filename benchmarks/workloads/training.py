"""Training a dense network by the library's fastest way, in samples per second."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import data
from numpy.typing import NDArray
from peers.base import Peer
from problem import MLP, WIDE, WIDE_GELU, Problem

from workloads.base import Measure, Workload, seconds_per_call

Load = Callable[[Path], tuple[NDArray[Any], NDArray[Any]]]


def _training(title: str, problem: Problem, load: Load, loaded: bool = False) -> Workload:
    def prepare(peer: Peer, folder: Path) -> Measure:
        x, y = load(folder)
        epoch = peer.train(problem, x, y)
        epoch()
        return lambda: {"": len(x) / seconds_per_call(epoch)}

    return Workload(title, "samples/s", True, prepare, loaded=loaded)


def _noise(folder: Path) -> tuple[NDArray[Any], NDArray[Any]]:
    return data.noise(2560, WIDE.sizes[0], WIDE.sizes[-1])


WORKLOADS = {
    "mlp": _training("784-64-64-10, RMSprop, batches of 64", MLP, data.read),
    "mlp-loaded": _training("the same, with another process busy on one core", MLP, data.read, loaded=True),
    "wide": _training("1024-2048-2048-2048-1000, Adam, batches of 256", WIDE, _noise),
    "wide-gelu": _training("the same with a gelu written out in elementwise operations", WIDE_GELU, _noise),
}
