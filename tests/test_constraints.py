"""Constraints against their formulas."""

import json

import numpy as np
import pytest

from execution import EXECUTIONS
from nnfit import constraints, ops

W = np.random.default_rng(0).normal(size=(3, 5)).astype("float32") * np.array([0.1, 0.5, 1, 2, 4], "float32")


def norms(axis):
    return np.sqrt((W.astype("float64") ** 2).sum(axis=axis, keepdims=True))


def rescaled(axis, length):
    return W * length(norms(axis)) / (norms(axis) + 1e-7)


CASES = {
    "MaxNorm": (lambda: constraints.MaxNorm(1.5), rescaled(0, lambda n: np.minimum(n, 1.5))),
    "MaxNorm along 1": (lambda: constraints.MaxNorm(axis=1), rescaled(1, lambda n: np.minimum(n, 2))),
    "MaxNorm of all": (lambda: constraints.MaxNorm(1, axis=(0, 1)), rescaled((0, 1), lambda n: np.minimum(n, 1))),
    "UnitNorm": (lambda: constraints.UnitNorm(), rescaled(0, np.ones_like)),
    "UnitNorm along 1": (lambda: constraints.UnitNorm(axis=1), rescaled(1, np.ones_like)),
    "MinMaxNorm": (lambda: constraints.MinMaxNorm(0.5, 2.0), rescaled(0, lambda n: np.clip(n, 0.5, 2))),
    "MinMaxNorm half way": (
        lambda: constraints.MinMaxNorm(0.5, 2.0, rate=0.5),
        rescaled(0, lambda n: 0.5 * np.clip(n, 0.5, 2) + 0.5 * n),
    ),
    "NonNeg": (lambda: constraints.NonNeg(), np.maximum(W, 0)),
}


@EXECUTIONS
@pytest.mark.parametrize("case", sorted(CASES))
def test_constrained_weights(case, run):
    make, expected = CASES[case]
    w = run(make())(ops.convert_to_tensor(W))
    assert w.dtype == "float32"
    np.testing.assert_allclose(w.numpy(), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("case", sorted(CASES))
def test_round_trip(case):
    constraint = CASES[case][0]()
    copy = constraints.deserialize(json.loads(json.dumps(constraints.serialize(constraint))))
    assert type(copy) is type(constraint)
    np.testing.assert_array_equal(copy(W).numpy(), constraint(W).numpy())


@pytest.mark.parametrize(
    "name", ["max_norm", "MaxNorm", "non_neg", "NonNeg", "unit_norm", "min_max_norm", "MinMaxNorm"]
)
def test_names(name):
    assert isinstance(constraints.get(name), constraints.Constraint)
    assert isinstance(constraints.get(name), getattr(constraints, name))


def test_a_zero_vector_stays_zero():
    zero = np.zeros((3, 2), "float32")
    for constraint in (constraints.MaxNorm(), constraints.UnitNorm(), constraints.MinMaxNorm(0.5, 1.0)):
        np.testing.assert_array_equal(constraint(zero).numpy(), zero)
