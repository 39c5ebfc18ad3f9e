"""`tf.keras`: nnfit, by its own modules, so that `from nnfit.compat.tensorflow.keras import layers` works."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import nnfit

_MODULES = (
    "activations",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "datasets",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "ops",
    "optimizers",
    "optimizers.schedules",
    "random",
    "regularizers",
    "saving",
    "tree",
    "utils",
)

# Under these names too they are nnfit's modules, not copies: a class imported either way is the same.
for _name in _MODULES:
    sys.modules[f"{__name__}.{_name}"] = importlib.import_module(f"nnfit.{_name}")


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return nnfit.__version__
    return getattr(nnfit, name)


def __dir__() -> list[str]:
    return sorted({*dir(nnfit), "backend"})
