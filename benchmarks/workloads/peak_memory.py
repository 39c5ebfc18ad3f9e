"""Peak memory of a process that imports the library and trains, less the training data itself."""

from __future__ import annotations

from pathlib import Path

import data
from memory import peak_bytes
from peers.base import Peer
from problem import MLP

from workloads.base import Measure, Workload


def _prepare(peer: Peer, folder: Path) -> Measure:
    x, y = data.read(folder)
    epoch = peer.train(MLP, x, y)

    def measure() -> dict[str, float]:
        epoch()
        epoch()
        return {"": (peak_bytes() - x.nbytes - y.nbytes) / 2**20}

    return measure


WORKLOADS = {
    "peak-memory": Workload("peak memory of mlp beyond its data", "MB", False, _prepare, repeated=False),
}
