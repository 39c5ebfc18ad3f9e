"""Prefetcher: an iterator that is pulled by a thread, one item ahead."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Any

_END = object()


class Prefetcher:
    """Iterates on a thread of its own, one item ahead of whoever asks.

    Args:
        start: Called on the thread, gives the iterator.
        prepare: Applied to each item on the thread.
        limit: The most items to pull, so that nothing is taken from an iterator that nobody will ask for.

    What the iterator raises is raised to the one who asks, with the traceback of the thread.

    Example:
        >>> list(Prefetcher(lambda: iter([1, 2]), lambda item: 10 * item))
        [10, 20]
    """

    def __init__(
        self, start: Callable[[], Iterator[Any]], prepare: Callable[[Any], Any], limit: int | None = None
    ) -> None:
        self._left = limit
        self._ended = False
        self._requests: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        arguments = (start, prepare, self._requests, self._answers)
        # The thread knows the queues alone, so that it ends when the Prefetcher is dropped.
        self._thread = threading.Thread(target=_work, args=arguments, name="nnfit-prefetch", daemon=True)
        self._thread.start()
        self._asked = self._ask()

    def _ask(self) -> bool:
        if self._left == 0:
            return False
        if self._left is not None:
            self._left -= 1
        self._requests.put(True)
        return True

    def __iter__(self) -> Prefetcher:
        return self

    def __next__(self) -> Any:
        if self._ended or not self._asked:
            raise StopIteration
        item, error = self._answers.get()
        if error is not None:
            self._ended = True
            raise error
        if item is _END:
            self._ended = True
            raise StopIteration
        self._asked = self._ask()
        return item

    def close(self) -> None:
        """Ends the thread, waiting a moment for the item that it is making."""
        self._ended = True
        self._requests.put(False)
        self._thread.join(timeout=2.0)

    def __del__(self) -> None:
        self._requests.put(False)


def _work(start: Any, prepare: Any, requests: queue.SimpleQueue[bool], answers: queue.SimpleQueue[Any]) -> None:
    iterator: Iterator[Any] | None = None
    try:
        while requests.get():
            if iterator is None:
                iterator = start()
            item = next(iterator, _END)
            answers.put((item if item is _END else prepare(item), None))
            if item is _END:
                return
            del item  # the one who asks may be the last to hold it
    except BaseException as error:
        answers.put((None, error))
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            close()
