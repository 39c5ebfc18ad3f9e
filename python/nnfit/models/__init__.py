"""Models: layers grouped to be trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnfit.layers.core.input_layer import Input
from nnfit.models.cloning import clone_model
from nnfit.models.functional import Functional
from nnfit.models.model import Model
from nnfit.models.sequential import Sequential
from nnfit.registry import Registry

registry = Registry("nnfit.models", Model, functions=False)
registry.register(Model)
registry.register(Functional)
registry.register(Sequential)

# What reads and writes files is imported when it is first used.
if TYPE_CHECKING:
    from nnfit.saving import load_model, model_from_json, save_model
else:

    def __getattr__(name: str) -> Any:
        if name in ("load_model", "model_from_json", "save_model"):
            from nnfit import saving

            return getattr(saving, name)
        raise AttributeError(f"module 'nnfit.models' has no attribute '{name}'")


__all__ = [
    "Functional",
    "Input",
    "Model",
    "Sequential",
    "clone_model",
    "load_model",
    "model_from_json",
    "registry",
    "save_model",
]
