"""Unbatched: the rows of each element, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnfit import tree
from nnfit.data.rows import Rows
from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Stage, close
from nnfit.data.tensor_spec import without_leading


class Unbatched(Derived):
    """See `Dataset.unbatch`."""

    def __init__(self, source: Stage) -> None:
        super().__init__(source)

    def elements(self) -> Iterator[Any]:
        rows = self.rows()
        return self._split() if rows is None else rows.elements()

    def _split(self) -> Iterator[Any]:
        source = self._source.elements()
        try:
            for element in source:
                leaves = [np.asarray(leaf) for leaf in tree.flatten(element)]
                if len({leaf.shape[:1] for leaf in leaves}) > 1 or not leaves[0].ndim:
                    raise ValueError(
                        "[Dataset.unbatch] expected components with the same number of rows; got shapes "
                        f"{[leaf.shape for leaf in leaves]}."
                    )
                for i in range(len(leaves[0])):
                    yield tree.pack_sequence_as(element, [leaf[i] for leaf in leaves])
        finally:
            close(source)

    def cardinality(self) -> int:
        batched = self._source.batched_rows()
        if batched is not None:
            return INFINITE_CARDINALITY if batched.rows is None else batched.rows
        infinite = self._source.cardinality() == INFINITE_CARDINALITY
        return INFINITE_CARDINALITY if infinite else UNKNOWN_CARDINALITY

    def element_spec(self) -> Any:
        return without_leading(self._source.element_spec())

    def rows(self) -> Rows | None:
        batched = self._source.batched_rows()
        return None if batched is None else batched.source.derive(batched.batches)
