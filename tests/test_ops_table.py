"""Each op of the table has a reference, a gradient case where it has a gradient, and documentation."""

import pkgutil
from pathlib import Path

import pytest

from nnfit import _core, ops
from reference import REFERENCES
from reference.differences import real_arguments

# An op of the core whose name is that of another public function has its reference under `_core.<name>`.
TABLE = {
    name if (name := f"_core.{entry['name']}") in REFERENCES else entry["name"]: entry for entry in _core.op_table()
}
MODULES = sorted(module.name for module in pkgutil.iter_modules(ops.__path__))
# Functions that are no ops (they ask about a tensor, or call other functions), and ops without a value to compare with
# (random ones: of their kernels, cpp/tests/random_test.cpp checks the bits). Tests of their own are named here.
NOT_OPS = {
    **dict.fromkeys(
        (
            "dropout",
            "random_bernoulli",
            "random_integer",
            "random_normal",
            "random_permutation",
            "random_truncated_normal",
            "random_uniform",
        ),
        "test_ops_random.py",
    ),
    "host_call": "test_function.py",
    "cond": "test_ops_control.py",
    "convert_to_numpy": "test_tensor.py",
    "convert_to_tensor": "test_tensor.py",
    "dtype": "test_tensor.py",
    "fori_loop": "test_ops_control.py",
    "get_item": "test_tensor.py",
    "is_tensor": "test_tensor.py",
    "ndim": "test_tensor.py",
    "scan": "test_ops_control.py",
    "shape": "test_tensor.py",
    "while_loop": "test_ops_control.py",
}


def test_every_op_of_the_core_has_a_reference():
    assert sorted(TABLE.keys() - REFERENCES.keys() - NOT_OPS.keys()) == []


@pytest.mark.parametrize(("name", "file"), sorted(NOT_OPS.items()))
def test_what_has_no_reference_has_tests_of_its_own(name, file):
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    assert name in text
    assert name in ops.__all__ or name in TABLE


def test_every_public_function_has_a_reference():
    assert sorted(set(ops.__all__) - REFERENCES.keys() - NOT_OPS.keys()) == []


def test_every_reference_is_of_an_op():
    assert sorted(REFERENCES.keys() - set(ops.__all__) - TABLE.keys()) == []


@pytest.mark.parametrize("name", sorted(TABLE.keys() & REFERENCES.keys()))
def test_an_op_and_its_reference_agree_on_having_a_gradient(name):
    reference = REFERENCES[name]
    assert TABLE[name]["differentiable"] == (reference.adjoint is not None)
    if reference.adjoint is not None:
        assert any(case.gradient and real_arguments(case) for case in reference.cases), "no gradient case"


@pytest.mark.parametrize("name", sorted(ops.__all__))
def test_a_public_function_is_documented(name):
    text = getattr(ops, name).__doc__
    assert text, "no docstring"
    sections = [section for section in ("Args:", "Returns:", "Example:") if section not in text]
    assert not sections, f"without {sections}"
