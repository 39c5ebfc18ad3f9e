"""The Keras training API on a C++ core, for CPUs."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from nnfit import activations as activations
from nnfit import callbacks as callbacks
from nnfit import config as config
from nnfit import constraints as constraints
from nnfit import initializers as initializers
from nnfit import layers as layers
from nnfit import losses as losses
from nnfit import metrics as metrics
from nnfit import models as models
from nnfit import ops as ops
from nnfit import optimizers as optimizers
from nnfit import random as random
from nnfit import regularizers as regularizers
from nnfit import tree as tree
from nnfit import utils as utils
from nnfit._core import Tensor as Tensor
from nnfit._core import TracedValueError as TracedValueError
from nnfit.config import show_config as show_config
from nnfit.function import function as function
from nnfit.gradient_tape import GradientTape as GradientTape
from nnfit.layers.core.input_layer import Input as Input
from nnfit.layers.input_spec import InputSpec as InputSpec
from nnfit.layers.layer import Layer as Layer
from nnfit.models.model import Model as Model
from nnfit.models.sequential import Sequential as Sequential
from nnfit.registry import register_serializable as register_serializable
from nnfit.symbolic.keras_tensor import KerasTensor as KerasTensor
from nnfit.variable import Variable as Variable

__version__ = "0.1.0"

__all__ = [
    "GradientTape",
    "Input",
    "InputSpec",
    "KerasTensor",
    "Layer",
    "Model",
    "Sequential",
    "Tensor",
    "TracedValueError",
    "Variable",
    "__version__",
    "activations",
    "callbacks",
    "config",
    "constraints",
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
    "show_config",
    "tree",
    "utils",
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
