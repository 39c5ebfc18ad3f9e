"""Concatenated: the elements of one stage, then those of another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from nnfit import tree
from nnfit.data.stages.stage import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Stage, close
from nnfit.data.tensor_spec import common_spec


class Concatenated(Stage):
    """See `Dataset.concatenate`."""

    def __init__(self, first: Stage, second: Stage) -> None:
        self.inputs = (first, second)

    def elements(self) -> Iterator[Any]:
        return _one_after_another(self.inputs)

    def cardinality(self) -> int:
        counts = [stage.cardinality() for stage in self.inputs]
        if INFINITE_CARDINALITY in counts:
            return INFINITE_CARDINALITY
        return UNKNOWN_CARDINALITY if UNKNOWN_CARDINALITY in counts else sum(counts)

    def element_spec(self) -> Any:
        first, second = (stage.element_spec() for stage in self.inputs)
        tree.assert_same_structure(first, second)
        return common_spec(first, second)


def _one_after_another(stages: tuple[Stage, ...]) -> Iterator[Any]:
    for stage in stages:
        elements = stage.elements()
        try:
            yield from chain(elements)
        finally:
            close(elements)
