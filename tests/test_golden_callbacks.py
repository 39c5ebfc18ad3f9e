"""Callbacks are told what Keras tells them, and do what Keras's do along scripted logs."""

from __future__ import annotations

import pytest

import nnfit
from golden import callbacks
from golden.compare import assert_matches, record


@pytest.mark.parametrize("name", callbacks.CASES)
def test_callbacks_do_what_keras_does(name: str) -> None:
    assert_matches(callbacks.CASES[name](nnfit, "float32"), record(callbacks)[name], rtol=1e-6, atol=0)
