"""The Keras training API on a C++ core, for CPUs."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from nnfit import config as config
from nnfit.config import show_config as show_config

__version__ = "0.1.0"

__all__ = [
    "__version__",
    "config",
    "datasets",
    "show_config",
]

# Modules that most programs do not need are imported when they are first used.
if TYPE_CHECKING:
    from nnfit import datasets as datasets
else:
    _LAZY = frozenset({"datasets"})

    def __getattr__(name: str) -> Any:
        if name in _LAZY:
            return importlib.import_module(f"nnfit.{name}")
        raise AttributeError(f"module 'nnfit' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
