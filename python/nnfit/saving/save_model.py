"""save_model, save_weights: a model, or its weights, as one file."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from nnfit.registry import serialize_object
from nnfit.saving.model_file import unused_name, write_model_file
from nnfit.saving.model_state import ModelState
from nnfit.saving.optimizer_state import describe_optimizer
from nnfit.shared_objects import preserve_sharing
from nnfit.warn import warn

__all__ = ["save_model", "save_weights"]


def save_model(model: Any, filepath: Any, overwrite: bool = True, include_optimizer: bool = True) -> None:
    """Saves a model as one safetensors file: weights, architecture, and all that training needs to go on.

    The tensors have the names of their paths in the model, and the optimizer's begin with `optimizer/`. Everything else
    is JSON in the file's header. The file is written under another name, flushed to the disk and renamed, so that there
    is a whole file at any time.

    Args:
        model: The model. Its layers must have a `get_config` that describes them, as those of nnfit do.
        filepath: Where to, with any suffix or none. Folders are made as needed.
        overwrite: Whether a file that is there already is replaced. Defaults to `True`.
        include_optimizer: Whether the state of the optimizer is saved. Defaults to `True`.

    Raises:
        FileExistsError: If the file is there and `overwrite` is false.
        NotImplementedError: If an argument of a layer cannot be described.
        ValueError: If a layer holds a lambda, which has no name to be found by.

    Example:
        >>> import os, tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "model")
        >>> model = nnfit.Sequential([nnfit.Input((3,)), nnfit.layers.Dense(2)])
        >>> nnfit.saving.save_model(model, path)
        >>> nnfit.saving.load_model(path).count_params()
        8
    """
    path = _checked_path(filepath, overwrite, "save_model")
    state = ModelState(model)
    tensors = _tensors(state)
    sections: dict[str, Any] = {"content": "model", "state": _describe_state(state, tensors)}
    with preserve_sharing() as without_single_uses:
        sections["model"] = without_single_uses(serialize_object(model))
    sections["compile"] = _describe_compilation(model)
    if include_optimizer and sections["compile"] is not None and model.optimizer is not None:
        sections["optimizer"] = describe_optimizer(model.optimizer, state, tensors)
    write_model_file(path, tensors, sections)


def save_weights(model: Any, filepath: Any, overwrite: bool = True) -> None:
    """Saves the weights of a model, and the states of its seed generators and optimizer, as one safetensors file.

    Args:
        model: The model.
        filepath: Where to, with any suffix or none.
        overwrite: Whether a file that is there already is replaced. Defaults to `True`.

    Raises:
        FileExistsError: If the file is there and `overwrite` is false.
    """
    path = _checked_path(filepath, overwrite, "save_weights")
    write_state(path, model, {"content": "weights"})


def write_state(
    path: str, model: Any, sections: dict[str, Any], extra: dict[str, np.ndarray[Any, Any]] | None = None
) -> None:
    """Writes all variables of a model and of its optimizer.

    Args:
        path: Where to.
        model: The model.
        sections: Further JSON values by name.
        extra: Further tensors by name.
    """
    state = ModelState(model)
    tensors = {**_tensors(state), **(extra or {})}
    sections = {**sections, "state": _describe_state(state, tensors)}
    if model.optimizer is not None:
        sections["optimizer"] = describe_optimizer(model.optimizer, state, tensors)
    write_model_file(path, tensors, sections)


def _checked_path(filepath: Any, overwrite: bool, action: str) -> str:
    path = os.fspath(filepath)
    if os.path.isdir(path):
        raise IsADirectoryError(f"[{action}] expected the path of a file; '{path}' is a folder.")
    if not overwrite and os.path.exists(path):
        raise FileExistsError(f"[{action}] '{path}' is there already. Pass overwrite=True to replace it.")
    return str(path)


def _tensors(state: ModelState) -> dict[str, np.ndarray[Any, Any]]:
    tensors: dict[str, np.ndarray[Any, Any]] = {}
    for entry in [*state.weights, *state.seeds]:
        if entry.name in tensors:
            raise ValueError(
                f"[save] expected weights under different names; got '{entry.name}' twice. Rename a layer."
            )
        tensors[entry.name] = entry.variable.numpy()
    return tensors


def _describe_state(state: ModelState, tensors: dict[str, np.ndarray[Any, Any]]) -> dict[str, Any]:
    """Returns what there is to know of the variables; adds what layers save themselves to `tensors`."""
    shapes = {place: layer.get_build_config() for place, layer in state.layers if layer.built}
    return {
        "weights": [[entry.name, entry.place] for entry in state.weights],
        "seeds": [[entry.name, entry.place] for entry in state.seeds],
        "own": {place: _own_tensors(layer, name, tensors) for name, place, layer in state.own},
        "shapes": {place: serialize_object(config) for place, config in shapes.items() if config is not None},
        "frozen_layers": [place for place, layer in state.layers if not layer.trainable],
        "frozen_weights": [entry.place for entry in state.weights if not entry.variable.trainable],
    }


def _own_tensors(layer: Any, name: str, tensors: dict[str, np.ndarray[Any, Any]]) -> dict[str, str]:
    """Adds the arrays that a layer saves; returns their names in the file by those that the layer gave."""
    store: dict[str, Any] = {}
    layer.save_own_variables(store)
    names = {key: unused_name(f"{name}/{key}" if name else str(key), tensors) for key in store}
    tensors.update((names[key], np.asarray(value)) for key, value in store.items())
    return names


def _describe_compilation(model: Any) -> dict[str, Any] | None:
    try:
        return model.get_compile_config()  # type: ignore[no-any-return]
    except (TypeError, ValueError, NotImplementedError) as error:
        warn(
            f"[{model.name}] saved without the arguments of `compile`, one of which cannot be described: {error} Call "
            "`compile` after loading."
        )
        return None
