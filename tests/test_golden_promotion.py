"""Operations promote dtypes as Keras's do."""

from __future__ import annotations

import pytest

import nnfit
from golden import promotion
from golden.compare import record

# Keras takes booleans for numbers here; nnfit asks for a cast.
REFUSED = {"matmul": {"bool,bool"}, "abs": {"bool"}, "square": {"bool"}, "cumsum": {"bool"}}


@pytest.mark.parametrize("name", promotion.CASES)
def test_operation_promotes_as_in_keras(name: str) -> None:
    actual, expected = promotion.CASES[name](nnfit), record(promotion)[name]
    refused = REFUSED.get(name, set())
    assert refused.isdisjoint(actual)
    assert {key: actual.get(key) for key in expected} == expected | dict.fromkeys(refused)
