"""Random tensors, and the generators that say which."""

from nnfit.random.sampling import categorical, dropout, normal, randint, shuffle, truncated_normal, uniform
from nnfit.random.seed_generator import SeedGenerator, global_seed_generator, set_random_seed
from nnfit.registry import Registry

registry = Registry("nnfit.random", SeedGenerator, functions=False)
registry.register(SeedGenerator)

__all__ = [
    "SeedGenerator",
    "categorical",
    "dropout",
    "global_seed_generator",
    "normal",
    "randint",
    "registry",
    "set_random_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]
