"""Penalties on weights and activities."""

from nnfit.registry import Registry
from nnfit.regularizers.norms import L1, L1L2, L2
from nnfit.regularizers.orthogonal import OrthogonalRegularizer
from nnfit.regularizers.regularizer import Regularizer

registry = Registry("nnfit.regularizers", Regularizer)
registry.register(L1)
registry.register(L2)
registry.register(L1L2, aliases=("l1_l2",))
registry.register(OrthogonalRegularizer)

l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer

get = registry.get
serialize = registry.serialize
deserialize = registry.deserialize

__all__ = [
    "L1",
    "L1L2",
    "L2",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "registry",
    "serialize",
]
