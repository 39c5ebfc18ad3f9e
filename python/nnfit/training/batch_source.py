"""BatchSource: data that come in batches from an iterable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nnfit.training.array_source import ArraySource
from nnfit.training.batches import ModelInputs, unpack_x_y_sample_weight

if TYPE_CHECKING:
    from nnfit.training.prefetcher import Prefetcher


class BatchSource:
    """Batches that an iterable gives; `data_source` says what it may be.

    Args:
        batches: The iterable. One that can be iterated again starts anew each pass; an iterator goes on where it
            stopped.
        inputs: See `ArraySource`.
        owner: Name of the model, for errors.
        class_weights: `ClassWeights` to multiply with the weights of samples, or `None`.
    """

    def __init__(
        self, batches: Any, inputs: ModelInputs | None = None, owner: str = "model", class_weights: Any = None
    ) -> None:
        self._batches = batches
        self._inputs = inputs
        self._owner = owner
        self._class_weights = class_weights
        self.one_shot = hasattr(batches, "__next__")

    @property
    def steps(self) -> int | None:
        """The number of batches in a pass, `None` if it is not known."""
        try:
            return len(self._batches)
        except TypeError:
            count = self._cardinality()
            return count if count is not None and count >= 0 else None

    def _cardinality(self) -> int | None:
        cardinality = getattr(self._batches, "cardinality", None)
        return None if cardinality is None else int(cardinality())

    @property
    def endless(self) -> bool:
        """Whether it is known that the batches never end."""
        return self._cardinality() == -1

    def passed(self, shuffle: bool = False, limit: int | None = None) -> Prefetcher:
        """Begins a pass.

        Args:
            shuffle: Whether the batches may come in another order each time, if the iterable knows how.
            limit: The most batches that will be asked for.

        Returns:
            Iterator of `ArraySource`s of one batch each.
        """
        from nnfit.training.prefetcher import Prefetcher  # what it imports only iterables need

        return Prefetcher(lambda: self._start(shuffle), self._prepared, limit)

    def _start(self, shuffle: bool) -> Iterator[Any]:
        if hasattr(self._batches, "passed"):
            return iter(self._batches.passed(shuffle))
        if hasattr(self._batches, "as_numpy_iterator"):
            return iter(self._batches.as_numpy_iterator())
        return iter(self._batches)

    def _prepared(self, batch: Any) -> ArraySource:
        x, y, sample_weight = unpack_x_y_sample_weight(batch)
        if self._class_weights is not None:
            sample_weight = self._class_weights.applied(y, sample_weight)
        return ArraySource(x, y, sample_weight, None, self._inputs, self._owner)

    def get_state(self) -> Any:
        """Returns what the next pass depends on, if the iterable knows; JSON-able."""
        return self._batches.get_state() if hasattr(self._batches, "get_state") else None

    def set_state(self, state: Any) -> None:
        """Makes the next pass go as it would have when `get_state` gave `state`."""
        if hasattr(self._batches, "set_state"):
            self._batches.set_state(state)

    def on_epoch_begin(self) -> None:
        """Tells the iterable, if it wants to know, that an epoch begins."""
        if hasattr(self._batches, "on_epoch_begin"):
            self._batches.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Tells the iterable, if it wants to know, that an epoch is over."""
        if hasattr(self._batches, "on_epoch_end"):
            self._batches.on_epoch_end()
