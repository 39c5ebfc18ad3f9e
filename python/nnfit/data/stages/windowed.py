"""Windowed: runs of consecutive elements, which may overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from nnfit import tree
from nnfit.data.stages.derived import Derived
from nnfit.data.stages.listed import Listed
from nnfit.data.stages.stage import Stage, close
from nnfit.data.tensor_spec import DatasetSpec


class Windowed(Derived):
    """See `Dataset.window`.

    Args:
        source: Where elements come from.
        size: Elements in a window.
        shift: How far apart the beginnings of windows are.
        stride: How far apart the elements of a window are.
        drop_remainder: Whether windows with fewer elements are left out.
        as_dataset: Makes a data set of a stage.
    """

    def __init__(
        self,
        source: Stage,
        size: int,
        shift: int,
        stride: int,
        drop_remainder: bool,
        as_dataset: Callable[[Stage], Any],
    ) -> None:
        super().__init__(source)
        self._size = size
        self._shift = shift
        self._stride = stride
        self._drop = drop_remainder
        self._as_dataset = as_dataset

    def elements(self) -> Iterator[Any]:
        source = self._source.elements()
        span = (self._size - 1) * self._stride + 1
        held: list[Any] = []
        ahead = 0  # elements to go by before the next window begins
        try:
            for element in source:
                if ahead:
                    ahead -= 1
                    continue
                held.append(element)
                if len(held) == span:
                    yield self._window(held)
                    ahead = max(self._shift - span, 0)
                    del held[: self._shift]
            while held and not self._drop:
                yield self._window(held)
                del held[: self._shift]
        finally:
            close(source)

    def _window(self, held: list[Any]) -> Any:
        chosen = held[:: self._stride]
        columns = zip(*(tree.flatten(element) for element in chosen), strict=True)
        datasets = [self._as_dataset(Listed(list(column))) for column in columns]
        return tree.pack_sequence_as(chosen[0], datasets)

    def cardinality(self) -> int:
        count = self._source.cardinality()
        if count < 0:
            return count
        if not self._drop:
            return -(-count // self._shift)
        span = (self._size - 1) * self._stride + 1
        return max(count - span, -1) // self._shift + 1 if count >= span else 0

    def element_spec(self) -> Any:
        return tree.map_structure(DatasetSpec, self._source.element_spec())
