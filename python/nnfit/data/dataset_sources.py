"""DatasetSources: the ways to begin a pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nnfit import tree
from nnfit.data.chain import Chain
from nnfit.data.stages.counted import Counted
from nnfit.data.stages.generated import Generated
from nnfit.data.stages.tensor_slices import TensorSlices
from nnfit.data.stages.tensors import Tensors
from nnfit.data.stages.zipped import Zipped
from nnfit.data.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from typing_extensions import Self


class DatasetSources(Chain):
    """Class methods that make a `Dataset`."""

    @classmethod
    def from_tensor_slices(cls, tensors: Any, name: str | None = None) -> Self:
        """Returns a data set whose elements are the rows of arrays.

        The arrays are not copied: they stay where they are (memory-mapped files too), and batches are gathered from
        them.

        Args:
            tensors: Array, tensor, pandas object or list of numbers, or a nest of them in tuples and dicts, each with
                as many rows. A list is one array.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If the numbers of rows differ, or something has no rows.

        Example:
            >>> dataset = nnfit.data.Dataset.from_tensor_slices(([1, 2, 3], {"a": np.zeros((3, 2))}))
            >>> dataset.element_spec[0]
            TensorSpec(shape=(), dtype='int32', name=None)
            >>> len(dataset)
            3
        """
        return cls(TensorSlices(tensors))

    @classmethod
    def from_tensors(cls, tensors: Any, name: str | None = None) -> Self:
        """Returns a data set of one element.

        Args:
            tensors: The element: array, or a nest of arrays in tuples and dicts.
            name: Accepted as in TensorFlow.

        Example:
            >>> list(nnfit.data.Dataset.from_tensors([1, 2]).as_numpy_iterator())
            [array([1, 2], dtype=int32)]
        """
        return cls(Tensors(tensors))

    @classmethod
    def from_generator(
        cls,
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: tuple[Any, ...] | None = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Self:
        """Returns a data set of what a generator yields.

        Args:
            generator: Function that returns an iterator; it is called for each pass over the data.
            output_types: Dtype of each component, to cast to. Defaults to the dtypes that come.
            output_shapes: Shape of each component, `None` for unknown sizes; only with `output_types`.
            args: Arguments for `generator`.
            output_signature: In place of the two, nest of `TensorSpec`; elements are cast to its dtypes and their
                shapes are checked.
            name: Accepted as in TensorFlow.

        Raises:
            TypeError: If `generator` is not callable, as an iterator is not.
            ValueError: If both a signature and types are given; during iteration, if an element does not fit.

        Example:
            >>> def squares(n):
            ...     for i in range(n):
            ...         yield i, i * i
            >>> [int(y) for x, y in nnfit.data.Dataset.from_generator(squares, args=(4,))]
            [0, 1, 4, 9]
        """
        if output_signature is not None and (output_types is not None or output_shapes is not None):
            raise ValueError("[from_generator] expected output_signature or output_types, not both.")
        if output_types is not None:
            output_signature = _signature(output_types, output_shapes)
        return cls(Generated(generator, tuple(args or ()), output_signature))

    @classmethod
    def range(cls, *args: int, output_type: Any = "int64", name: str | None = None) -> Self:
        """Returns a data set of numbers, as Python's `range` counts them.

        Args:
            *args: `stop`; `start, stop`; or `start, stop, step`.
            output_type: Dtype of the numbers. Defaults to int64.
            name: Accepted as in TensorFlow.

        Example:
            >>> [int(i) for i in nnfit.data.Dataset.range(1, 8, 3)]
            [1, 4, 7]
        """
        return cls(Counted(*args, output_type=output_type))

    @classmethod
    def zip(cls, *args: Any, datasets: Any = None, name: str | None = None) -> Self:
        """Returns a data set whose elements are those of several side by side, as many as the shortest has.

        Args:
            *args: Data sets, or one nest of data sets in tuples and dicts.
            datasets: The same by name.
            name: Accepted as in TensorFlow.

        Raises:
            TypeError: If something is no data set.

        Example:
            >>> numbers = nnfit.data.Dataset.range(3)
            >>> [(int(a), int(b)) for a, b in nnfit.data.Dataset.zip(numbers, numbers.skip(1))]
            [(0, 1), (1, 2)]
        """
        given = datasets if datasets is not None else args[0] if len(args) == 1 else args
        given = tuple(given) if isinstance(given, list) else given
        return cls(Zipped(tree.map_structure(lambda dataset: cls._stage_of(dataset, "Dataset.zip"), given)))


def _signature(types: Any, shapes: Any) -> Any:
    if shapes is None:
        return tree.map_structure(lambda dtype: TensorSpec(None, dtype), types)
    if not isinstance(types, (tuple, dict)):
        return TensorSpec(None if shapes is None else tuple(shapes), types)
    if isinstance(types, dict):
        return {key: _signature(types[key], shapes[key]) for key in types}
    return tuple(_signature(*pair) for pair in zip(types, shapes, strict=True))
