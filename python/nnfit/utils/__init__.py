"""Small helpers around training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nnfit.random import set_random_seed
from nnfit.utils.clear_session import clear_session
from nnfit.utils.py_dataset import PyDataset
from nnfit.utils.to_categorical import to_categorical

Sequence = PyDataset  # its older name

# What draws is imported when it is first used.
if TYPE_CHECKING:
    from nnfit.utils.plot_model import plot_model
else:

    def __getattr__(name: str) -> Any:
        if name == "plot_model":
            from nnfit.utils.plot_model import plot_model

            globals()["plot_model"] = plot_model  # in place of the module of that name
            return plot_model
        raise AttributeError(f"module 'nnfit.utils' has no attribute '{name}'")


__all__ = ["PyDataset", "Sequence", "clear_session", "plot_model", "set_random_seed", "to_categorical"]
