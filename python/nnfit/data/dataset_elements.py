"""DatasetElements: methods that work on each element."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nnfit.data.chain import Chain, checked_count, workers_for
from nnfit.data.stages.concatenated import Concatenated
from nnfit.data.stages.enumerated import Enumerated
from nnfit.data.stages.filtered import Filtered
from nnfit.data.stages.flat_mapped import FlatMapped
from nnfit.data.stages.mapped import Mapped
from nnfit.data.stages.stage import Stage

if TYPE_CHECKING:
    from typing_extensions import Self


class DatasetElements(Chain):
    """What is done with elements, one by one."""

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Self:
        """Returns a data set of `map_func(*element)`.

        The function sees tensors, and may use ops and Python as it likes; it is called for each element. To have a long
        one planned, decorate it with `nnfit.function`.

        Args:
            map_func: Function of the items of a tuple, or of the one component; returns an element.
            num_parallel_calls: How many calls run at a time, each on a thread; `AUTOTUNE`: one for each processor if
                calls take long enough to be worth a thread. Defaults to one call when an element is asked for.
            deterministic: Accepted as in TensorFlow; elements always keep their order.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `num_parallel_calls` is not positive.

        Example:
            >>> dataset = nnfit.data.Dataset.from_tensor_slices(([1.0, 2.0], [10.0, 20.0]))
            >>> [float(z) for z in dataset.map(lambda x, y: nnfit.ops.sqrt(x) * 0 + y)]
            [10.0, 20.0]
        """
        tuned = num_parallel_calls == -1
        return self._then(Mapped(self._stage, map_func, workers_for(num_parallel_calls), tuned))

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> Self:
        """Returns a data set of the elements for which `predicate(*element)` is true.

        Args:
            predicate: Function like that of `map`; returns a scalar truth value.
            name: Accepted as in TensorFlow.

        Example:
            >>> [int(i) for i in nnfit.data.Dataset.range(6).filter(lambda i: i % 2 == 0)]
            [0, 2, 4]
        """
        return self._then(Filtered(self._stage, predicate))

    def take_while(self, predicate: Callable[..., Any], name: str | None = None) -> Self:
        """Returns a data set of the elements before the first one for which `predicate(*element)` is false.

        Args:
            predicate: Function like that of `map`; returns a scalar truth value.
            name: Accepted as in TensorFlow.

        Example:
            >>> [int(i) for i in nnfit.data.Dataset.range(9).take_while(lambda i: i < 3)]
            [0, 1, 2]
        """
        return self._then(Filtered(self._stage, predicate, stop=True))

    def flat_map(self, map_func: Callable[..., Any], name: str | None = None) -> Self:
        """Returns a data set of the elements of `map_func(*element)`, a data set for each element, one after another.

        Args:
            map_func: Function like that of `map`; returns a `Dataset`.
            name: Accepted as in TensorFlow.

        Example:
            >>> dataset = nnfit.data.Dataset.range(1, 4).flat_map(lambda n: nnfit.data.Dataset.range(int(n)))
            >>> [int(i) for i in dataset]
            [0, 0, 1, 0, 1, 2]
        """
        return self._then(FlatMapped(self._stage, self._giving_stages(map_func, "Dataset.flat_map")))

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: int | None = None,
        block_length: int | None = None,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Self:
        """Returns a data set of the elements of `map_func(*element)`, from several of these data sets in turn.

        Args:
            map_func: Function like that of `map`; returns a `Dataset`.
            cycle_length: From how many data sets at a time. Defaults to 8, on any machine.
            block_length: How many elements of each in a turn. Defaults to 1.
            num_parallel_calls: How many data sets are begun at a time, as in `map`.
            deterministic: Accepted as in TensorFlow; the order is always the same.
            name: Accepted as in TensorFlow.

        Example:
            >>> repeated = lambda n: nnfit.data.Dataset.from_tensors(n).repeat(3)
            >>> dataset = nnfit.data.Dataset.range(1, 4).interleave(repeated, cycle_length=2, block_length=2)
            >>> [int(i) for i in dataset]
            [1, 1, 2, 2, 1, 2, 3, 3, 3]
        """
        cycle = 8 if cycle_length in (None, -1) else checked_count(cycle_length, "cycle_length", 1)
        block = 1 if block_length is None else checked_count(block_length, "block_length", 1)
        function = self._giving_stages(map_func, "Dataset.interleave")
        return self._then(FlatMapped(self._stage, function, cycle, block, workers_for(num_parallel_calls)))

    def _giving_stages(self, map_func: Callable[..., Any], owner: str) -> Callable[..., Stage]:
        stage_of = self._stage_of
        return lambda *element: stage_of(map_func(*element), owner)

    def enumerate(self, start: int = 0, name: str | None = None) -> Self:
        """Returns a data set of pairs `(number, element)`; numbers are int64.

        Args:
            start: The first number. Defaults to 0.
            name: Accepted as in TensorFlow.

        Example:
            >>> [(int(i), float(x)) for i, x in nnfit.data.Dataset.from_tensor_slices([0.5, 2.0]).enumerate(start=5)]
            [(5, 0.5), (6, 2.0)]
        """
        return self._then(Enumerated(self._stage, int(start)))

    def concatenate(self, dataset: Any, name: str | None = None) -> Self:
        """Returns a data set of these elements and then those of another.

        Args:
            dataset: The other one; its elements have the same structure.
            name: Accepted as in TensorFlow.

        Raises:
            TypeError: If it is no data set.

        Example:
            >>> numbers = nnfit.data.Dataset.range(2)
            >>> [int(i) for i in numbers.concatenate(numbers)]
            [0, 1, 0, 1]
        """
        return self._then(Concatenated(self._stage, self._stage_of(dataset, "Dataset.concatenate")))
