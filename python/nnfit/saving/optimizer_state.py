"""The state of an optimizer in a file: its variables, and for which weights, in which order, it was built."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnfit.saving.model_file import ModelFile
from nnfit.saving.model_state import ModelState

__all__ = ["describe_optimizer", "restore_optimizer"]


def describe_optimizer(
    optimizer: Any, state: ModelState, tensors: dict[str, np.ndarray[Any, Any]]
) -> dict[str, Any] | None:
    """Adds an optimizer's variables to `tensors` and returns the JSON value that says what they are.

    Args:
        optimizer: The optimizer.
        state: The state of the model that it trains.
        tensors: Arrays by name, to be added to.

    Returns:
        The value, or `None` if the optimizer trains variables that are not the model's.
    """
    try:
        trained = state.names_of(optimizer._trainable_variables)
    except ValueError:
        return None
    names = []
    for variable in optimizer.variables:
        name = base = f"optimizer/{variable.name}"
        number = 0
        while name in tensors:
            number += 1
            name = f"{base}_{number}"
        tensors[name] = variable.numpy()
        names.append(name)
    undecayed = [
        name
        for name, variable in zip(trained, optimizer._trainable_variables, strict=True)
        if not optimizer._use_weight_decay(variable)
    ]
    return {"built": optimizer.built, "trained": trained, "undecayed": undecayed, "variables": names}


def restore_optimizer(optimizer: Any, description: dict[str, Any], state: ModelState, file: ModelFile) -> None:
    """Gives a new optimizer the state that a file has.

    Args:
        optimizer: An optimizer of the same configuration, not built yet.
        description: What `describe_optimizer` returned.
        state: The state of the model.
        file: The file.

    Raises:
        ValueError: If the optimizer's variables differ from those in the file.
    """
    if description["built"]:
        weights = {entry.name: entry.variable for entry in state.weights}
        if description["undecayed"]:
            optimizer.exclude_from_weight_decay([weights[name] for name in description["undecayed"]])
        optimizer.build([weights[name] for name in description["trained"]])
    names = description["variables"]
    shapes = [tuple(variable.shape) for variable in optimizer.variables]
    if shapes != [file.shape(name) for name in names]:
        raise file.error(
            f"has a state of another kind of optimizer than its {type(optimizer).__name__}. Load it with compile=False"
        )
    for variable, name in zip(optimizer.variables, names, strict=True):
        variable.assign(file.tensor(name))
