"""Optimizer updates: scalars, then variables, their gradients, and their slots family by family."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference.table import Array, Case, Reference, real


def grouped(tensors: tuple[Array, ...], families: int) -> list[list[Array]]:
    """Variables, gradients and each family of slots."""
    count = len(tensors) // (2 + families)
    return [list(tensors[i * count : (i + 1) * count]) for i in range(2 + families)]


def together(updated: list[tuple[Array, ...]]) -> tuple[Array, ...]:
    """The results of each variable as the op gives them: all variables, then slots family by family."""
    return tuple(value for family in zip(*updated, strict=True) for value in family)


def sgd(rate: Array, *tensors: Array, momentum: float = 0.0, nesterov: bool = False) -> tuple[Array, ...]:
    if momentum == 0:
        return together([(w - rate * g,) for w, g in zip(*grouped(tensors, 0), strict=True)])
    updated = []
    for w, g, m in zip(*grouped(tensors, 1), strict=True):
        moved = momentum * m - rate * g
        updated.append((w + (momentum * moved - rate * g if nesterov else moved), moved))
    return together(updated)


def rmsprop(
    rate: Array,
    *tensors: Array,
    rho: float = 0.9,
    momentum: float = 0.0,
    epsilon: float = 1e-7,
    centered: bool = False,
) -> tuple[Array, ...]:
    updated = []
    for w, g, v, *rest in zip(*grouped(tensors, 1 + centered + (momentum != 0)), strict=True):
        v = rho * v + (1 - rho) * g**2
        slots, divisor = [v], v + epsilon
        if centered:
            a = rho * rest.pop(0) + (1 - rho) * g
            slots.append(a)
            divisor = divisor - a**2
        step = rate * g / np.sqrt(divisor)
        if momentum != 0:
            step = momentum * rest.pop(0) + step
            slots.append(step)
        updated.append((w - step, *slots))
    return together(updated)


def adam(
    rate: Array,
    step: Array,
    *tensors: Array,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
    amsgrad: bool = False,
) -> tuple[Array, ...]:
    rate = rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    updated = []
    for w, g, m, v, *rest in zip(*grouped(tensors, 2 + amsgrad), strict=True):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        largest = np.maximum(rest[0], v) if amsgrad else v
        updated.append((w - rate * m / (np.sqrt(largest) + epsilon), m, v, *([largest] if amsgrad else [])))
    return together(updated)


SHAPES: list[list[tuple[int, ...]]] = [[(3, 4)], [(7,), (3, 5), (), (0,)], [(130, 140), (17,)]]


def cases(families: int, attributes: dict[str, Any], *scalars: Array, average: int | None = None) -> list[Case]:
    """Slots that are sums of squares are positive; family `average`, whose square is taken from one, is small."""
    made = []
    for shapes in SHAPES:
        tensors = [real(*shape, key=i) for i, shape in enumerate(shapes)]
        tensors += [real(*shape, key=10 + i) for i, shape in enumerate(shapes)]
        for family in range(families):
            high = 0.05 if family == average else 1.0
            tensors += [real(*shape, low=high / 2, high=high, key=20 + family) for shape in shapes]
        made.append(Case((*scalars, *tensors), attributes))
    return made


RATE, STEP = np.asarray(0.125), np.asarray(3, np.int64)

REFERENCES: dict[str, Reference] = {
    "sgd_update": Reference(
        sgd,
        cases(0, {}, RATE) + cases(1, {"momentum": 0.75}, RATE) + cases(1, {"momentum": 0.75, "nesterov": True}, RATE),
        magnitude=lambda *tensors, **a: tuple(8 * np.ones_like(r) for r in sgd(*tensors, **a)),
        ulps=2,
    ),
    "rmsprop_update": Reference(
        rmsprop,
        cases(1, {}, RATE)
        + cases(2, {"momentum": 0.75, "rho": 0.5}, RATE)
        + cases(2, {"centered": True, "epsilon": 0.125}, RATE, average=1)
        + cases(3, {"centered": True, "momentum": 0.5}, RATE, average=1),
        magnitude=lambda *tensors, **a: tuple(8 * np.ones_like(r) for r in rmsprop(*tensors, **a)),
        ulps=4,
    ),
    "adam_update": Reference(
        adam,
        cases(2, {}, RATE, STEP)
        + cases(2, {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.125}, RATE, STEP)
        + cases(3, {"amsgrad": True}, RATE, STEP),
        magnitude=lambda *tensors, **a: tuple(8 * np.ones_like(r) for r in adam(*tensors, **a)),
        ulps=4,
    ),
}
