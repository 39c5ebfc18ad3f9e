"""An activation written out in elementwise operations, and its gradient, on one library's arrays."""

from __future__ import annotations

from pathlib import Path

from peers.base import Peer

from workloads.base import Measure, Workload, seconds_per_call

SHAPES = [(64, 1024), (1024, 1024), (4096, 1024)]


def _prepare(peer: Peer, folder: Path) -> Measure:
    work = {shape: peer.written_gelu(shape) for shape in SHAPES}
    for call in work.values():
        call()
    return lambda: {f"{m}x{n}": 1e-6 * m * n / seconds_per_call(call, 0.3) for (m, n), call in work.items()}


WORKLOADS = {
    "written-gelu": Workload(
        "a gelu of nine elementwise operations and its gradient, run as a graph",
        "Melements/s",
        True,
        _prepare,
        peers=("nnfit", "torch", "torch-compile", "jax-step", "keras-tensorflow"),
    )
}
