"""TensorSlices: the rows of arrays, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnfit import tree
from nnfit.data.elements import standardize
from nnfit.data.rows import Rows, all_rows, inner_contiguous
from nnfit.data.stages.stage import Stage
from nnfit.data.tensor_spec import spec_of, without_leading


class TensorSlices(Stage):
    """See `Dataset.from_tensor_slices`."""

    def __init__(self, tensors: Any) -> None:
        self._arrays = tree.map_structure(_array, standardize(tensors, "from_tensor_slices"))
        leaves = tree.flatten(self._arrays)
        if not leaves:
            raise ValueError("[from_tensor_slices] expected at least one array; got an empty structure.")
        if any(leaf.ndim == 0 for leaf in leaves):
            raise ValueError("[from_tensor_slices] expected arrays with a first axis to go along; got a scalar.")
        counts = [len(leaf) for leaf in leaves]
        if len(set(counts)) > 1:
            raise ValueError(f"[from_tensor_slices] expected arrays of as many rows each; got {counts}.")
        self._count = counts[0]

    def elements(self) -> Iterator[Any]:
        return self.rows().elements()

    def cardinality(self) -> int:
        return self._count

    def element_spec(self) -> Any:
        return without_leading(spec_of(self._arrays))

    def rows(self) -> Rows:
        return Rows(self._arrays, lambda: all_rows(self._count))


def _array(leaf: Any) -> np.ndarray:
    array = np.asarray(leaf)
    if not array.dtype.isnative or not array.flags.aligned:
        array = array.astype(array.dtype.newbyteorder("="))
    return inner_contiguous(array)
