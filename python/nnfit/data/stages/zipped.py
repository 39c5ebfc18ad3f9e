"""Zipped: elements of several stages side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nnfit import tree
from nnfit.data.rows import Rows
from nnfit.data.stages.stage import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Stage, close
from nnfit.data.stages.tensor_slices import TensorSlices


class Zipped(Stage):
    """See `Dataset.zip`.

    Args:
        structure: Nest of stages.
    """

    def __init__(self, structure: Any) -> None:
        self._structure = structure
        self.inputs = tuple(tree.flatten(structure))

    def elements(self) -> Iterator[Any]:
        iterators = [stage.elements() for stage in self.inputs]
        try:
            for items in zip(*iterators, strict=False):  # ends with the shortest
                yield self._packed(list(items))
        finally:
            for iterator in iterators:
                close(iterator)

    def _packed(self, items: list[Any]) -> Any:
        # A leaf of the structure may become a nest itself, which pack_sequence_as takes for one value.
        return tree.pack_sequence_as(self._structure, items)

    def cardinality(self) -> int:
        counts = [stage.cardinality() for stage in self.inputs]
        if UNKNOWN_CARDINALITY in counts:
            return UNKNOWN_CARDINALITY
        finite = [count for count in counts if count != INFINITE_CARDINALITY]
        return min(finite) if finite else INFINITE_CARDINALITY

    def element_spec(self) -> Any:
        return self._packed([stage.element_spec() for stage in self.inputs])

    def rows(self) -> Rows | None:
        # Arrays that nothing has been done to yet are arrays side by side.
        if not all(isinstance(stage, TensorSlices) for stage in self.inputs):
            return None
        if len({stage.cardinality() for stage in self.inputs}) > 1:
            return None
        first = self.inputs[0].rows()
        assert first is not None
        arrays = self._packed([rows.arrays for stage in self.inputs if (rows := stage.rows()) is not None])
        return Rows(arrays, first.blocks)
