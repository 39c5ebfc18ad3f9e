"""Prediction of one row: how long a call takes, and what a million calls leave behind."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import data
from memory import resident_bytes
from peers.base import Peer
from problem import MLP

from workloads.base import LEAST_SECONDS, Measure, Workload

MOST_CALLS, WARM_UP = 10_000, 50
GROWTH_CALLS, GROWTH_WARM_UP = 1_000_000, 10_000


def _prepare_latency(peer: Peer, folder: Path) -> Measure:
    call = peer.predict(MLP, data.read(folder, 1)[0])
    for _ in range(WARM_UP):
        call()

    def measure() -> dict[str, float]:
        times: list[float] = []
        end = time.perf_counter() + LEAST_SECONDS
        while len(times) < MOST_CALLS and time.perf_counter() < end:
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
        return {"": 1e6 * statistics.median(times)}

    return measure


def _prepare_growth(peer: Peer, folder: Path) -> Measure:
    call = peer.predict(MLP, data.read(folder, 1)[0])
    for _ in range(GROWTH_WARM_UP):
        call()

    def measure() -> dict[str, float]:
        before = resident_bytes()
        for _ in range(GROWTH_CALLS):
            call()
        return {"": (resident_bytes() - before) / 2**20}

    return measure


WORKLOADS = {
    "predict-row": Workload("predict on one row", "µs", False, _prepare_latency),
    # Peers would take hours for a million calls of predict.
    "predict-growth": Workload(
        "memory after a million calls of predict on one row, less before",
        "MB",
        False,
        _prepare_growth,
        peers=("nnfit",),
        repeated=False,
    ),
}
