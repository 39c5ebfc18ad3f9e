"""A step of a model with almost no arithmetic: what is left is the cost of a step itself."""

from __future__ import annotations

from pathlib import Path

import data
from peers.base import Peer
from problem import ONE_UNIT

from workloads.base import Measure, Workload, seconds_per_call

STEPS = 2000


def _prepare(peer: Peer, folder: Path) -> Measure:
    epoch = peer.train(ONE_UNIT, *data.noise(STEPS * ONE_UNIT.batch, 1, None))
    epoch()
    return lambda: {"": 1e6 * seconds_per_call(epoch) / STEPS}


WORKLOADS = {"step-overhead": Workload("fit of a 1-unit model, batches of 32", "µs/step", False, _prepare)}
