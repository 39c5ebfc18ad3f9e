"""Every form of compile for several outputs gives the logs that Keras gives; but `loss` is first, as in tf.keras."""

from __future__ import annotations

import pytest

import nnfit
from golden import compile_forms
from golden.compare import assert_matches, record

# The record's means of losses are rounded to float32.
TOLERANCES = {"float32": (2e-5, 1e-6), "float64": (5e-7, 1e-8)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", compile_forms.CASES)
def test_logs_are_what_keras_gives(name: str, dtype: str) -> None:
    rtol, atol = TOLERANCES[dtype]
    results = compile_forms.CASES[name](nnfit, dtype)
    assert_matches(results, record(compile_forms)[name], rtol=rtol, atol=atol)
    names = list(results["evaluated"])
    assert names[0] == "loss"
    assert list(results["history"]) == names + [f"val_{name}" for name in names]
