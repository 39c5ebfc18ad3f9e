"""Losses have Keras's values for every reduction and kind of sample weight."""

from __future__ import annotations

import pytest

import nnfit
from golden import losses
from golden.compare import assert_matches, record

# The backends of Keras keep probabilities of 0 and 1 away from log(0) in ways that differ by 2e-7.
TOLERANCES = {"float32": (1e-5, 1e-6), "float64": (1e-9, 3e-7)}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", losses.CASES)
def test_loss_equals_keras(name: str, dtype: str) -> None:
    rtol, atol = TOLERANCES[dtype]
    assert_matches(losses.CASES[name](nnfit, dtype), record(losses)[name], rtol=rtol, atol=atol)
