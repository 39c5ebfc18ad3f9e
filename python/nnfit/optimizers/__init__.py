"""Optimizers, and schedules for their learning rates."""

from typing import TYPE_CHECKING

from nnfit.lazy import lazy_names
from nnfit.optimizers import schedules
from nnfit.optimizers.optimizer import Optimizer
from nnfit.registry import Registry

_MODULES = {
    "adadelta": ("Adadelta",),
    "adagrad": ("Adagrad",),
    "adam": ("Adam",),
    "adamax": ("Adamax",),
    "adamw": ("AdamW",),
    "ftrl": ("Ftrl",),
    "lion": ("Lion",),
    "nadam": ("Nadam",),
    "rmsprop": ("RMSprop",),
    "sgd": ("SGD",),
}
_ALIASES = {"AdamW": ("adamw",), "RMSprop": ("rmsprop",)}

registry = Registry("nnfit.optimizers", Optimizer, functions=False)
for _module, _names in _MODULES.items():
    registry.register_lazily(f"nnfit.optimizers.{_module}", _names, _ALIASES)

if TYPE_CHECKING:
    from nnfit.optimizers.adadelta import Adadelta
    from nnfit.optimizers.adagrad import Adagrad
    from nnfit.optimizers.adam import Adam
    from nnfit.optimizers.adamax import Adamax
    from nnfit.optimizers.adamw import AdamW
    from nnfit.optimizers.ftrl import Ftrl
    from nnfit.optimizers.lion import Lion
    from nnfit.optimizers.nadam import Nadam
    from nnfit.optimizers.rmsprop import RMSprop
    from nnfit.optimizers.sgd import SGD
else:
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)

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
