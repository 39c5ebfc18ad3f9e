"""FlatMapped and Interleaved: the elements of the data sets that a function makes of each element."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from nnfit.data.background import ordered_map
from nnfit.data.elements import call_with
from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import INFINITE_CARDINALITY, UNKNOWN_CARDINALITY, Stage, close


class FlatMapped(Derived):
    """See `Dataset.flat_map` and `Dataset.interleave`.

    Args:
        source: Where elements come from.
        function: Takes the items of an element; gives a stage.
        cycle_length: From how many stages at a time elements are taken in turn.
        block_length: How many of each before the next one's turn.
        workers: How many stages are begun at once, each on a thread.
    """

    def __init__(
        self,
        source: Stage,
        function: Callable[..., Stage],
        cycle_length: int = 1,
        block_length: int = 1,
        workers: int = 0,
    ) -> None:
        super().__init__(source)
        self._function = function
        self._cycle = cycle_length
        self._block = block_length
        self._workers = workers

    def elements(self) -> Iterator[Any]:
        source = self._source.elements()
        begun = ordered_map(self._begin, source, self._workers) if self._workers > 1 else map(self._begin, source)
        turns: deque[Iterator[Any]] = deque(islice(begun, self._cycle))
        try:
            while turns:
                block = list(islice(turns[0], self._block))
                yield from block
                if len(block) == self._block:
                    turns.rotate(-1)
                    continue
                turns.popleft()
                following = next(begun, None)
                if following is not None:
                    turns.appendleft(following)
                    turns.rotate(-1)
        finally:
            for iterator in (*turns, begun, source):
                close(iterator)

    def _begin(self, element: Any) -> Iterator[Any]:
        return call_with(self._function, element).elements()  # type: ignore[no-any-return]

    def cardinality(self) -> int:
        infinite = self._source.cardinality() == INFINITE_CARDINALITY
        return INFINITE_CARDINALITY if infinite else UNKNOWN_CARDINALITY

    def element_spec(self) -> Any:
        return self.first_spec()
