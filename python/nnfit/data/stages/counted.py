"""Counted: numbers in steps, as `range` counts them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnfit.data.rows import Rows, all_rows
from nnfit.data.stages.stage import Stage
from nnfit.data.tensor_spec import TensorSpec
from nnfit.dtypes import standardize_dtype

_MOST_IN_MEMORY = 1 << 20  # numbers


class Counted(Stage):
    """See `Dataset.range`."""

    def __init__(self, *args: int, output_type: Any = "int64") -> None:
        if not 1 <= len(args) <= 3:
            raise TypeError(f"[Dataset.range] expected (stop), (start, stop) or (start, stop, step); got {args}.")
        self._range = range(*(int(arg) for arg in args))
        self._dtype = standardize_dtype(output_type, "Dataset.range")

    def elements(self) -> Iterator[Any]:
        dtype = np.dtype(self._dtype).type
        return map(dtype, self._range)

    def cardinality(self) -> int:
        return len(self._range)

    def element_spec(self) -> Any:
        return TensorSpec((), self._dtype)

    def rows(self) -> Rows | None:
        if len(self._range) > _MOST_IN_MEMORY:
            return None
        numbers = np.arange(self._range.start, self._range.stop, self._range.step).astype(self._dtype)
        return Rows(numbers, lambda: all_rows(len(numbers)))
