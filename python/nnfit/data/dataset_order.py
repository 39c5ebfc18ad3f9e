"""DatasetOrder: methods that choose elements, and when and how often they are made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from nnfit.data.chain import Chain, checked_count
from nnfit.data.stages.cached import Cached
from nnfit.data.stages.file_cached import FileCached
from nnfit.data.stages.prefetched import Prefetched
from nnfit.data.stages.repeated import Repeated
from nnfit.data.stages.sharded import Sharded
from nnfit.data.stages.shuffled import Shuffled
from nnfit.data.stages.skipped import Skipped
from nnfit.data.stages.taken import Taken

if TYPE_CHECKING:
    from typing_extensions import Self


class DatasetOrder(Chain):
    """Which elements, in which order, how often."""

    def shuffle(
        self,
        buffer_size: int | None,
        seed: int | None = None,
        reshuffle_each_iteration: bool = True,
        name: str | None = None,
    ) -> Self:
        """Returns a data set of the same elements in a random order.

        Each element is chosen at random among the next `buffer_size`: for a uniform shuffle the buffer has to hold all.

        Args:
            buffer_size: Number of elements to choose from. `None`: all of them.
            seed: Int for an order that can be repeated. Defaults to one drawn from Python's `random`, which
                `nnfit.utils.set_random_seed` seeds.
            reshuffle_each_iteration: Whether each pass has another order. Defaults to True.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `buffer_size` is not positive, or `None` with an unknown number of elements.

        Example:
            >>> dataset = nnfit.data.Dataset.range(10).shuffle(10, seed=0)
            >>> first, second = [[int(i) for i in dataset] for _ in range(2)]
            >>> sorted(first) == sorted(second) and first != second
            True
        """
        if buffer_size is None:
            count = self._stage.cardinality()
            if count < 0:
                raise ValueError("[Dataset.shuffle] expected a buffer_size; the number of elements is not known.")
            buffer_size = max(count, 1)
        size = checked_count(buffer_size, "buffer_size", 1)
        return self._then(Shuffled(self._stage, size, seed, reshuffle_each_iteration is not False))

    def repeat(self, count: int | None = None, name: str | None = None) -> Self:
        """Returns a data set of the elements over again.

        Args:
            count: How often. `None` or -1, the default: without end.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `count` is below -1.

        Example:
            >>> [int(i) for i in nnfit.data.Dataset.range(2).repeat(2)]
            [0, 1, 0, 1]
        """
        forever = count is None or count == -1
        return self._then(Repeated(self._stage, None if forever else checked_count(count, "count", 0)))

    def take(self, count: int, name: str | None = None) -> Self:
        """Returns a data set of the first `count` elements.

        Args:
            count: How many; -1: all.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `count` is below -1.

        Example:
            >>> [int(i) for i in nnfit.data.Dataset.range(5).take(2)]
            [0, 1]
        """
        return self if count == -1 else self._then(Taken(self._stage, checked_count(count, "count", 0)))

    def skip(self, count: int, name: str | None = None) -> Self:
        """Returns a data set of the elements after the first `count`.

        Args:
            count: How many to leave out; -1: all.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `count` is below -1.

        Example:
            >>> [int(i) for i in nnfit.data.Dataset.range(5).skip(3)]
            [3, 4]
        """
        if count == -1:
            return self._then(Taken(self._stage, 0))
        return self._then(Skipped(self._stage, checked_count(count, "count", 0)))

    def shard(self, num_shards: int, index: int, name: str | None = None) -> Self:
        """Returns a data set of each `num_shards`-th element, beginning with that of number `index`.

        Args:
            num_shards: Into how many parts the elements are divided.
            index: Which part.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `index` is not below `num_shards`.

        Example:
            >>> [int(i) for i in nnfit.data.Dataset.range(7).shard(3, 1)]
            [1, 4]
        """
        shards = checked_count(num_shards, "num_shards", 1)
        place = checked_count(index, "index", 0)
        if place >= shards:
            raise ValueError(f"[Dataset.shard] expected an index below num_shards {shards}; got {place}.")
        return self._then(Sharded(self._stage, shards, place))

    def cache(self, filename: str | os.PathLike[str] = "", name: str | None = None) -> Self:
        """Returns a data set that keeps its elements at the first complete pass, for the passes after it.

        Args:
            filename: Path, without ending, of files to keep them in, which are used by later programs too. Defaults to
                keeping them in memory.
            name: Accepted as in TensorFlow.

        Raises:
            TypeError: During iteration, if elements of Python objects shall be kept in a file.

        Example:
            >>> calls = []
            >>> dataset = nnfit.data.Dataset.range(3).map(lambda i: calls.append(1) or i).cache()
            >>> _ = list(dataset), list(dataset)
            >>> len(calls)
            3
        """
        path = os.fspath(filename)
        return self._then(FileCached(self._stage, path) if path else Cached(self._stage))

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Self:
        """Returns a data set whose elements are made ahead of time, on a thread.

        Batches of arrays are not made ahead: the core gathers them on all its threads. `fit` takes one batch ahead by
        itself.

        Args:
            buffer_size: How many elements ahead at most; `AUTOTUNE`: 2.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `buffer_size` is below -1.

        Example:
            >>> [int(i) for i in nnfit.data.Dataset.range(3).map(lambda i: i + 1).prefetch(1)]
            [1, 2, 3]
        """
        size = 2 if buffer_size in (None, -1) else checked_count(buffer_size, "buffer_size", 0)
        return self._then(Prefetched(self._stage, size))
