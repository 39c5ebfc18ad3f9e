"""Layers of series and images have Keras's outputs, inferred shapes and gradients."""

from __future__ import annotations

import pytest

import nnfit
from golden import spatial_layers
from golden.compare import assert_matches, record
from test_golden_layers import TOLERANCES


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", spatial_layers.CASES)
def test_layer_equals_keras(name: str, dtype: str) -> None:
    rtol, atol = TOLERANCES[dtype]
    results = spatial_layers.CASES[name](nnfit, dtype)
    assert_matches(results, record(spatial_layers)[name], rtol=rtol, atol=atol)
