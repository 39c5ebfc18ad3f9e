"""Shuffled: elements in a random order, chosen from a buffer of the next ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from nnfit import random
from nnfit.data.rows import Rows
from nnfit.data.stages.derived import Selection
from nnfit.data.stages.stage import Stage, close

_DRAWN_AT_ONCE = 4096


class Shuffled(Selection):
    """See `Dataset.shuffle`.

    Each iteration draws from a generator of its own, whose seed the stage's generator gives; so the order is the same
    whatever else draws random numbers meanwhile. Rows of arrays are shuffled by their numbers, without a loop.
    """

    def __init__(self, source: Stage, buffer_size: int, seed: int | None, reshuffle_each_iteration: bool) -> None:
        super().__init__(source)
        self._size = buffer_size
        self._reshuffle = reshuffle_each_iteration
        self.generator = random.SeedGenerator(seed)
        self._fixed_seed = None if reshuffle_each_iteration else self._draw_seed()

    def _draw_seed(self) -> int:
        return int(random.randint((), 0, 2**62, "int64", seed=self.generator))

    def _new_draws(self) -> _Draws:
        seed = self._draw_seed() if self._fixed_seed is None else self._fixed_seed
        return _Draws(self._size, seed)

    def elements(self) -> Iterator[Any]:
        rows = self.rows()
        return self._stream(self._new_draws()) if rows is None else rows.elements()

    def _stream(self, draws: _Draws) -> Iterator[Any]:
        source = self._source.elements()
        try:
            buffer = list(islice(source, self._size))
            if len(buffer) == self._size:
                slots = draws.slots()
                for element in source:
                    slot = next(slots)
                    yield buffer[slot]
                    buffer[slot] = element
            for slot in draws.permutation(len(buffer)).tolist():
                yield buffer[slot]
        finally:
            close(source)

    def _blocks(self, rows: Rows) -> Iterator[np.ndarray]:
        return _shuffled_blocks(rows.blocks(), self._new_draws())


class _Draws:
    """The random choices of one iteration."""

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self._generator = random.SeedGenerator(seed)
        self._last_generator = random.SeedGenerator(~seed)
        self._drawn = np.empty(0, np.int64)

    def take(self, count: int) -> np.ndarray:
        """Returns the slots of the buffer that the next `count` elements come from."""
        parts, missing = [self._drawn[:count]], count - len(self._drawn)
        self._drawn = self._drawn[count:]
        while missing > 0:
            drawn = np.asarray(random.randint((_DRAWN_AT_ONCE,), 0, self.size, "int64", seed=self._generator))
            parts.append(drawn[:missing])
            self._drawn = drawn[missing:]
            missing -= len(drawn)
        return np.concatenate(parts)

    def slots(self) -> Iterator[int]:
        """Returns an iterator over the same slots, one by one."""
        while True:
            yield from self.take(_DRAWN_AT_ONCE).tolist()

    def permutation(self, count: int) -> np.ndarray:
        """Returns the order in which the last `count` elements leave the buffer."""
        return np.asarray(random.shuffle(np.arange(count), seed=self._last_generator))


def _shuffled_blocks(blocks: Iterator[np.ndarray], draws: _Draws) -> Iterator[np.ndarray]:
    """What `Shuffled._stream` does, for blocks of numbers at a time."""
    held: list[np.ndarray] = []
    count = 0
    buffer: np.ndarray | None = None
    for block in blocks:
        if buffer is not None:
            yield _exchanged(buffer, block, draws)
            continue
        held.append(block)
        count += len(block)
        if count > draws.size:
            joined = np.concatenate(held)
            buffer = joined[: draws.size].copy()
            yield _exchanged(buffer, joined[draws.size :], draws)
    rest = buffer if buffer is not None else np.concatenate(held) if held else np.empty(0, np.int64)
    yield rest[draws.permutation(len(rest))]


def _exchanged(buffer: np.ndarray, entering: np.ndarray, draws: _Draws) -> np.ndarray:
    """Puts each number of `entering` into a random slot of `buffer`, and returns what it finds there."""
    slots = draws.take(len(entering))
    order = np.argsort(slots.astype(np.uint16) if len(buffer) <= 1 << 16 else slots, kind="stable")
    ordered, moved = slots[order], entering[order]
    again = np.flatnonzero(ordered[1:] == ordered[:-1]) + 1  # a slot that an entering number went to before
    leaving = buffer[ordered]
    leaving[again] = moved[again - 1]
    buffer[ordered] = moved  # of several to one slot the last stays
    result = np.empty_like(entering)
    result[order] = leaving
    return result
