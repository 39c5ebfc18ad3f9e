"""The three products of a dense layer, at shapes of real networks, on one library's arrays."""

from __future__ import annotations

from pathlib import Path

from peers.base import Peer

from workloads.base import Measure, Workload, seconds_per_call

SHAPES = [
    (64, 64, 784),
    (64, 64, 64),
    (64, 10, 64),
    (256, 2048, 1024),
    (256, 1000, 2048),
    (32, 4096, 4096),
    (512, 512, 512),
    (2048, 2048, 2048),
]  # M, N, K


def _dense(pass_name: str) -> Workload:
    def prepare(peer: Peer, folder: Path) -> Measure:
        work = {shape: peer.dense(pass_name, shape) for shape in SHAPES}
        for call in work.values():
            call()

        def measure() -> dict[str, float]:
            rates = {}
            for (m, n, k), call in work.items():
                rates[f"{m}x{n}x{k}"] = 2e-9 * m * n * k / seconds_per_call(call, 0.1)
            return rates

        return measure

    title = f"dense {pass_name.replace('_', ' ')} with bias, (M, N, K)"
    return Workload(title, "GFLOP/s", True, prepare, peers=("nnfit", "torch"))


WORKLOADS = {
    f"dense-{name.replace('_', '-')}": _dense(name) for name in ("forward", "input_gradient", "kernel_gradient")
}
