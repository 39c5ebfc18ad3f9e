"""The processes of a comparison: workers that measure on request, and one that keeps a core busy."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import peers

HERE = Path(__file__).parent
TIMEOUT = 900.0  # seconds for one answer
BUSY = """
import os
parent = os.getppid()
while os.getppid() == parent:  # ends with this process even if that is killed
    for _ in range(1_000_000):
        pass
"""


class WorkerError(RuntimeError):
    """A worker ended or took too long; the message is the last thing it said."""


class Worker:
    """One library at one workload. Close it when done."""

    def __init__(self, interpreter: str, peer: str, workload: str, folder: Path) -> None:
        self._complaints = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115 - closed with the worker
        self._process = subprocess.Popen(
            [interpreter, str(HERE / "worker.py"), peer, workload, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            env=os.environ | peers.ENTRIES[peer].environment,
        )
        self.versions: dict[str, str] = {}

    def wait_until_ready(self) -> None:
        self.versions = self._answer()

    def measure(self) -> dict[str, float]:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # then there is no answer either, and that says why
            self._process.stdin.write("\n")
            self._process.stdin.flush()
        measured: dict[str, float] = self._answer()
        return measured

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        self._complaints.close()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        timer = threading.Timer(TIMEOUT, self._process.kill)
        timer.start()
        line = self._process.stdout.readline()
        timed_out = not timer.is_alive()
        timer.cancel()
        if line:
            return json.loads(line)
        self._complaints.seek(0)
        said = self._complaints.read().strip().splitlines()
        if timed_out:
            raise WorkerError(f"no answer in {TIMEOUT:.0f} s")
        raise WorkerError(said[-1] if said else "ended without a word")


@contextlib.contextmanager
def busy_core() -> Iterator[None]:
    """Another process that computes all the time, as on a machine that has other work."""
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        yield
    finally:
        process.kill()
        process.wait()
