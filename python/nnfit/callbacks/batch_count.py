"""BatchCount: when so many batches of training have passed."""

from __future__ import annotations


class BatchCount:
    """Counts the batches of training over epochs, also where several are run at a call and only the last is told of.

    Args:
        every: How many batches it takes to be due.

    Attributes:
        total: Batches so far.

    Example:
        >>> count = BatchCount(3)
        >>> count.begin_epoch()
        >>> [count.is_due(batch) for batch in (1, 3, 5)]  # two at a call
        [False, True, False]
    """

    def __init__(self, every: int) -> None:
        self._every = every
        self._waiting = 0
        self._last = -1
        self.total = 0

    def begin_epoch(self, batch: int = 0) -> None:
        """Notes that the next batch is the first of an epoch, or another."""
        self._last = batch - 1

    def is_due(self, batch: int) -> bool:
        """Takes note of a batch and returns whether it is time; if so, counting starts anew."""
        count = batch - self._last
        self._last = batch
        self.total += count
        self._waiting += count
        if self._waiting < self._every:
            return False
        self._waiting = 0
        return True
