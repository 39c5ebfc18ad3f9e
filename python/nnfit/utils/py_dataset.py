"""PyDataset: batches that Python code makes by number, so that several workers can make them at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np


class PyDataset:
    """Base of data sets whose batches are made by `__getitem__`.

    A subclass defines `__getitem__(index)`, which returns a whole batch `(x, y)` or `(x, y, sample_weight)`, and
    `__len__`, the number of batches; or `num_batches`, whose value `None` means that there is no end. `fit` with
    `shuffle=True` takes the batches in another order each epoch. It takes each batch once an epoch, in order, whatever
    the number of workers.

    Args:
        workers: How many workers make batches side by side. Defaults to 1.
        use_multiprocessing: Whether workers are processes. Threads, the default, are enough for code that waits (for
            files, the network) or leaves Python (NumPy, image libraries). Processes are begun for each epoch, as copies
            of the program where the system can do that (elsewhere the data set is pickled), with random generators of
            Python and NumPy seeded anew for each batch.
        max_queue_size: How many batches the workers may be ahead. Defaults to 10.

    An exception in `__getitem__` ends the training with its own traceback, and so does the death of a worker.

    Example:
        >>> class Squares(nnfit.utils.PyDataset):
        ...     def __len__(self):
        ...         return 4
        ...     def __getitem__(self, index):
        ...         x = np.arange(8.0).reshape(8, 1) + 8 * index
        ...         return x, x**2
        >>> model = nnfit.Sequential([nnfit.Input((1,)), nnfit.layers.Dense(1)])
        >>> model.compile("adam", "mse")
        >>> history = model.fit(Squares(workers=2), epochs=2, verbose=0)
        >>> len(history.history["loss"])
        2

    Reference: the interface is that of Keras's `PyDataset`, once `Sequence`.
    """

    # Of the class, so that a subclass may go without `super().__init__()`.
    workers: int = 1
    use_multiprocessing: bool = False
    max_queue_size: int = 10

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None:
        for name, value, least in (("workers", workers, 0), ("max_queue_size", max_queue_size, 1)):
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ValueError(
                    f"[{type(self).__name__}] expected {name} to be an int of at least {least}; got {value!r}."
                )
        self.workers = workers
        self.use_multiprocessing = use_multiprocessing
        self.max_queue_size = max_queue_size

    def __getitem__(self, index: int) -> Any:
        """Returns the batch of a number."""
        raise NotImplementedError(
            f"[{type(self).__name__}] needs a `__getitem__(index)` that returns a batch; define it."
        )

    @property
    def num_batches(self) -> int | None:
        """The number of batches; `None` if there is no end. By default what `__len__` says."""
        try:
            return len(self)  # type: ignore[arg-type]
        except TypeError:
            raise NotImplementedError(
                f"[{type(self).__name__}] needs the number of its batches; define `__len__`."
            ) from None

    def cardinality(self) -> int:
        """Returns the number of batches, -1 if there is no end."""
        batches = self.num_batches
        return -1 if batches is None else batches

    def on_epoch_begin(self) -> None:
        """Called before each epoch."""

    def on_epoch_end(self) -> None:
        """Called after each epoch, for instance to shuffle samples among batches."""

    def __iter__(self) -> Iterator[Any]:
        """Makes the batches in order, without workers."""
        return (self[index] for index in self._indices(shuffle=False))

    def _indices(self, shuffle: bool) -> Iterable[int]:
        batches = self.num_batches
        if batches is None:
            return itertools.count()
        if not shuffle:
            return range(batches)
        from nnfit import random  # of training alone

        order: list[int] = np.asarray(random.shuffle(np.arange(batches, dtype=np.int64))).tolist()
        return order

    def passed(self, shuffle: bool) -> Iterator[Any]:
        """Returns an iterator over the batches, made by the workers: for `fit`.

        Args:
            shuffle: Whether in another order.
        """
        indices = self._indices(shuffle)
        if self.workers < 1 or (self.workers == 1 and not self.use_multiprocessing):
            return (self[index] for index in indices)  # on the thread that asks, which `fit` has for that
        from nnfit.utils.workers import made_by_processes, made_by_threads  # they import the pools of the library

        made = made_by_processes if self.use_multiprocessing else made_by_threads
        return made(self, indices, self.workers, self.max_queue_size)
