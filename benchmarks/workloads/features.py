"""Training without and with a metric, class weights and a validation set, in training samples per second.

The time that the evaluations of the validation set take is left out: what is compared is what these features cost the
training itself.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import data
from peers.base import Peer
from problem import MLP

from workloads.base import Measure, Workload

HELD_OUT, EPOCHS = 9984, 3
CLASS_WEIGHT = {0: 0.5, 3: 2.0, 5: 1.5}


def _prepare(peer: Peer, folder: Path) -> Measure:
    x, y = data.read(folder)
    train, validation = (x[:-HELD_OUT], y[:-HELD_OUT]), (x[-HELD_OUT:], y[-HELD_OUT:])
    samples = EPOCHS * len(train[0])
    plain = peer.fit(replace(MLP, accuracy=False), train, None, None, EPOCHS)
    featured = peer.fit(MLP, train, validation, CLASS_WEIGHT, EPOCHS)
    plain()
    featured()

    def measure() -> dict[str, float]:
        begin = time.perf_counter()
        plain()
        between = time.perf_counter()
        evaluating = featured()
        end = time.perf_counter()
        return {"without": samples / (between - begin), "with": samples / (end - between - evaluating)}

    return measure


WORKLOADS = {
    "mlp-features": Workload(
        "mlp without, and with, a metric, class weights and validation (its own time left out)",
        "samples/s", True, _prepare, peers=("nnfit", "keras-tensorflow", "keras-jax", "keras-torch"),
    ),
}  # fmt: skip
