"""Items of a sequence made by several workers at once, and given in order."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import numpy as np


def made_by_threads(items: Any, indices: Iterable[int], workers: int, ahead: int) -> Iterator[Any]:
    """Yields `items[index]` for each index in order, made by threads.

    Args:
        items: Object with `__getitem__`.
        indices: Which items.
        workers: Number of threads.
        ahead: How many items may be made before they are asked for.
    """
    with ThreadPoolExecutor(workers, thread_name_prefix="nnfit-worker") as pool:
        yield from _in_order(pool, items.__getitem__, indices, ahead)


def made_by_processes(items: Any, indices: Iterable[int], workers: int, ahead: int) -> Iterator[Any]:
    """Yields `items[index]` for each index in order, made by processes; arguments as of `made_by_threads`.

    Raises:
        RuntimeError: If a process dies.
    """
    # A forked process has the items without pickling, and as they are now.
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork" if can_fork else None)
    seed = random.getrandbits(31)
    with ProcessPoolExecutor(workers, context, _begin_worker, (items, seed)) as pool:
        with warnings.catch_warnings():
            # The first call forks; whoever waits for the first item holds no locks.
            warnings.filterwarnings("ignore", message=".*use of fork.*", category=DeprecationWarning)
            pool.submit(os.getpid)
        try:
            yield from _in_order(pool, _item, indices, ahead)
        except BrokenProcessPool as error:
            raise RuntimeError(
                f"[{type(items).__name__}] a worker process died while it made a batch: it was killed, ran out of "
                "memory or crashed. Try workers=1 and use_multiprocessing=False to see where."
            ) from error


def _in_order(pool: Executor, make: Callable[[int], Any], indices: Iterable[int], ahead: int) -> Iterator[Any]:
    pending: deque[Future[Any]] = deque()
    try:
        for index in indices:
            pending.append(pool.submit(make, index))
            if len(pending) > ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()


_items: Any = None
_seed = 0


def _begin_worker(items: Any, seed: int) -> None:
    """What a worker process does first."""
    global _items, _seed
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asked for it answers Ctrl-C, and ends the workers
    _items, _seed = items, seed


def _item(index: int) -> Any:
    # Forked processes would all go on with the same random numbers.
    np.random.seed((_seed + index) % (1 << 32))  # noqa: NPY002 (it is the global generator that was copied)
    random.seed(_seed + index)
    return _items[index]
