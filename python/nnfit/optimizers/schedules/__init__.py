"""Learning rates that depend on the step."""

from nnfit.optimizers.schedules.cosine_decay import CosineDecay, CosineDecayRestarts
from nnfit.optimizers.schedules.exponential_decay import ExponentialDecay
from nnfit.optimizers.schedules.inverse_time_decay import InverseTimeDecay
from nnfit.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from nnfit.optimizers.schedules.piecewise_constant_decay import PiecewiseConstantDecay
from nnfit.optimizers.schedules.polynomial_decay import PolynomialDecay
from nnfit.optimizers.schedules.scaled_schedule import ScaledSchedule
from nnfit.registry import Registry

registry = Registry("nnfit.optimizers.schedules", LearningRateSchedule, functions=False)
registry.register(CosineDecay)
registry.register(CosineDecayRestarts)
registry.register(ExponentialDecay)
registry.register(InverseTimeDecay)
registry.register(PiecewiseConstantDecay)
registry.register(PolynomialDecay)
registry.register(ScaledSchedule)

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
