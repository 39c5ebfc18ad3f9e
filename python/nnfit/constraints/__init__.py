"""Functions applied to weights after each update."""

from nnfit.constraints.constraint import Constraint
from nnfit.constraints.non_neg import NonNeg
from nnfit.constraints.norms import MaxNorm, MinMaxNorm, UnitNorm
from nnfit.registry import Registry

registry = Registry("nnfit.constraints", Constraint)
registry.register(MaxNorm)
registry.register(MinMaxNorm)
registry.register(NonNeg)
registry.register(UnitNorm)

max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

__all__ = [
    "Constraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "max_norm",
    "min_max_norm",
    "non_neg",
    "registry",
    "serialize",
    "unit_norm",
]
