"""Small helpers around training."""

from nnfit.random import set_random_seed
from nnfit.utils.clear_session import clear_session
from nnfit.utils.to_categorical import to_categorical

__all__ = ["clear_session", "set_random_seed", "to_categorical"]
