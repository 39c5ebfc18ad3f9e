"""Learning rates that depend on the step."""

from typing import TYPE_CHECKING

from nnfit.lazy import lazy_names
from nnfit.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from nnfit.registry import Registry

_MODULES = {
    "cosine_decay": ("CosineDecay",),
    "cosine_decay_restarts": ("CosineDecayRestarts",),
    "exponential_decay": ("ExponentialDecay",),
    "inverse_time_decay": ("InverseTimeDecay",),
    "piecewise_constant_decay": ("PiecewiseConstantDecay",),
    "polynomial_decay": ("PolynomialDecay",),
    "scaled_schedule": ("ScaledSchedule",),
}

registry = Registry("nnfit.optimizers.schedules", LearningRateSchedule, functions=False)
for _module, _names in _MODULES.items():
    registry.register_lazily(f"nnfit.optimizers.schedules.{_module}", _names)

if TYPE_CHECKING:
    from nnfit.optimizers.schedules.cosine_decay import CosineDecay
    from nnfit.optimizers.schedules.cosine_decay_restarts import CosineDecayRestarts
    from nnfit.optimizers.schedules.exponential_decay import ExponentialDecay
    from nnfit.optimizers.schedules.inverse_time_decay import InverseTimeDecay
    from nnfit.optimizers.schedules.piecewise_constant_decay import PiecewiseConstantDecay
    from nnfit.optimizers.schedules.polynomial_decay import PolynomialDecay
    from nnfit.optimizers.schedules.scaled_schedule import ScaledSchedule
else:
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)

serialize = registry.serialize
deserialize = registry.deserialize

__all__ = [
    "CosineDecay",
    "CosineDecayRestarts",
    "ExponentialDecay",
    "InverseTimeDecay",
    "LearningRateSchedule",
    "PiecewiseConstantDecay",
    "PolynomialDecay",
    "ScaledSchedule",
    "deserialize",
    "registry",
    "serialize",
]
