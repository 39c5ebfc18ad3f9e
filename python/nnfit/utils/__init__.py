"""Small helpers around training."""

from nnfit.random import set_random_seed
from nnfit.utils.to_categorical import to_categorical

__all__ = ["set_random_seed", "to_categorical"]
