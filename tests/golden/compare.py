"""Compares the results of a case with its record."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from . import store


@cache
def record(program: ModuleType) -> dict[str, store.Results]:
    """The recorded results of every case of a program."""
    return store.read(program.FILE)[1]


def assert_matches(actual: Any, expected: Any, *, rtol: float, atol: float, where: str = "") -> None:
    """Text must be equal, numbers near, and both have the same structure as the record."""
    if isinstance(expected, dict):
        assert set(actual) == set(expected), f"{where}: {sorted(actual)} instead of {sorted(expected)}"
        for key, value in expected.items():
            assert_matches(actual[key], value, rtol=rtol, atol=atol, where=f"{where}/{key}")
    elif _is_numeric(expected):
        np.testing.assert_allclose(
            np.asarray(actual, np.float64), np.asarray(expected, np.float64), rtol=rtol, atol=atol, err_msg=where
        )
    elif isinstance(expected, list):
        assert len(actual) == len(expected), f"{where}: {actual} instead of {expected}"
        for i, value in enumerate(expected):
            assert_matches(actual[i], value, rtol=rtol, atol=atol, where=f"{where}[{i}]")
    else:
        assert actual == expected, where


def _is_numeric(value: Any) -> bool:
    if value is None or isinstance(value, bool | str):
        return False
    if isinstance(value, list):
        return bool(value) and all(map(_is_numeric, value)) and len({np.shape(item) for item in value}) == 1
    return isinstance(value, int | float | np.ndarray)
