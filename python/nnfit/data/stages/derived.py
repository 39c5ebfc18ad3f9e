"""Derived and Selection: what stages over one other stage have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np

from nnfit.data.rows import Rows
from nnfit.data.stages.stage import Stage


class Derived(Stage):
    """A stage over another; unless it says otherwise, as many elements that look the same.

    Args:
        source: Where elements come from.
    """

    def __init__(self, source: Stage) -> None:
        self.inputs = (source,)
        self._source = source

    def cardinality(self) -> int:
        return self._source.cardinality()

    def element_spec(self) -> Any:
        return self._source.element_spec()


class Selection(Derived):
    """Elements of another stage, unchanged: some of them, or in another order. Rows of arrays stay rows."""

    def rows(self) -> Rows | None:
        rows = self._source.rows()
        return None if rows is None else rows.derive(lambda: self._blocks(rows))

    @abstractmethod
    def _blocks(self, rows: Rows) -> Iterator[np.ndarray]:
        """Returns an iterator over the numbers of the rows selected."""
