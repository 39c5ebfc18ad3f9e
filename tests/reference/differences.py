"""Central differences: the check of the references' adjoints, of first and of second order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reference.table import Array, Case, Reference, generator

STEP = 1e-5
DIRECTIONS = 4


def real_arguments(case: Case) -> list[int]:
    """The arguments that a case can be differentiated by; none if there is nothing in them."""
    found = [i for i, a in enumerate(case.arguments) if a.dtype == np.float64]
    return found if any(case.arguments[i].size for i in found) else []


def directional(f: Callable[[list[Array]], float], arrays: list[Array], at: list[int], direction: list[Array]) -> float:
    """The derivative of `f(arrays)` along `direction`, of fourth order in the step."""

    def value(steps: int) -> float:
        moved = list(arrays)
        for i, d in zip(at, direction, strict=True):
            moved[i] = np.asarray(arrays[i] + steps * STEP * d)
        return f(moved)

    return (8 * (value(1) - value(-1)) - (value(2) - value(-2))) / (12 * STEP)


def directions(case: Case, at: list[int]) -> list[list[Array]]:
    random = generator("direction", str(case))
    return [[random.uniform(-1, 1, case.arguments[i].shape) for i in at] for _ in range(DIRECTIONS)]


def seeds_for(reference: Reference, case: Case) -> tuple[Array, ...]:
    """A gradient for each result, as if a loss had weighted its elements at random."""
    random = generator("seed", str(case))
    return tuple(random.uniform(-1, 1, r.shape).astype(np.float32).astype(np.float64) for r in reference.results(case))


def weighted(reference: Reference, case: Case, seeds: tuple[Array, ...]) -> Callable[[list[Array]], float]:
    def f(arrays: list[Array]) -> float:
        results = reference.results(Case(tuple(arrays), case.attributes))
        return float(sum((s * r).sum() for s, r in zip(seeds, results, strict=True) if r.dtype == np.float64))

    return f
