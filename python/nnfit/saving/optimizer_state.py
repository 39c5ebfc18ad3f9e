"""The state of an optimizer in a file: its variables, and for which weights, in which order, it was built."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnfit.saving.model_file import ModelFile, unused_name
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
        name = unused_name(f"optimizer/{variable.name}", tensors)
        tensors[name] = variable.numpy()
        names.append(name)
    undecayed = [
        name
        for name, variable in zip(trained, optimizer._trainable_variables, strict=True)
        if not optimizer._use_weight_decay(variable)
    ]
    return {"built": optimizer.built, "trained": trained, "undecayed": undecayed, "variables": names}


def restore_optimizer(optimizer: Any, description: dict[str, Any], variables: dict[str, Any], file: ModelFile) -> None:
    """Gives an optimizer the state that a file has, building it for the same weights if it is not built.

    Args:
        optimizer: An optimizer of the same configuration.
        description: What `describe_optimizer` returned.
        variables: The weights of the model by their names in the file.
        file: The file.

    Raises:
        ValueError: If the optimizer is another kind, or built for other weights; nothing is changed then.
    """
    if description["built"]:
        trained = [variables.get(name) for name in description["trained"]]
        if any(variable is None for variable in trained):
            raise file.error("has the state of an optimizer of other weights")
        if not optimizer.built:
            if description["undecayed"]:
                optimizer.exclude_from_weight_decay([variables[name] for name in description["undecayed"]])
            optimizer.build(trained)
        if list(map(id, optimizer._trainable_variables)) != list(map(id, trained)):
            raise file.error(f"has the state of an optimizer of other weights than {optimizer.name} has")
    names = description["variables"]
    shapes = [tuple(variable.shape) for variable in optimizer.variables]
    if shapes != [file.shape(name) for name in names]:
        raise file.error(f"has the state of another kind of optimizer than {optimizer.name}")
    for variable, name in zip(optimizer.variables, names, strict=True):
        variable.assign(file.tensor(name))
