"""Every schedule gives Keras's rates over twenty steps."""

from __future__ import annotations

import pytest

import nnfit
from golden import schedules
from golden.compare import assert_matches, record


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", schedules.CASES)
def test_rates_equal_keras(name: str, dtype: str) -> None:
    # Keras takes cosines in float32 whatever the type.
    assert_matches(schedules.CASES[name](nnfit, dtype), record(schedules)[name], rtol=2e-6, atol=1e-7)
