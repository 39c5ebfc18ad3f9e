"""Models have Keras's names, order of variables, parameter counts and summary."""

from __future__ import annotations

import pytest

import nnfit
from golden import models
from golden.compare import assert_matches, record


@pytest.mark.parametrize("name", models.CASES)
def test_model_is_described_as_in_keras(name: str) -> None:
    assert_matches(models.CASES[name](nnfit), record(models)[name], rtol=0, atol=0)
