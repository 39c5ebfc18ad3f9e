"""Work on other threads for iterators: elements made ahead of time, and a function of many at once.

Threads hold no reference to the iterator that the user has; so when that is dropped or closed, they end.
"""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

__all__ = ["Background", "ordered_map"]


class Background(Iterator[Any]):
    """Elements that a thread takes from an iterator ahead of time.

    An exception of the iterator is raised, with its traceback, where its element would have come. The thread ends when
    there are no more elements, when `close` is called, and when nobody has a reference to this object.

    Args:
        begin: Gives the iterator; called on the thread.
        size: How many elements wait at most.
    """

    def __init__(self, begin: Callable[[], Iterator[Any]], size: int) -> None:
        self._queue = _Queue(size)
        self._thread = threading.Thread(target=_fill, args=(self._queue, begin), name="nnfit-prefetch", daemon=True)
        self._finalizer = weakref.finalize(self, self._queue.stop)
        self._thread.start()

    def __iter__(self) -> Background:
        return self

    def __next__(self) -> Any:
        return self._queue.get()

    def close(self) -> None:
        """Ends the thread and waits until it has ended."""
        self._finalizer()
        if threading.current_thread() is not self._thread:
            self._thread.join()


class _Queue:
    """Elements from one thread to another; bounded, and ended from either side."""

    def __init__(self, size: int) -> None:
        self._size = max(size, 1)
        self._items: deque[Any] = deque()
        self._changed = threading.Condition()
        self._ended = False  # no element comes any more
        self._error: BaseException | None = None
        self._stopped = False  # no element is wanted any more

    def put(self, item: Any) -> bool:
        """Adds an element, waiting for room. Returns whether more are wanted."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or len(self._items) < self._size)
            if not self._stopped:
                self._items.append(item)
                self._changed.notify_all()
            return not self._stopped

    def end(self, error: BaseException | None) -> None:
        """Says that no more elements come, and why if it is an error."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def get(self) -> Any:
        """Returns the next element, waiting for it."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._items) or self._ended or self._stopped)
            if self._items and not self._stopped:
                item = self._items.popleft()
                self._changed.notify_all()
                return item
            error, self._error = self._error, None
        if error is not None:
            raise error
        raise StopIteration

    def stop(self) -> None:
        """Says that no more elements are wanted."""
        with self._changed:
            self._stopped = True
            self._items.clear()
            self._changed.notify_all()


def _fill(queue: _Queue, begin: Callable[[], Iterator[Any]]) -> None:
    error: BaseException | None = None
    elements: Iterator[Any] = iter(())
    try:
        elements = begin()
        for item in elements:
            if not queue.put(item):
                break
    except BaseException as raised:  # whatever ends this thread is for the other one to know
        error = raised
    finally:
        if hasattr(elements, "close"):
            elements.close()
        queue.end(error)


def ordered_map(function: Callable[[Any], Any], elements: Iterator[Any], workers: int) -> Iterator[Any]:
    """Returns an iterator over `function(element)`, in order, with `workers` calls at a time on threads.

    An exception is raised where the result would have come. Threads end with the iterator.

    Args:
        function: Called on the threads.
        elements: Taken on the thread that asks for results.
        workers: Number of threads.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="nnfit-map")
    running: deque[Future[Any]] = deque()
    try:
        for element in islice(elements, workers):
            running.append(pool.submit(function, element))
        while running:
            result = running.popleft().result()
            for element in islice(elements, 1):
                running.append(pool.submit(function, element))
            yield result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        if hasattr(elements, "close"):
            elements.close()
