"""Ten training steps equal Keras's, for every optimizer and every loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnfit
from golden import training
from golden.compare import record

TOLERANCE = {"float32": 1e-5, "float64": 1e-8}
LOSS_TOLERANCE = {"float32": 1e-5, "float64": 1e-7}  # the record has means of losses rounded to float32


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", training.CASES)
def test_ten_steps_equal_keras(name: str, dtype: str) -> None:
    expected = record(training)[name]
    actual = training.CASES[name](nnfit, dtype)
    assert set(actual) == set(expected)
    for quantity, value in expected.items():
        rtol = (LOSS_TOLERANCE if quantity == "loss" else TOLERANCE)[dtype]
        atol = rtol * _scale_of_sum(expected, quantity)
        np.testing.assert_allclose(actual[quantity], value, rtol=rtol, atol=atol, err_msg=quantity)


def _scale_of_sum(expected: dict[str, Any], quantity: str) -> float:
    """A sum cancels, so its error is relative to the norm of what was summed; all else has no absolute tolerance."""
    return float(expected[quantity.replace("_sum", "_norm")]) if quantity.endswith("_sum") else 0.0
