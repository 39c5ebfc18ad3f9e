"""Layers have Keras's outputs, inferred shapes and gradients."""

from __future__ import annotations

import pytest

import nnfit
from golden import layers
from golden.compare import assert_matches, record

# The record's constants (a slope, a scale) are rounded to float32, and so is all that TensorFlow does to images.
TOLERANCES = {"float32": (1e-5, 2e-6), "float64": (3e-7, 1e-7)}
OF_IMAGES = ("center_crop_of_small", "random_translation", "resizing")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", layers.CASES)
def test_layer_equals_keras(name: str, dtype: str) -> None:
    rtol, atol = TOLERANCES["float32" if name.startswith(OF_IMAGES) else dtype]
    assert_matches(layers.CASES[name](nnfit, dtype), record(layers)[name], rtol=rtol, atol=atol)
