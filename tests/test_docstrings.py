"""The examples in docstrings do what they say."""

import builtins
import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import nnfit
from nnfit import config

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PROGRAMS = {"nnfit.__main__"}


def modules():
    names = [module.name for module in pkgutil.walk_packages(nnfit.__path__, "nnfit.")]
    return ["nnfit", *(name for name in names if name not in PROGRAMS and name != "nnfit._core")]


@pytest.fixture(autouse=True)
def restore():
    before = config.floatx(), config.epsilon(), config.num_threads()
    yield
    config.set_floatx(before[0])
    config.set_epsilon(before[1])
    config.set_num_threads(before[2])


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings(name, capsys):
    module = importlib.import_module(name)
    own = {name: value for name, value in vars(module).items() if not hasattr(builtins, name)}
    names = {"nnfit": nnfit, "np": np, **own}
    result = doctest.testmod(module, globs=names, optionflags=FLAGS)
    assert result.failed == 0, capsys.readouterr().out
