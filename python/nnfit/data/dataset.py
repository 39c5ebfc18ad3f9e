"""Dataset: a pipeline of data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from nnfit import _core
from nnfit.data.dataset_batches import DatasetBatches
from nnfit.data.dataset_elements import DatasetElements
from nnfit.data.dataset_order import DatasetOrder
from nnfit.data.dataset_sources import DatasetSources
from nnfit.data.elements import as_arrays, as_tensors, standardize
from nnfit.data.rows import BatchedRows
from nnfit.data.stages.shuffled import Shuffled
from nnfit.data.stages.stage import INFINITE_CARDINALITY, Stage, close

if TYPE_CHECKING:
    from typing_extensions import Self


class Dataset(DatasetSources, DatasetElements, DatasetBatches, DatasetOrder):
    """A sequence of elements, made as they are asked for, with the methods of `tf.data.Dataset`.

    An element is an array, or a nest of arrays in tuples and dicts. Iteration, and the functions given to `map` and its
    like, see tensors; text and other objects stay NumPy values; `as_numpy_iterator` gives NumPy arrays. Integers of
    types that tensors do not have are widened: int8 to int32, uint32 to int64.

    Each pass begins anew. Batches of arrays, as in `from_tensor_slices(…).shuffle(…).batch(…)`, are gathered by the
    core from the arrays, and in `fit` within the plan of the step: they cost what arrays cost.

    Example:
        >>> x, y = np.zeros((10, 3), "float32"), np.arange(10)
        >>> dataset = nnfit.data.Dataset.from_tensor_slices((x, y)).shuffle(10).batch(4)
        >>> [x_batch.shape for x_batch, y_batch in dataset]
        [(4, 3), (4, 3), (2, 3)]

    Reference:
        Murray et al., tf.data: A Machine Learning Data Processing Framework, 2021.
    """

    def __iter__(self) -> DatasetIterator:
        return DatasetIterator(self._stage, as_tensors)

    def as_numpy_iterator(self) -> DatasetIterator:
        """Returns an iterator over the elements with NumPy arrays and scalars for their leaves.

        Arrays are read-only views of what the pipeline holds; copy one to write to it.

        Example:
            >>> [type(x).__name__ for x in nnfit.data.Dataset.from_tensor_slices([1.5, 2.5]).as_numpy_iterator()]
            ['float32', 'float32']
        """
        return DatasetIterator(self._stage, as_arrays)

    def __len__(self) -> int:
        count = self._stage.cardinality()
        if count < 0:
            what = "infinite" if count == INFINITE_CARDINALITY else "unknown"
            raise TypeError(f"[Dataset] the number of elements is {what}; iterate over the data set to count them.")
        return count

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<Dataset of {type(self._stage).__name__.lower()} elements, cardinality {self._stage.cardinality()}>"

    def cardinality(self) -> _core.Tensor:
        """Returns the number of elements, an int64 scalar.

        It is `nnfit.data.INFINITE_CARDINALITY` (-1) if there is no end, and `UNKNOWN_CARDINALITY` (-2) if the number is
        not known, as after `filter`.

        Example:
            >>> int(nnfit.data.Dataset.range(10).batch(4).cardinality())
            3
        """
        return _core.convert_to_tensor(np.int64(self._stage.cardinality()))

    @property
    def element_spec(self) -> Any:
        """What elements look like: a nest of `TensorSpec`.

        Where it depends on a function that asks for values, or on a generator without signature, it is that of the
        first element, which is made for it.
        """
        return self._stage.element_spec()

    def apply(self, transformation_func: Callable[[Self], Any]) -> Any:
        """Returns `transformation_func(self)`: for chains of method calls.

        Args:
            transformation_func: Function of a data set that returns one.

        Example:
            >>> [int(i) for i in nnfit.data.Dataset.range(5).apply(lambda dataset: dataset.skip(3))]
            [3, 4]
        """
        return transformation_func(self)

    def reduce(self, initial_state: Any, reduce_func: Callable[[Any, Any], Any], name: str | None = None) -> Any:
        """Returns the last state of `state = reduce_func(state, element)`, over all elements.

        Args:
            initial_state: Tensor, or a nest of tensors in tuples and dicts.
            reduce_func: Function of the state and an element; returns the next state.
            name: Accepted as in TensorFlow.

        Example:
            >>> int(nnfit.data.Dataset.range(5).reduce(np.int64(0), lambda total, i: total + i))
            10
        """
        state = as_tensors(standardize(initial_state, "Dataset.reduce"))
        for element in self:
            state = as_tensors(standardize(reduce_func(state, element), "Dataset.reduce"))
        return state

    def split(
        self,
        left_size: float | int | None = None,
        right_size: float | int | None = None,
        shuffle: bool = False,
        seed: int | None = None,
    ) -> tuple[Self, Self]:
        """Returns two data sets: the first elements, and those after them.

        Args:
            left_size: Elements in the first: a number, or a fraction between 0 and 1.
            right_size: Elements in the second, likewise. Defaults to the rest.
            shuffle: Whether elements are shuffled first; once, so that both keep to their parts in each pass.
            seed: Seed of the shuffle.

        Raises:
            ValueError: If neither size is given, they do not fit the number of elements, or that is not known.

        Example:
            >>> train, test = nnfit.data.Dataset.range(10).split(0.7)
            >>> len(train), len(test)
            (7, 3)
        """
        if self._stage.cardinality() < 0:
            raise ValueError("[Dataset.split] expected a known number of elements; cut with take and skip.")
        left, right = _sizes(len(self), left_size, right_size)
        ordered = self.shuffle(None, seed, reshuffle_each_iteration=False) if shuffle else self
        return ordered.take(left), ordered.skip(left).take(right)

    def as_rows(self) -> BatchedRows | None:
        """Returns the batches as rows of arrays in some order, if that is what they are: for `fit`."""
        batched = self._stage.batched_rows()
        return None if batched is None or not batched.rows else batched

    def get_state(self) -> list[list[int]]:
        """Returns what the orders of the next passes depend on: the states of the shuffles, for an exact resume.

        Example:
            >>> dataset = nnfit.data.Dataset.range(9).shuffle(9)
            >>> state = dataset.get_state()
            >>> first = [int(i) for i in dataset]
            >>> dataset.set_state(state)
            >>> first == [int(i) for i in dataset]
            True
        """
        return [np.asarray(stage.generator.state).tolist() for stage in self._shuffles()]

    def set_state(self, state: list[list[int]]) -> None:
        """Makes the next passes go as they would have when `get_state` gave `state`.

        Args:
            state: What `get_state` returned, of this data set or one that was made the same way.

        Raises:
            ValueError: If it has another number of shuffles.
        """
        shuffles = self._shuffles()
        if len(shuffles) != len(state):
            raise ValueError(f"[Dataset.set_state] expected the states of {len(shuffles)} shuffles; got {len(state)}.")
        for stage, values in zip(shuffles, state, strict=True):
            stage.generator.state.assign(np.array(values, np.int64))

    def _shuffles(self) -> list[Shuffled]:
        return [stage for stage in self._stage.walk() if isinstance(stage, Shuffled)]


class DatasetIterator(Iterator[Any]):
    """One pass over a data set.

    Args:
        stage: Where elements come from.
        convert: What is done to each of them.
    """

    def __init__(self, stage: Stage, convert: Callable[[Any], Any]) -> None:
        self._stage = stage
        self._elements = stage.elements()
        self._convert = convert

    def __iter__(self) -> DatasetIterator:
        return self

    def __next__(self) -> Any:
        return self._convert(next(self._elements))

    def get_next(self) -> Any:
        """Returns the next element; `next(iterator)` does the same."""
        return next(self)

    @property
    def element_spec(self) -> Any:
        """What elements look like; see `Dataset.element_spec`."""
        return self._stage.element_spec()

    def close(self) -> None:
        """Ends the pass; threads that make elements stop."""
        close(self._elements)


def _sizes(count: int, left: float | int | None, right: float | int | None) -> tuple[int, int]:
    """The numbers of elements on either side of a split."""

    def number(size: float | int | None) -> int | None:
        if size is None:
            return None
        if isinstance(size, float):
            if not 0 < size < 1:
                raise ValueError(f"[Dataset.split] expected a fraction between 0 and 1; got {size}.")
            return round(size * count)
        return int(size)

    first, second = number(left), number(right)
    if first is None and second is None:
        raise ValueError("[Dataset.split] expected left_size or right_size.")
    if first is None:
        first = count - (second or 0)
    if second is None:
        second = count - first
    if first < 0 or second < 0 or first + second > count:
        raise ValueError(f"[Dataset.split] expected sizes of at most {count} in all; got {left} and {right}.")
    return first, second
