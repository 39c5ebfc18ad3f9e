"""Updates of the kernel of a dense layer that make its gradient themselves: the rule, with the gradient written out."""

from __future__ import annotations

from typing import Any

import numpy as np

from reference import optimizer
from reference.linalg import dense_kernel_gradient
from reference.table import Array, Case, Reference, real

OWN = {"adam": 2, "adamax": 2, "nadam": 3}  # scalars in front, where there is more than the rate

# x and dy: gradients that come in bands (of few columns, of many, after more axes than one, of very many),
# in one piece, and empty.
SHAPES = [
    ((5, 3), (5, 4)),
    ((33, 130), (33, 70)),
    ((2, 3, 9), (2, 3, 1)),
    ((20, 40), (20, 200)),
    ((300, 20), (300, 1100)),
    ((400, 7), (400, 5)),
    ((0, 6), (0, 4)),
    ((6, 0), (6, 4)),
]


def of_dense(name: str) -> Reference:
    rule, own = optimizer.REFERENCES[f"{name}_update"], OWN.get(name, 1)

    def forward(*arrays: Array, **attributes: Any) -> tuple[Array, ...]:
        scalars, (w, *slots, x, dy) = arrays[:own], arrays[own:]
        gradient, bias_gradient = dense_kernel_gradient(x, dy)
        return (*rule.forward(*scalars, w, gradient, *slots, **attributes), bias_gradient)

    # The first case of each set of attributes has one variable.
    first = {str(case.attributes): case for case in reversed(rule.cases)}.values()
    single = [case for case in first if not {"scaled", "conditional"} & case.attributes.keys()]
    single += [Case(single[0].arguments, {"weight_decay": 0.5, "undecayed": (0,)})]
    made = []
    for case in single:
        scalars, (_, _, *slots) = case.arguments[:own], case.arguments[own:]
        for x, dy in SHAPES:
            kernel = (x[-1], dy[-1])
            arrays = [real(*kernel, key=1), *(np.resize(slot, kernel) for slot in slots)]
            made.append(Case((*scalars, *arrays, real(*x, key=2), real(*dy, key=3)), case.attributes))

    def magnitude(*arrays: Array, **attributes: Any) -> tuple[Array, ...]:
        terms = forward(*arrays[:-2], *(np.abs(a) for a in arrays[-2:]), **attributes)
        return tuple(
            8 + np.abs(result) + np.abs(size)
            for result, size in zip(forward(*arrays, **attributes), terms, strict=True)
        )

    return Reference(forward, made, magnitude=magnitude, ulps=64)


REFERENCES: dict[str, Reference] = {
    f"dense_{name}_update": of_dense(name)
    for name in ("sgd", "rmsprop", "adam", "adamax", "nadam", "adagrad", "adadelta", "ftrl", "lion")
}
