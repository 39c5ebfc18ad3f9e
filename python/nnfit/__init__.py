"""The Keras training API on a C++ core, for CPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nnfit import config, tree
from nnfit._core import Tensor, TracedValueError
from nnfit.config import show_config
from nnfit.function import function  # at once: it bears its module's name
from nnfit.lazy import lazy_names

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

if TYPE_CHECKING:
    from nnfit import (
        activations,
        backend,
        callbacks,
        constraints,
        data,
        datasets,
        initializers,
        layers,
        losses,
        metrics,
        models,
        ops,
        optimizers,
        random,
        regularizers,
        saving,
        utils,
    )
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
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "gradient_tape": ("GradientTape",),
            "initializers": ("Initializer",),
            "layers": ("Input", "InputSpec", "Layer"),
            "losses": ("Loss",),
            "metrics": ("Metric",),
            "models": ("Model", "Sequential"),
            "optimizers": ("Optimizer",),
            "registry": ("register_serializable",),
            "regularizers": ("Regularizer",),
            "symbolic": ("KerasTensor",),
            "variable": ("Variable",),
        },
        (
            "activations",
            "backend",
            "callbacks",
            "constraints",
            "data",
            "datasets",
            "initializers",
            "layers",
            "losses",
            "metrics",
            "models",
            "ops",
            "optimizers",
            "random",
            "regularizers",
            "saving",
            "utils",
        ),
    )
