"""The examples in docstrings give what they show."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import nnfit

FAMILIES = [
    "activations",
    "constraints",
    "initializers",
    "losses",
    "metrics",
    "optimizers",
    "random",
    "regularizers",
]


def modules_of(family):
    package = importlib.import_module(f"nnfit.{family}")
    inside = pkgutil.walk_packages(package.__path__, f"nnfit.{family}.")
    return [f"nnfit.{family}", *sorted(module.name for module in inside)]


MODULES = [
    "nnfit.config",
    "nnfit.naming",
    "nnfit.registry",
    *(name for family in FAMILIES for name in modules_of(family)),
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name):
    results = doctest.testmod(importlib.import_module(name), extraglobs={"nnfit": nnfit, "np": np})
    assert results.failed == 0
