"""Stage: one step of a pipeline."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from nnfit.data.rows import BatchedRows, Rows
from nnfit.data.tensor_spec import spec_of

INFINITE_CARDINALITY = -1
UNKNOWN_CARDINALITY = -2


class Stage(ABC):
    """Gives elements, anew each time that it is asked.

    Attributes:
        inputs: The stages whose elements this one takes.
    """

    inputs: tuple[Stage, ...] = ()

    @abstractmethod
    def elements(self) -> Iterator[Any]:
        """Returns an iterator over the elements, from the first."""

    @abstractmethod
    def cardinality(self) -> int:
        """Returns the number of elements, `INFINITE_CARDINALITY` or `UNKNOWN_CARDINALITY`."""

    def element_spec(self) -> Any:
        """Returns the specification of the elements; unless a stage knows better, that of the first."""
        return self.first_spec()

    def first_spec(self) -> Any:
        """Returns the specification of the first element, which is made for it."""
        elements = self.elements()
        try:
            first = next(elements)
        except StopIteration:
            raise ValueError("[Dataset.element_spec] the data set is empty: its elements cannot be known.") from None
        finally:
            close(elements)
        return spec_of(first)

    def rows(self) -> Rows | None:
        """Returns the elements as rows of arrays in some order; `None` if they are not."""
        return None

    def batched_rows(self) -> BatchedRows | None:
        """Returns the elements as batches of rows of arrays; `None` if they are not."""
        return None

    def walk(self) -> Iterator[Stage]:
        """Returns an iterator over this stage and all that it takes elements from."""
        yield self
        for stage in self.inputs:
            yield from stage.walk()


def close(elements: Iterator[Any]) -> None:
    """Ends an iteration before its end: files are closed, threads stop."""
    if hasattr(elements, "close"):
        elements.close()
