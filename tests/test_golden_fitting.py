"""fit, evaluate and predict report what Keras's do: keys, values, hooks."""

from __future__ import annotations

import pytest

import nnfit
from golden import fitting
from golden.compare import assert_matches, record

# The record's means of losses are rounded to float32.
TOLERANCES = {"float32": (2e-5, 1e-6), "float64": (5e-7, 1e-8)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", fitting.CASES)
def test_fit_reports_what_keras_does(name: str, dtype: str) -> None:
    rtol, atol = TOLERANCES[dtype]
    assert_matches(fitting.CASES[name](nnfit, dtype), record(fitting)[name], rtol=rtol, atol=atol)
