"""Models: layers grouped to be trained."""

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

__all__ = ["Functional", "Input", "Model", "Sequential", "clone_model", "registry"]
