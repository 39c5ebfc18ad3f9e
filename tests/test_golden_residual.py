"""Ten training steps of a residual network equal Keras's, in losses, weights, moving statistics and predictions."""

from __future__ import annotations

import numpy as np
import pytest

import nnfit
from golden import residual
from golden.compare import record

# Relative to the largest of each quantity: what rounding does to a normalized sum near 0 is large beside that sum.
TOLERANCE = {"float32": 1e-5, "float64": 1e-9}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", residual.CASES)
def test_ten_steps_equal_keras(name: str, dtype: str) -> None:
    expected = record(residual)[name]
    actual = residual.CASES[name](nnfit, dtype)
    assert set(actual) == set(expected)
    for quantity, value in expected.items():
        norm = expected.get(quantity.replace("_sum", "_norm"), value)
        atol = TOLERANCE[dtype] * float(np.max(np.abs(norm)))
        np.testing.assert_allclose(actual[quantity], value, rtol=0, atol=atol, err_msg=quantity)
