"""Regularizers against their formulas."""

import json

import numpy as np
import pytest

from execution import EXECUTIONS
from nnfit import ops, regularizers

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


def mean_absolute_cosine(rows):
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines = np.abs(rows @ rows.T)
    return cosines[np.triu_indices(len(rows), 1)].mean()


CASES = {
    "L1": (lambda: regularizers.L1(0.3), 0.3 * np.abs(X).sum()),
    "L1 by default": (lambda: regularizers.L1(), 0.01 * np.abs(X).sum()),
    "L2": (lambda: regularizers.L2(0.3), 0.3 * (X**2).sum()),
    "L2 by default": (lambda: regularizers.L2(), 0.01 * (X**2).sum()),
    "L1L2": (lambda: regularizers.L1L2(0.1, 0.2), 0.1 * np.abs(X).sum() + 0.2 * (X**2).sum()),
    "L1L2 with l1 alone": (lambda: regularizers.L1L2(l1=0.1), 0.1 * np.abs(X).sum()),
    "L1L2 with l2 alone": (lambda: regularizers.L1L2(l2=0.1), 0.1 * (X**2).sum()),
    "L1L2 by default": (lambda: regularizers.L1L2(), 0.0),
    "orthogonal rows": (lambda: regularizers.OrthogonalRegularizer(0.5), 0.5 * mean_absolute_cosine(X)),
    "orthogonal columns": (
        lambda: regularizers.OrthogonalRegularizer(0.5, mode="columns"),
        0.5 * mean_absolute_cosine(X.T),
    ),
}


@EXECUTIONS
@pytest.mark.parametrize("case", sorted(CASES))
def test_penalties(case, run):
    make, expected = CASES[case]
    penalty = run(make())(ops.convert_to_tensor(X))
    assert penalty.shape == ()
    np.testing.assert_allclose(float(penalty), expected, rtol=1e-5)


@pytest.mark.parametrize("case", sorted(CASES))
def test_round_trip(case):
    regularizer = CASES[case][0]()
    copy = regularizers.deserialize(json.loads(json.dumps(regularizers.serialize(regularizer))))
    assert type(copy) is type(regularizer)
    assert copy.get_config() == regularizer.get_config()


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("l1", "L1"),
        ("l2", "L2"),
        ("l1_l2", "L1L2"),
        ("L1L2", "L1L2"),
        ("orthogonal_regularizer", "OrthogonalRegularizer"),
    ],
)
def test_names(name, cls):
    assert type(regularizers.get(name)) is getattr(regularizers, cls)
    assert getattr(regularizers, name) is getattr(regularizers, cls)


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), "0.1", True])
def test_factors_must_be_finite_and_not_negative(value):
    for make in (regularizers.L1, regularizers.L2, regularizers.L1L2, regularizers.OrthogonalRegularizer):
        with pytest.raises(ValueError, match="to be a finite number of at least 0; got"):
            make(value)


def test_orthogonal_regularizer_checks_its_arguments():
    with pytest.raises(ValueError, match="expected mode to be 'rows' or 'columns'; got 'diagonal'"):
        regularizers.OrthogonalRegularizer(mode="diagonal")
    with pytest.raises(ValueError, match=r"expected a tensor of rank 2; got shape \(3,\)"):
        regularizers.OrthogonalRegularizer()(np.ones(3, "float32"))
    assert float(regularizers.OrthogonalRegularizer()(np.ones((1, 3), "float32"))) == 0
