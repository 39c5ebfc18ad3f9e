"""Counts the arithmetic and the traffic of each training workload, and the time that a machine needs for them.

usage: counts.py [--gflops PEAK] [--gbytes BANDWIDTH]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

from problem import GUIDE_LOOP, MLP, WIDE, Problem

# Floats read and written for each parameter by an update: gradient and parameter, and the slots of the optimizer.
UPDATE_FLOATS = {"sgd": 3, "rmsprop": 5, "adam": 7}
CACHE_BYTES = 2**21  # what is smaller stays in a core's cache from step to step, and costs no memory traffic


@dataclass(frozen=True)
class Counts:
    flops: int
    update_bytes: int
    input_bytes: int

    def floor_seconds(self, gflops: float, gbytes: float) -> tuple[float, float]:
        """Seconds of arithmetic and of memory traffic; the update waits for the products, so the two add up."""
        streamed = self.input_bytes + (self.update_bytes if self.update_bytes > CACHE_BYTES else 0)
        return self.flops / (gflops * 1e9), streamed / (gbytes * 1e9)


def count_step(problem: Problem) -> Counts:
    """One training step. The first layer needs no gradient of its input."""
    products = 3 * problem.products - problem.sizes[0] * problem.sizes[1]
    return Counts(
        flops=2 * problem.batch * products,
        update_bytes=4 * UPDATE_FLOATS[problem.optimizer] * problem.parameters,
        input_bytes=4 * problem.batch * problem.sizes[0],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gflops", type=float, default=458.0, help="measured float32 peak (default: %(default)s)")
    parser.add_argument("--gbytes", type=float, default=25.0, help="measured memory GB/s (default: %(default)s)")
    arguments = parser.parse_args()
    print("| workload | FLOP a step | update bytes | input bytes | arithmetic | traffic | floor, samples/s |")
    print("|---|---|---|---|---|---|---|")
    for name, problem in {"mlp": MLP, "wide": WIDE, "tape": GUIDE_LOOP}.items():
        counts = count_step(problem)
        arithmetic, traffic = counts.floor_seconds(arguments.gflops, arguments.gbytes)
        print(
            f"| `{name}` | {counts.flops / 1e6:,.1f} M | {counts.update_bytes / 1e6:,.2f} M "
            f"| {counts.input_bytes / 1e6:,.2f} M | {1e6 * arithmetic:,.0f} µs | {1e6 * traffic:,.0f} µs "
            f"| {problem.batch / (arithmetic + traffic):,.0f} |"
        )


if __name__ == "__main__":
    main()
