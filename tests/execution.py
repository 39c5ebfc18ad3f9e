"""Runs a function of tensors at once, or traced and planned, which must give the same; and shows what is planned."""

import pytest

from nnfit import _core
from nnfit.function import function

EXECUTIONS = pytest.mark.parametrize("run", [lambda f: f, function], ids=["eager", "planned"])


def plan_of(f, *arrays):
    """The plan of `f` for inputs of the shapes and dtypes of `arrays`; `f` gives a tensor or a list of them."""
    tracer = _core.Tracer()
    inputs = [tracer.input(a.shape, str(a.dtype)) for a in arrays]
    tracer.start()
    try:
        outputs = f(*inputs)
        return tracer.finish(outputs if isinstance(outputs, list) else [outputs])
    finally:
        tracer.stop()


def names_of(plan):
    """The names of the ops that a plan calls, in the order of the calls."""
    return [name for name, *_ in plan.calls]
