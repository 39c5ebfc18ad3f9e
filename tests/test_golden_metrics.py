"""Metrics have Keras's running results over batches, weighted or not."""

from __future__ import annotations

import pytest

import nnfit
from golden import metrics
from golden.compare import assert_matches, record

TOLERANCES = {"float32": (1e-5, 1e-6), "float64": (1e-10, 1e-12)}
# Keras takes intersections over unions in float32 always, and under TensorFlow the log(2) of `log_cosh`.
IN_FLOAT32 = ("iou", "log_cosh")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", metrics.CASES)
def test_metric_equals_keras(name: str, dtype: str) -> None:
    rtol, atol = TOLERANCES["float32" if any(part in name for part in IN_FLOAT32) else dtype]
    assert_matches(metrics.CASES[name](nnfit, dtype), record(metrics)[name], rtol=rtol, atol=atol)
