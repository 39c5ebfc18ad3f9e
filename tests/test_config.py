"""Numeric defaults."""

import pytest

from nnfit import config


def test_floatx_and_epsilon_are_settable_and_checked():
    assert config.floatx() == "float32"
    assert config.epsilon() == 1e-7
    try:
        config.set_floatx("float64")
        config.set_epsilon(1e-5)
        assert config.floatx() == "float64"
        assert config.epsilon() == 1e-5
    finally:
        config.set_floatx("float32")
        config.set_epsilon(1e-7)
    with pytest.raises(ValueError, match=r"\[set_floatx\] expected one of .* got 'float16'"):
        config.set_floatx("float16")
    with pytest.raises(ValueError, match=r"\[set_epsilon\] expected a positive number; got 0"):
        config.set_epsilon(0)
