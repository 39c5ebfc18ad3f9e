"""DatasetBatches: methods that join elements and take them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnfit.data.chain import Chain, checked_count
from nnfit.data.stages.batched import Batched
from nnfit.data.stages.padded_batched import PaddedBatched
from nnfit.data.stages.rebatched import Rebatched
from nnfit.data.stages.unbatched import Unbatched
from nnfit.data.stages.windowed import Windowed

if TYPE_CHECKING:
    from typing_extensions import Self


class DatasetBatches(Chain):
    """Batches and windows."""

    def batch(
        self,
        batch_size: int,
        drop_remainder: bool = False,
        num_parallel_calls: int | None = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Self:
        """Returns a data set whose elements are `batch_size` consecutive elements, stacked along a new first axis.

        Args:
            batch_size: Elements in a batch.
            drop_remainder: Whether a shorter last batch is left out. Defaults to False.
            num_parallel_calls: Accepted as in TensorFlow.
            deterministic: Accepted as in TensorFlow.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `batch_size` is not positive; during iteration, if elements have different shapes.

        Example:
            >>> [b.tolist() for b in nnfit.data.Dataset.range(5).batch(2)]
            [[0, 1], [2, 3], [4]]
        """
        return self._then(Batched(self._stage, checked_count(batch_size, "batch_size", 1), drop_remainder))

    def padded_batch(
        self,
        batch_size: int,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Self:
        """Returns a data set of batches of elements of different sizes, padded at their ends.

        Args:
            batch_size: Elements in a batch.
            padded_shapes: Shape to pad each component to, as a nest like the elements; `None` or -1 for a size: that of
                the largest element of the batch. Defaults to that for all sizes.
            padding_values: What to pad each component with, likewise. Defaults to 0, and to the empty text.
            drop_remainder: Whether a shorter last batch is left out. Defaults to False.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `batch_size` is not positive; during iteration, if an element is larger than its shape, or
                elements differ in rank.

        Example:
            >>> dataset = nnfit.data.Dataset.range(1, 4).map(lambda n: np.full(int(n), int(n)))
            >>> for batch in dataset.padded_batch(3).as_numpy_iterator():
            ...     print(batch)
            [[1 0 0]
             [2 2 0]
             [3 3 3]]
        """
        size = checked_count(batch_size, "batch_size", 1)
        return self._then(PaddedBatched(self._stage, size, padded_shapes, padding_values, drop_remainder))

    def unbatch(self, name: str | None = None) -> Self:
        """Returns a data set of the rows of the elements: the inverse of `batch`.

        Args:
            name: Accepted as in TensorFlow.

        Example:
            >>> [int(i) for i in nnfit.data.Dataset.from_tensor_slices([[1, 2], [3, 4]]).unbatch()]
            [1, 2, 3, 4]
        """
        return self._then(Unbatched(self._stage))

    def rebatch(self, batch_size: int, drop_remainder: bool = False, name: str | None = None) -> Self:
        """Returns a data set of the same rows in batches of another size.

        Args:
            batch_size: Rows in a batch.
            drop_remainder: Whether a shorter last batch is left out. Defaults to False.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `batch_size` is not positive.

        Example:
            >>> [b.tolist() for b in nnfit.data.Dataset.range(5).batch(2).rebatch(3)]
            [[0, 1, 2], [3, 4]]
        """
        return self._then(Rebatched(self._stage, checked_count(batch_size, "batch_size", 1), drop_remainder))

    def window(
        self,
        size: int,
        shift: int | None = None,
        stride: int = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Self:
        """Returns a data set of windows: data sets of consecutive elements, one for each component.

        Args:
            size: Elements in a window.
            shift: How many elements after the beginning of a window the next one begins. Defaults to `size`.
            stride: How far apart the elements of a window are. Defaults to 1.
            drop_remainder: Whether windows of fewer elements, at the end, are left out. Defaults to False.
            name: Accepted as in TensorFlow.

        Raises:
            ValueError: If `size`, `shift` or `stride` is not positive.

        Example:
            >>> windows = nnfit.data.Dataset.range(5).window(3, shift=1, drop_remainder=True)
            >>> [b.tolist() for b in windows.flat_map(lambda w: w.batch(3))]
            [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
        """
        size = checked_count(size, "size", 1)
        shift = size if shift is None else checked_count(shift, "shift", 1)
        stride = checked_count(stride, "stride", 1)
        return self._then(Windowed(self._stage, size, shift, stride, drop_remainder, self._then))
