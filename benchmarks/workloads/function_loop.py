"""The training loop written out with a gradient tape, each step run as a graph; and the same model trained by `fit`."""

from __future__ import annotations

from pathlib import Path

import data
from peers.base import Peer
from problem import GUIDE_LOOP

from workloads.base import Measure, Workload, seconds_per_call

ROWS = 200 * GUIDE_LOOP.batch


def _prepare(peer: Peer, folder: Path) -> Measure:
    x, y = data.read(folder, ROWS)
    cases = {"loop": peer.function_loop(GUIDE_LOOP, x, y), "fit": peer.train(GUIDE_LOOP, x, y)}
    for work in cases.values():
        work()
    return lambda: {name: ROWS / seconds_per_call(work) for name, work in cases.items()}


WORKLOADS = {
    "function-loop": Workload(
        "784-64-64-10, SGD, batches of 64, GradientTape in a graph, beside fit",
        "samples/s",
        True,
        _prepare,
        peers=("nnfit", "torch-compile", "keras-tensorflow"),
    )
}
