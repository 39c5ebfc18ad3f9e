"""The training loop written out with a gradient tape, run op by op."""

from __future__ import annotations

from pathlib import Path

import data
from peers.base import Peer
from problem import GUIDE_LOOP

from workloads.base import Measure, Workload, seconds_per_call

ROWS = 200 * GUIDE_LOOP.batch


def _prepare(peer: Peer, folder: Path) -> Measure:
    loop = peer.eager_loop(GUIDE_LOOP, *data.read(folder, ROWS))
    loop()
    return lambda: {"": ROWS / seconds_per_call(loop)}


WORKLOADS = {
    "eager-loop": Workload(
        "784-64-64-10, SGD, batches of 64, GradientTape, eager",
        "samples/s",
        True,
        _prepare,
        peers=("nnfit", "torch", "keras-tensorflow"),
    )
}
