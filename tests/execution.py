"""Runs a function of tensors at once, or traced and planned: both must give the same."""

import pytest

from nnfit.function import function

EXECUTIONS = pytest.mark.parametrize("run", [lambda f: f, function], ids=["eager", "planned"])
