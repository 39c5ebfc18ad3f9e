"""Ten steps of every optimizer along given gradients equal Keras's."""

from __future__ import annotations

import pytest

import nnfit
from golden import optimizers
from golden.compare import assert_matches, record

TOLERANCE = {"float32": 1e-5, "float64": 1e-8}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", optimizers.CASES)
def test_steps_equal_keras(name: str, dtype: str) -> None:
    tolerance = TOLERANCE[dtype]
    assert_matches(optimizers.CASES[name](nnfit, dtype), record(optimizers)[name], rtol=tolerance, atol=tolerance)


def test_every_registered_optimizer_has_a_case() -> None:
    registry = nnfit.optimizers.registry
    assert {class_name for class_name, _ in optimizers.OPTIMIZERS.values()} == {
        registry.find(name).__name__ for name in registry.names()
    }
