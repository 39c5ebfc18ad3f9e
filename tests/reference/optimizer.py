"""Optimizer updates: scalars, then variables, their gradients, and their slots family by family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.table import Array, Case, Reference, real, whole


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


def adamax(
    rate: Array, step: Array, *tensors: Array, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7
) -> tuple[Array, ...]:
    updated = []
    for w, g, m, u in zip(*grouped(tensors, 2), strict=True):
        m = beta_1 * m + (1 - beta_1) * g
        u = np.maximum(beta_2 * u, np.abs(g))
        updated.append((w - rate / (1 - beta_1**step) * m / (u + epsilon), m, u))
    return together(updated)


def nadam(
    rate: Array,
    step: Array,
    product: Array,
    *tensors: Array,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
) -> tuple[Array, ...]:
    now, following = (beta_1 * (1 - 0.5 * 0.96**t) for t in (step, step + 1))
    updated = []
    for w, g, m, v in zip(*grouped(tensors, 2), strict=True):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        ahead = following * m / (1 - product * following) + (1 - now) * g / (1 - product)
        updated.append((w - rate * ahead / (np.sqrt(v / (1 - beta_2**step)) + epsilon), m, v))
    return together(updated)


def adagrad(rate: Array, *tensors: Array, epsilon: float = 1e-7) -> tuple[Array, ...]:
    return together(
        [(w - rate * g / np.sqrt(a + g**2 + epsilon), a + g**2) for w, g, a in zip(*grouped(tensors, 1), strict=True)]
    )


def adadelta(rate: Array, *tensors: Array, rho: float = 0.95, epsilon: float = 1e-7) -> tuple[Array, ...]:
    updated = []
    for w, g, a, d in zip(*grouped(tensors, 2), strict=True):
        a = rho * a + (1 - rho) * g**2
        step = np.sqrt(d + epsilon) / np.sqrt(a + epsilon) * g
        updated.append((w - rate * step, a, rho * d + (1 - rho) * step**2))
    return together(updated)


def ftrl(
    rate: Array,
    *tensors: Array,
    learning_rate_power: float = -0.5,
    l1: float = 0.0,
    l2: float = 0.0,
    l2_shrinkage: float = 0.0,
    beta: float = 0.0,
) -> tuple[Array, ...]:
    updated = []
    for w, g, a, z in zip(*grouped(tensors, 2), strict=True):
        after = a + g**2
        strength = after**-learning_rate_power / rate
        z = z + g + 2 * l2_shrinkage * w - (strength - a**-learning_rate_power / rate) * w
        updated.append(((np.clip(z, -l1, l1) - z) / (strength + 2 * l2 + beta / rate), after, z))
    return together(updated)


def lion(rate: Array, *tensors: Array, beta_1: float = 0.9, beta_2: float = 0.99) -> tuple[Array, ...]:
    updated = []
    for w, g, m in zip(*grouped(tensors, 1), strict=True):
        updated.append((w - rate * np.sign(beta_1 * m + (1 - beta_1) * g), beta_2 * m + (1 - beta_2) * g))
    return together(updated)


def average(momentum: Array, *tensors: Array, conditional: bool = False) -> tuple[Array, ...]:
    due = not conditional or bool(tensors[0])
    averages, values = grouped(tensors[conditional:], 0)
    return tuple(momentum * a + (1 - momentum) * v if due else a for a, v in zip(averages, values, strict=True))


def with_prologue(rule: Callable[..., tuple[Array, ...]], own: int, families: int) -> Callable[..., tuple[Array, ...]]:
    """The rule as its op has it: gradients scaled and clamped, variables decayed before, and all of it conditional.

    Args:
        rule: The rule alone.
        own: Scalars in front that are its own, the learning rate first.
        families: Families of slots in the cases that use the prologue.
    """

    def op(
        *arrays: Array,
        weight_decay: float = 0.0,
        undecayed: tuple[int, ...] = (),
        gradient_scale: float = 1.0,
        clipvalue: float = np.inf,
        scaled: bool = False,
        conditional: bool = False,
        **attributes: Any,
    ) -> tuple[Array, ...]:
        if (weight_decay, gradient_scale, clipvalue, scaled, conditional) == (0.0, 1.0, np.inf, False, False):
            return rule(*arrays, **attributes)
        scalars, rest = arrays[:own], list(arrays[own:])
        factors = np.atleast_1d(rest.pop(0) if scaled else 1.0)
        due = bool(rest.pop(0)) if conditional else True
        variables, gradients, *slots = grouped(tuple(rest), families)
        if not due:
            return tuple(value for family in (variables, *slots) for value in family)
        decays = [0.0 if i in undecayed else weight_decay * scalars[0] for i in range(len(variables))]
        factors = np.broadcast_to(factors, len(variables))
        variables = [w - decay * w for w, decay in zip(variables, decays, strict=True)]
        gradients = [
            np.clip(gradient_scale * factor * g, -clipvalue, clipvalue)
            for g, factor in zip(gradients, factors, strict=True)
        ]
        return rule(*scalars, *variables, *gradients, *(slot for family in slots for slot in family), **attributes)

    return op


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


RATE, STEP, PRODUCT = np.asarray(0.125), np.asarray(3, np.int64), np.asarray(0.25)
DUE, NOT_DUE = np.asarray(True), np.asarray(False)


def reference(
    rule: Callable[..., tuple[Array, ...]], own: int, families: int, made: list[Case], ulps: float = 4
) -> Reference:
    """The reference of an op whose plain cases are `made`, with cases of the prologue added."""
    scalars = (RATE, STEP, PRODUCT)[:own]
    forward = with_prologue(rule, own, families)
    made = (
        made
        + cases(families, {"weight_decay": 0.5, "gradient_scale": 0.25, "clipvalue": 0.375}, *scalars)
        + cases(families, {"scaled": True, "conditional": True, "weight_decay": 0.5}, *scalars, np.asarray(0.5), DUE)
        + cases(families, {"conditional": True}, *scalars, NOT_DUE)
        + several(families, {"scaled": True, "weight_decay": 0.5, "undecayed": (1, 3)}, *scalars)
    )

    def magnitude(*tensors: Array, **attributes: Any) -> tuple[Array, ...]:
        return tuple(8 + np.abs(result) for result in forward(*tensors, **attributes))

    return Reference(forward, made, magnitude=magnitude, ulps=ulps)


def several(families: int, attributes: dict[str, Any], *scalars: Array) -> list[Case]:
    """The case of several variables, with a factor for each gradient."""
    case = cases(families, attributes, *scalars)[1]
    factors = np.asarray([0.5, 0.25, 1.0, 0.0])
    return [Case((*scalars, factors, *case.arguments[len(scalars) :]), attributes)]


def of_rows(rule: Callable[..., tuple[Array, ...]], families: int) -> Reference:
    """The reference of an op for the rows that were looked up: the rule, with the gradient written out."""
    whole_rule = with_prologue(rule, 1, families)

    def forward(rate: Array, w: Array, indices: Array, updates: Array, *slots: Array, **a: Any) -> tuple[Array, ...]:
        gradient = np.zeros_like(w)
        np.add.at(gradient, indices.ravel(), updates.reshape(-1, *w.shape[1:]))
        return whole_rule(rate, w, gradient, *slots, **a)

    made = []
    for shape, looked_up in (((9, 5), (7,)), ((50, 70), (4, 5)), ((3,), (6,)), ((4, 2, 3), (0,))):
        indices = whole(*looked_up, low=-shape[0], high=shape[0], key=shape)
        updates = real(*looked_up, *shape[1:], key=2)
        slots = [real(*shape, low=0.5, high=1.0, key=3)] * families
        for attributes in ({}, {"clipvalue": 0.375, "gradient_scale": 0.5}):
            made.append(Case((RATE, real(*shape, key=1), indices, updates, *slots), attributes))

    def magnitude(*tensors: Array, **attributes: Any) -> tuple[Array, ...]:
        return tuple(8 + np.abs(result) for result in forward(*tensors, **attributes))

    return Reference(forward, made, magnitude=magnitude)


REFERENCES: dict[str, Reference] = {
    "sgd_update_rows": of_rows(sgd, 0),
    "adagrad_update_rows": of_rows(adagrad, 1),
    "sgd_update": reference(
        sgd,
        1,
        0,
        cases(0, {}, RATE) + cases(1, {"momentum": 0.75}, RATE) + cases(1, {"momentum": 0.75, "nesterov": True}, RATE),
        ulps=2,
    ),
    "rmsprop_update": reference(
        rmsprop,
        1,
        1,
        cases(1, {}, RATE)
        + cases(2, {"momentum": 0.75, "rho": 0.5}, RATE)
        + cases(2, {"centered": True, "epsilon": 0.125}, RATE, average=1)
        + cases(3, {"centered": True, "momentum": 0.5}, RATE, average=1),
    ),
    "adam_update": reference(
        adam,
        2,
        2,
        cases(2, {}, RATE, STEP)
        + cases(2, {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.125}, RATE, STEP)
        + cases(3, {"amsgrad": True}, RATE, STEP),
    ),
    "adamax_update": reference(
        adamax, 2, 2, cases(2, {}, RATE, STEP) + cases(2, {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.125}, RATE, STEP)
    ),
    "nadam_update": reference(
        nadam,
        3,
        2,
        cases(2, {}, RATE, STEP, PRODUCT)
        + cases(2, {"beta_1": 0.5, "beta_2": 0.75, "epsilon": 0.125}, RATE, STEP, PRODUCT),
    ),
    "adagrad_update": reference(adagrad, 1, 1, cases(1, {}, RATE) + cases(1, {"epsilon": 0.125}, RATE)),
    "adadelta_update": reference(adadelta, 1, 2, cases(2, {}, RATE) + cases(2, {"rho": 0.5, "epsilon": 0.125}, RATE)),
    "ftrl_update": reference(
        ftrl,
        1,
        2,
        cases(2, {}, RATE)
        + cases(2, {"l1": 0.75, "l2": 0.5, "l2_shrinkage": 0.25, "beta": 0.5}, RATE)
        + cases(2, {"learning_rate_power": -0.75}, RATE),
    ),
    "lion_update": reference(lion, 1, 1, cases(1, {}, RATE) + cases(1, {"beta_1": 0.5, "beta_2": 0.75}, RATE)),
    "average_update": Reference(
        average,
        cases(0, {}, np.asarray(0.75))
        + cases(0, {}, np.asarray(0.0))
        + cases(0, {"conditional": True}, np.asarray(0.75), DUE)
        + cases(0, {"conditional": True}, np.asarray(0.75), NOT_DUE),
        ulps=2,
        magnitude=lambda *tensors, **a: tuple(2 * np.ones_like(r) for r in average(*tensors, **a)),
    ),
}
