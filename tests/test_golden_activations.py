"""Activation functions have Keras's values and gradients, at the extremes too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import nnfit
from golden import activations
from golden.compare import record

# The record's constants (a default slope, those of gelu) are rounded to float32.
TOLERANCES = {"float32": (1e-5, 1e-6), "float64": (3e-7, 1e-8)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", activations.CASES)
def test_activation_equals_keras(name: str, dtype: str) -> None:
    expected = record(activations)[name]
    actual = activations.CASES[name](nnfit, dtype)
    assert set(actual) == set(expected)
    for quantity, value in expected.items():
        _assert_near(actual[quantity], value, dtype, quantity)


def _assert_near(actual: Any, expected: Any, dtype: str, quantity: str) -> None:
    with np.errstate(over="ignore"):  # what is finite in float64 may be infinite in float32
        expected = expected.astype(dtype)
    rtol, atol = TOLERANCES[dtype]
    defined = ~np.isnan(expected)  # where Keras's formula gives NaN, at infinity, the limit is as good
    np.testing.assert_allclose(actual[defined], expected[defined], rtol=rtol, atol=atol, err_msg=quantity)
