"""One library at one workload, in a process of its own: compare.py starts it and asks for one measurement at a time.

It prints a line when it is ready, then one for each line that it reads, and ends with its input.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import peers
from workloads import WORKLOADS


def main(peer_name: str, workload_name: str, folder: str) -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints goes to stderr, not among the answers
    peer = peers.load(peer_name)
    measure = WORKLOADS[workload_name].prepare(peer, Path(folder))
    print(json.dumps(peer.versions()), file=answers, flush=True)
    for _ in sys.stdin:
        print(json.dumps(measure()), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
