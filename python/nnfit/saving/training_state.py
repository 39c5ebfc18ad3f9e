"""All that a run of training depends on, as one file: for runs that are interrupted."""

from __future__ import annotations

import random as python_random
from typing import Any

import numpy as np

from nnfit.random import global_seed_generator
from nnfit.saving.load_model import restore_weights
from nnfit.saving.model_file import ModelFile
from nnfit.saving.optimizer_state import restore_optimizer
from nnfit.saving.save_model import write_state

__all__ = ["read_training_state", "write_training_state"]

_OWN, _NUMPY = "random/nnfit", "random/numpy"


def write_training_state(path: str, model: Any, progress: dict[str, Any]) -> None:
    """Writes the variables of a model and its optimizer, the states of all global random generators, and `progress`.

    Args:
        path: Where to.
        model: The model, compiled.
        progress: JSON value.
    """
    numpy_state: Any = np.random.get_state(legacy=False)  # noqa: NPY002
    tensors = {_OWN: global_seed_generator().state.numpy(), _NUMPY: numpy_state["state"].pop("key")}
    sections = {"content": "training", "progress": progress, "numpy": numpy_state, "python": python_random.getstate()}
    write_state(path, model, sections, tensors)


def read_training_state(path: str, model: Any, action: str) -> Any:
    """Gives a compiled model, its optimizer, and the random generators the states that a file has.

    Args:
        path: The file.
        model: The model, of the same architecture; built from the file if need be.
        action: Who asks, for error messages.

    Returns:
        The `progress`.

    Raises:
        ValueError: If the file is damaged, or of another model or optimizer.
    """
    with ModelFile(path, action) as file:
        progress = file.section("progress")
        if progress is None:
            raise file.error("holds a model, and not the state of a run")
        variables = restore_weights(model, file)
        restore_optimizer(model.optimizer, file.section("optimizer"), variables, file)
        global_seed_generator().state.assign(file.tensor(_OWN))
        numpy_state = file.section("numpy")
        numpy_state["state"]["key"] = file.tensor(_NUMPY)
        np.random.set_state(numpy_state)  # noqa: NPY002
        version, internal, gauss = file.section("python")
        python_random.setstate((version, tuple(internal), gauss))
    return progress
