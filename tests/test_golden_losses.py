"""Losses have Keras's values for every reduction and kind of sample weight."""

from __future__ import annotations

import pytest

import nnfit
from golden import losses
from golden.compare import assert_matches, record

TOLERANCES = {"float32": (1e-5, 1e-6), "float64": (1e-10, 1e-12)}
# Keras's backends keep probabilities of 0 and 1 away from log(0) in ways that differ by 2e-7 a row.
CERTAIN = 2e-6
# Under TensorFlow the log(2) of `log_cosh` is a float32.
ROUNDED = 2e-8


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", losses.CASES)
def test_loss_equals_keras(name: str, dtype: str) -> None:
    rtol, atol = TOLERANCES[dtype]
    atol = max(atol, CERTAIN) if name.endswith("certain") else atol
    atol = max(atol, ROUNDED) if name == "log_cosh" else atol
    assert_matches(losses.CASES[name](nnfit, dtype), record(losses)[name], rtol=rtol, atol=atol)
