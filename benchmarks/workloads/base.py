"""What a workload is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from peers.base import Peer, Work

Measure = Callable[[], dict[str, float]]
ALL_PEERS = (
    "nnfit", "torch", "torch-compile", "jax-step", "jax-scan", "keras-tensorflow", "keras-jax", "keras-torch",
)  # fmt: skip
LEAST_SECONDS = 1.0


@dataclass(frozen=True)
class Workload:
    """`prepare(peer, folder of the data)` builds, warms up, and returns what measures once: a value for each case."""

    title: str
    unit: str
    higher_is_better: bool
    prepare: Callable[[Peer, Path], Measure]
    peers: tuple[str, ...] = ALL_PEERS
    repeated: bool = True  # False where a second measurement in the same process would tell nothing new
    loaded: bool = False  # measured while another process keeps one core busy


def seconds_per_call(work: Work, least_seconds: float = LEAST_SECONDS) -> float:
    """Calls until enough time has passed for the clock and the scheduler not to matter."""
    calls, start = 0, time.perf_counter()
    while True:
        work()
        calls += 1
        elapsed = time.perf_counter() - start
        if elapsed >= least_seconds:
            return elapsed / calls
