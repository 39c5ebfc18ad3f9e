"""load_model, load_weights: what `save_model` and `save_weights` wrote."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from nnfit.layers.layer import Layer
from nnfit.registry import custom_object_scope, deserialize_object
from nnfit.saving.model_file import ModelFile
from nnfit.saving.model_state import ModelState, StateVariable, build_layers
from nnfit.saving.optimizer_state import restore_optimizer
from nnfit.shared_objects import preserve_sharing
from nnfit.warn import warn

__all__ = ["load_model", "load_weights"]


def load_model(
    filepath: Any, custom_objects: Mapping[str, Any] | None = None, compile: bool = True, safe_mode: bool = True
) -> Any:
    """Loads a model that `save_model` saved. It goes on training as the saved one would have, to the same bits.

    Only classes and functions of nnfit, those registered with `register_serializable`, and `custom_objects` are used:
    nothing that a file holds is imported or run.

    Args:
        filepath: The file.
        custom_objects: Classes and functions by name, looked up before all others.
        compile: Whether to compile the model as the saved one was, and to restore its optimizer. Defaults to `True`.
        safe_mode: Accepted as in Keras; loading is always safe.

    Returns:
        A new model.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not such a file, it is damaged, or a class that it needs is unknown.

    Example:
        >>> import os, tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "model.safetensors")
        >>> model = nnfit.Sequential([nnfit.Input((3,)), nnfit.layers.Dense(2)])
        >>> model.save(path)
        >>> nnfit.models.load_model(path).output_shape
        (None, 2)
    """
    path = os.fspath(filepath)
    with ModelFile(path, "load_model") as file, custom_object_scope(custom_objects or {}):
        config = file.section("model")
        if config is None:
            raise file.error("holds weights alone. Make the model, and call its `load_weights`")
        model = _revived(config, file)
        layers_and_variables = file.section("state")
        build_layers(model, layers_and_variables["shapes"])
        state = ModelState(model)
        variables = _assign(state, layers_and_variables, file, skip_mismatch=False)
        _freeze(state, layers_and_variables)
        compilation = file.section("compile") if compile else None
        if compilation is not None:
            model.compile_from_config(compilation)
            optimizer_state = file.section("optimizer")
            if optimizer_state is not None and model.compiled:
                restore_optimizer(model.optimizer, optimizer_state, variables, file)
    return model


def _revived(config: Any, file: ModelFile) -> Any:
    try:
        with preserve_sharing():
            model = deserialize_object(config)
    except RecursionError as error:
        raise file.error("holds a model that is nested too deeply") from error
    except (TypeError, ValueError, KeyError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"[load_model] '{file.path}' holds a model that cannot be made: {error}") from error
    if not isinstance(model, Layer) or not hasattr(model, "compile_from_config"):
        raise file.error("holds no model")
    return model


def load_weights(model: Any, filepath: Any, skip_mismatch: bool = False) -> None:
    """Gives a model the weights of a file that `save_weights` or `save_model` wrote.

    Weights are matched by the names of layers if all are the same, and else by the place of layers in the model, so
    that the automatic numbers in names do not matter. A model that has no weights yet is built as the saved one was.

    An optimizer that is built takes up the state that the saved one had, if it is of the same kind; one that has not
    been used yet stays new, as `compile` made it.

    Args:
        model: The model.
        filepath: The file.
        skip_mismatch: Whether to leave out, with a warning, weights that are missing or differ in shape. Defaults to
            `False`.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not such a file, it is damaged, or its weights are not those of the model; nothing is
            changed then.
    """
    with ModelFile(os.fspath(filepath), "load_weights") as file:
        variables = restore_weights(model, file, skip_mismatch)
        description = file.section("optimizer")
        if description is not None and model.optimizer is not None and model.optimizer.built and description["built"]:
            try:
                restore_optimizer(model.optimizer, description, variables, file)
            except ValueError as error:
                warn(f"{error} The optimizer goes on as it is.")


def restore_weights(model: Any, file: ModelFile, skip_mismatch: bool = False) -> dict[str, Any]:
    """Gives a model the weights of a file, building it if need be.

    Args:
        model: The model.
        file: The file.
        skip_mismatch: Whether to leave out weights that do not fit.

    Returns:
        The model's weights that fit by their names in the file.
    """
    saved = file.section("state")
    build_layers(model, saved["shapes"])
    return _assign(ModelState(model), saved, file, skip_mismatch)


def _assign(state: ModelState, saved: dict[str, Any], file: ModelFile, skip_mismatch: bool) -> dict[str, Any]:
    pairs, faults = _matched(state.weights, saved["weights"])
    seeds, _ = _matched(state.seeds, saved["seeds"])
    chosen = []
    for name, variable in pairs:
        if file.shape(name) == tuple(variable.shape):
            chosen.append((name, variable))
        else:
            faults.append(f"'{name}' has shape {file.shape(name)}, and the model's {tuple(variable.shape)}")
    if faults:
        listed = "; ".join([*faults[:8], *([f"and {len(faults) - 8} more"] if len(faults) > 8 else [])])
        if not skip_mismatch:
            raise file.error(
                f"does not fit the model: {listed}. Make the model as it was saved, or pass skip_mismatch=True to "
                "`load_weights`"
            )
        warn(f"[load_weights] '{file.path}': weights left out: {listed}.")
    for name, variable in [*chosen, *seeds]:
        variable.assign(file.tensor(name))
    for _, place, layer in state.own:
        names = saved["own"].get(place, {})
        layer.load_own_variables({key: file.tensor(name) for key, name in names.items()})
    return dict(chosen)


def _matched(own: list[StateVariable], saved: list[list[str]]) -> tuple[list[tuple[str, Any]], list[str]]:
    """Pairs of tensor's name and variable, and what has no partner."""
    by_name = {entry.name for entry in own} == {name for name, _ in saved}
    variables = {entry.name if by_name else entry.place: entry.variable for entry in own}
    tensors = {name if by_name else place: name for name, place in saved}
    faults = [f"the model has no '{name}'" for key, name in tensors.items() if key not in variables]
    faults += [f"the file has no '{key}'" for key in variables if key not in tensors]
    return [(name, variables[key]) for key, name in tensors.items() if key in variables], faults


def _freeze(state: ModelState, saved: dict[str, Any]) -> None:
    frozen_layers, frozen_weights = set(saved["frozen_layers"]), set(saved["frozen_weights"])
    for place, layer in state.layers:
        layer.__dict__["_trainable"] = place not in frozen_layers
    for entry in state.weights:
        entry.variable.trainable = entry.place not in frozen_weights
