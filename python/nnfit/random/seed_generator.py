"""Where random numbers come from: keys, and counters that live in variables."""

from __future__ import annotations

import random as python_random
import threading
from typing import Any

import numpy as np

from nnfit import ops
from nnfit._core import Tensor
from nnfit.naming import unique_name
from nnfit.variable import Variable

_lock = threading.Lock()
_global_generator: SeedGenerator | None = None


class SeedGenerator:
    """A key, and a counter of how often it has been used.

    The pair is a variable, `state`: int64 `[key, counter]`. Random ops are pure functions of it, so the numbers are the
    same at any thread count, eager and planned, and a run that restores the state goes on where it stopped.

    Args:
        seed: Int, the key. `None` draws one from Python's `random`.
        name: Name of the generator. Defaults to `"seed_generator"`, numbered.

    Raises:
        ValueError: If `seed` is not an int.

    Example:
        >>> generator = nnfit.random.SeedGenerator(seed=7)
        >>> a = nnfit.random.normal((2,), seed=generator)
        >>> b = nnfit.random.normal((2,), seed=generator)  # other numbers than a

    Reference:
        Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, 2011.
    """

    def __init__(self, seed: int | None = None, name: str | None = None) -> None:
        self.name = name if name is not None else unique_name("SeedGenerator")
        self._initial_seed = seed
        self.state = Variable(
            _state(make_default_seed() if seed is None else seed),
            trainable=False,
            name="seed_generator_state",
            path=f"{self.name}/seed_generator_state",
        )

    def next(self) -> Tensor:
        """Returns the state and counts it as used: each call gives a state of its own."""
        with _lock:
            state = self.state.value
            self.state.assign(ops.add(state, _ONE_USE))
        return state

    def get_config(self) -> dict[str, Any]:
        """Returns the seed given, and the name."""
        return {"seed": self._initial_seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """Makes a generator that starts anew from the configured seed."""
        return cls(**config)


_ONE_USE = np.array([0, 1], dtype=np.int64)


def _state(seed: Any) -> np.ndarray[Any, np.dtype[np.int64]]:
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise ValueError(f"[random] expected `seed` to be an int or a SeedGenerator; got {seed!r}.")
    key = int(seed) & 0xFFFFFFFFFFFFFFFF  # any int names a key: its lowest 64 bits
    return np.array([key, 0], dtype=np.uint64).view(np.int64)


def make_default_seed() -> int:
    """Returns a seed from Python's `random`."""
    return python_random.randint(1, 10**9)


def global_seed_generator() -> SeedGenerator:
    """Returns the generator behind random ops and initializers that are given no seed."""
    global _global_generator
    if _global_generator is None:
        _global_generator = SeedGenerator(name="global_seed_generator")
    return _global_generator


def set_random_seed(seed: int) -> None:
    """Seeds all that a program may draw from: Python's `random`, NumPy's global generator, and `nnfit.random`.

    Args:
        seed: Int in [0, 2**32).

    Raises:
        ValueError: If it is not.

    Example:
        >>> nnfit.utils.set_random_seed(0)
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise ValueError(f"[set_random_seed] expected an int in [0, 2**32); got {seed!r}.")
    generator = global_seed_generator()  # making it draws from Python's `random`
    python_random.seed(int(seed))
    np.random.seed(int(seed))  # noqa: NPY002  (the global generator is what users' code draws from)
    generator.state.assign(_state(seed))  # the same variable: plans are bound to it


def draw_state(seed: int | SeedGenerator | None) -> Any:
    """Returns the `[key, counter]` that a random op shall use.

    Args:
        seed: A `SeedGenerator`, whose next state is taken; an int, which gives the same numbers each time; or `None`
            for the global generator.

    Raises:
        ValueError: for anything else.
    """
    if seed is None:
        return global_seed_generator().next()
    if isinstance(seed, SeedGenerator):
        return seed.next()
    return _state(seed)
