"""Filtered: the elements that a function says yes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnfit.data.elements import call_with
from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Stage, close


class Filtered(Derived):
    """See `Dataset.filter` and `Dataset.take_while`.

    Args:
        source: Where elements come from.
        predicate: Takes the items of an element; gives a scalar truth value.
        stop: Whether the first no ends the elements.
    """

    def __init__(self, source: Stage, predicate: Callable[..., Any], stop: bool = False) -> None:
        super().__init__(source)
        self._predicate = predicate
        self._stop = stop

    def elements(self) -> Iterator[Any]:
        source = self._source.elements()
        try:
            for element in source:
                if self._chosen(element):
                    yield element
                elif self._stop:
                    return
        finally:
            close(source)

    def _chosen(self, element: Any) -> bool:
        answer = call_with(self._predicate, element)
        if np.ndim(answer):
            raise ValueError(
                f"[Dataset.filter] expected the predicate to give a scalar; got shape {np.shape(answer)}. Filter "
                "before batch, or reduce the answer with ops.any or ops.all."
            )
        return bool(answer)

    def cardinality(self) -> int:
        infinite = self._source.cardinality() == INFINITE_CARDINALITY and not self._stop
        return INFINITE_CARDINALITY if infinite else UNKNOWN_CARDINALITY
