"""Optimizers, and schedules for their learning rates."""

from nnfit.optimizers import schedules
from nnfit.optimizers.adadelta import Adadelta
from nnfit.optimizers.adagrad import Adagrad
from nnfit.optimizers.adam import Adam
from nnfit.optimizers.adamax import Adamax
from nnfit.optimizers.adamw import AdamW
from nnfit.optimizers.ftrl import Ftrl
from nnfit.optimizers.lion import Lion
from nnfit.optimizers.nadam import Nadam
from nnfit.optimizers.optimizer import Optimizer
from nnfit.optimizers.rmsprop import RMSprop
from nnfit.optimizers.sgd import SGD
from nnfit.registry import Registry

registry = Registry("nnfit.optimizers", Optimizer, functions=False)
registry.register(SGD)
registry.register(RMSprop, aliases=("rmsprop",))
registry.register(Adam)
registry.register(AdamW, aliases=("adamw",))
registry.register(Adagrad)
registry.register(Adadelta)
registry.register(Adamax)
registry.register(Nadam)
registry.register(Ftrl)
registry.register(Lion)

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Ftrl",
    "Lion",
    "Nadam",
    "Optimizer",
    "RMSprop",
    "deserialize",
    "get",
    "registry",
    "schedules",
    "serialize",
]
