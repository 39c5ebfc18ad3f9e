"""The references themselves: each adjoint against central differences of its function, in float64."""

import numpy as np
import pytest

from reference import REFERENCES
from reference.differences import directional, directions, real_arguments, seeds_for, weighted

DIFFERENTIABLE = sorted(name for name, reference in REFERENCES.items() if reference.adjoint is not None)
DIFFERENTIABLE.remove("stop_gradient")  # whose point is not to have its derivative


@pytest.mark.parametrize("name", DIFFERENTIABLE)
def test_adjoint_is_the_derivative(name):
    reference = REFERENCES[name]
    checked = 0
    for case in reference.cases:
        at = real_arguments(case)
        if not (at and case.smooth and case.gradient):
            continue
        seeds = seeds_for(reference, case)
        gradients = reference.gradients(case, seeds)
        assert len(gradients) == len(case.arguments), str(case)
        f = weighted(reference, case, seeds)
        for direction in directions(case, at):
            numeric = directional(f, list(case.arguments), at, direction)
            terms = [
                gradients[i] * d if gradients[i] is not None else 0 * d for i, d in zip(at, direction, strict=True)
            ]
            analytic = sum(t.sum() for t in terms)
            size = sum(np.abs(t).sum() for t in terms)
            assert abs(numeric - analytic) <= 1e-7 * (1 + size), f"{name}{case}: {analytic}, numerically {numeric}"
            checked += 1
    assert checked, f"no case of {name} has a gradient to check"


def test_an_adjoint_has_the_shapes_of_the_arguments():
    for name in DIFFERENTIABLE:
        reference = REFERENCES[name]
        for case in reference.cases:
            if case.gradient and real_arguments(case):
                gradients = reference.gradients(case, seeds_for(reference, case))
                for argument, gradient in zip(case.arguments, gradients, strict=True):
                    assert gradient is None or gradient.shape == argument.shape, f"{name}{case}"
