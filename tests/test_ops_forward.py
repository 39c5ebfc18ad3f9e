"""Values and types of every op against the float64 reference, and planned against eager."""

import pytest

from reference import REFERENCES
from reference.compare import check_forward, check_planned, types_of

NAMES = sorted(REFERENCES)


@pytest.mark.parametrize("name", NAMES)
def test_values(name):
    for case in REFERENCES[name].cases:
        for dtype in types_of(case):
            check_forward(name, REFERENCES[name], case, dtype)


@pytest.mark.parametrize("name", NAMES)
def test_a_plan_gives_the_bits_of_the_eager_op(name):
    for case in REFERENCES[name].cases:
        for dtype in types_of(case):
            check_planned(name, REFERENCES[name], case, dtype)
