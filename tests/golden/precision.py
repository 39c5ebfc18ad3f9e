"""Runs a case with another default float type."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def floatx(library: ModuleType, dtype: str) -> Iterator[None]:
    before = library.config.floatx()
    library.config.set_floatx(dtype)
    try:
        yield
    finally:
        library.config.set_floatx(before)
