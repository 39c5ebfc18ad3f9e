"""Gradients of every op, of first and second order, against the reference's adjoint."""

import pytest

from reference import REFERENCES
from reference.compare import check_gradient, check_second_order, types_of

NAMES = sorted(name for name, reference in REFERENCES.items() if reference.adjoint is not None)


@pytest.mark.parametrize("name", NAMES)
def test_gradients(name):
    for case in REFERENCES[name].cases:
        if case.gradient:
            for dtype in types_of(case):
                check_gradient(name, REFERENCES[name], case, dtype)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_of_gradients(name):
    for case in REFERENCES[name].cases:
        if case.gradient and case.smooth:
            check_second_order(name, REFERENCES[name], case)
