"""Compares nnfit with the peers that are installed, at the same work, on this machine.

Each library runs in a process of its own; they take turns, so that whatever else the machine does meets all of them.
The last column says how many times better nnfit's median is.

Examples:
    compare.py mlp wide
    compare.py --torch-python ~/venvs/torch/bin/python --jax-python ~/venvs/jax/bin/python --json results.json
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import data
import report
from peers import ENTRIES
from processes import Worker, WorkerError, busy_core
from workloads import WORKLOADS

PAUSE = 0.3  # seconds between turns, for threads that spin after their work


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", metavar="workload", help=f"default: all of {', '.join(WORKLOADS)}")
    parser.add_argument("--peers", nargs="+", choices=ENTRIES, default=list(ENTRIES), help="default: all installed")
    for name in dict.fromkeys(entry.interpreter for entry in ENTRIES.values()):
        parser.add_argument(
            f"--{name}-python",
            metavar="PATH",
            default=sys.executable,
            help=f"the interpreter that has {name} (default: this one)",
        )
    parser.add_argument("--repeats", type=int, default=5, help="turns of each library (default: %(default)s)")
    parser.add_argument("--data", choices=("synthetic", "mnist"), default="synthetic", help="default: %(default)s")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every value here")
    arguments = parser.parse_args()
    if unknown := set(arguments.workloads) - set(WORKLOADS):
        parser.error(f"unknown workloads {sorted(unknown)}; there are {', '.join(WORKLOADS)}")
    return arguments


def _interpreters(arguments: argparse.Namespace) -> dict[str, str]:
    """The interpreter of each peer that can be imported, with nnfit first."""
    found = {}
    for peer in dict.fromkeys(["nnfit", *arguments.peers]):
        entry = ENTRIES[peer]
        interpreter = getattr(arguments, f"{entry.interpreter}_python")
        finds = f"import importlib.util as u, sys; sys.exit(any(u.find_spec(p) is None for p in {entry.packages}))"
        if subprocess.run([interpreter, "-c", finds], check=False).returncode == 0:
            found[peer] = interpreter
        else:
            print(f"{peer}: {' or '.join(entry.packages)} is not in {interpreter}", file=sys.stderr)
    return found


def _compare(workload: str, interpreters: dict[str, str], repeats: int, folder: Path) -> dict[str, Any]:
    """All values of one workload, with the workers taking turns."""
    about = WORKLOADS[workload]
    values: dict[str, report.Values] = {}
    failures: dict[str, str] = {}
    versions: dict[str, str] = {}
    with contextlib.ExitStack() as stack:
        workers = {}
        for peer in about.peers:
            if peer not in interpreters:
                continue
            workers[peer] = Worker(interpreters[peer], peer, workload, folder)
            stack.callback(workers[peer].close)
            try:
                workers[peer].wait_until_ready()
                versions |= workers[peer].versions
            except WorkerError as error:
                failures[peer] = str(error)
        if about.loaded:
            stack.enter_context(busy_core())
        for _ in range(repeats if about.repeated else 1):
            for peer, worker in workers.items():
                if peer in failures:
                    continue
                time.sleep(PAUSE)
                try:
                    measured = worker.measure()
                except WorkerError as error:
                    failures[peer] = str(error)
                    continue
                for case, value in measured.items():
                    values.setdefault(peer, {}).setdefault(case, []).append(value)
    return {"values": values, "failures": failures, "versions": versions}


def _machine() -> dict[str, Any]:
    return {"architecture": platform.machine(), "cores": os.cpu_count(), "system": platform.platform()}


def main() -> None:
    arguments = _arguments()
    interpreters = _interpreters(arguments)
    results: dict[str, Any] = {"machine": _machine(), "data": arguments.data, "workloads": {}}
    with tempfile.TemporaryDirectory() as name:
        data.write(Path(name), arguments.data)
        for workload in arguments.workloads or WORKLOADS:
            result = _compare(workload, interpreters, arguments.repeats, Path(name))
            result["summary"] = report.summarize(workload, result["values"])
            results["workloads"][workload] = result
            print("\n".join(report.lines(workload, result["summary"], result["failures"])), flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
