"""The Keras training API on a C++ core, for CPUs."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from nnfit import (
    activations,
    callbacks,
    config,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    ops,
    optimizers,
    random,
    regularizers,
    tree,
    utils,
)
from nnfit._core import Tensor, TracedValueError
from nnfit.config import show_config
from nnfit.function import function
from nnfit.gradient_tape import GradientTape
from nnfit.initializers import Initializer
from nnfit.layers import Input, InputSpec, Layer
from nnfit.losses import Loss
from nnfit.metrics import Metric
from nnfit.models import Model, Sequential
from nnfit.optimizers import Optimizer
from nnfit.registry import register_serializable
from nnfit.regularizers import Regularizer
from nnfit.symbolic import KerasTensor
from nnfit.variable import Variable

__version__ = "0.1.0"

__all__ = [
    "GradientTape",
    "Initializer",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Loss",
    "Metric",
    "Model",
    "Optimizer",
    "Regularizer",
    "Sequential",
    "Tensor",
    "TracedValueError",
    "Variable",
    "__version__",
    "activations",
    "backend",
    "callbacks",
    "config",
    "constraints",
    "data",
    "datasets",
    "function",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "ops",
    "optimizers",
    "random",
    "register_serializable",
    "regularizers",
    "saving",
    "show_config",
    "tree",
    "utils",
]

# Modules that most programs do not need are imported when they are first used.
if TYPE_CHECKING:
    from nnfit import backend, data, datasets, saving
else:
    _LAZY = frozenset({"backend", "data", "datasets", "saving"})

    def __getattr__(name: str) -> Any:
        if name in _LAZY:
            return importlib.import_module(f"nnfit.{name}")
        raise AttributeError(f"module 'nnfit' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
