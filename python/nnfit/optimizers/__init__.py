"""Optimizers, and schedules for their learning rates."""

from nnfit.optimizers import schedules
from nnfit.optimizers.adam import Adam
from nnfit.optimizers.optimizer import Optimizer
from nnfit.optimizers.rmsprop import RMSprop
from nnfit.optimizers.sgd import SGD
from nnfit.registry import Registry

registry = Registry("nnfit.optimizers", Optimizer, functions=False)
registry.register(SGD)
registry.register(RMSprop, aliases=("rmsprop",))
registry.register(Adam)

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

__all__ = ["SGD", "Adam", "Optimizer", "RMSprop", "deserialize", "get", "registry", "schedules", "serialize"]
