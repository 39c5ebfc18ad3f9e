"""Small helpers around training."""

from nnfit.random import set_random_seed
from nnfit.utils.clear_session import clear_session
from nnfit.utils.plot_model import plot_model
from nnfit.utils.py_dataset import PyDataset
from nnfit.utils.to_categorical import to_categorical

Sequence = PyDataset  # its older name

__all__ = ["PyDataset", "Sequence", "clear_session", "plot_model", "set_random_seed", "to_categorical"]
