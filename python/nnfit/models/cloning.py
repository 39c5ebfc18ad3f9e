"""clone_model: the same model with new weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import tree
from nnfit.layers.core.input_layer import Input, InputLayer
from nnfit.layers.layer import Layer
from nnfit.models.functional import Functional
from nnfit.models.model import Model
from nnfit.models.sequential import Sequential
from nnfit.symbolic.keras_tensor import KerasTensor
from nnfit.symbolic.node import OpCall

__all__ = ["clone_model"]


def clone_model(
    model: Model, input_tensors: Any = None, clone_function: Callable[[Layer], Layer] | None = None
) -> Model:
    """Returns a model with the same layers anew, with newly initialised weights.

    Args:
        model: The model.
        input_tensors: KerasTensor, or a structure of them like the model's inputs, to build upon. New `Input`s by
            default.
        clone_function: Called with each layer but the inputs for the layer to use in its place. Defaults to a new
            layer of the same configuration.

    Returns:
        A new model.

    Raises:
        ValueError: If `input_tensors` or `clone_function` are given for a subclassed model, or the inputs do not match.

    Example:
        >>> model = nnfit.Sequential([nnfit.Input((3,)), nnfit.layers.Dense(2)])
        >>> nnfit.models.clone_model(model).count_params()
        8
    """
    clone = clone_function or _clone_layer
    if isinstance(model, Sequential):
        return _clone_sequential(model, input_tensors, clone)
    if isinstance(model, Functional):
        return _clone_functional(model, input_tensors, clone)
    if input_tensors is not None or clone_function is not None:
        raise ValueError(
            f"[clone_model] expected neither input_tensors nor clone_function for '{model.name}': a subclassed model "
            "is cloned by its configuration alone."
        )
    return type(model).from_config(model.get_config())


def _clone_layer(layer: Layer) -> Layer:
    return clone_model(layer) if isinstance(layer, Model) else type(layer).from_config(layer.get_config())


def _new_input(x: KerasTensor) -> KerasTensor:
    return Input(batch_shape=x.shape, dtype=x.dtype, name=x.name)


def _clone_sequential(model: Sequential, input_tensors: Any, clone: Callable[[Layer], Layer]) -> Sequential:
    layers: list[Any] = [clone(layer) for layer in model.layers]
    if input_tensors is not None:
        tensors = tree.flatten(input_tensors)
        if len(tensors) != 1 or not isinstance(tensors[0], KerasTensor):
            raise ValueError(f"[clone_model] expected one KerasTensor for '{model.name}'; got {input_tensors!r}.")
        layers.insert(0, Input(tensor=tensors[0]))
    elif model._tensors:
        layers.insert(0, _new_input(model._tensors[0]))
    return Sequential(layers, trainable=model.trainable, name=model.name)


def _clone_functional(model: Functional, input_tensors: Any, clone: Callable[[Layer], Layer]) -> Functional:
    if input_tensors is None:
        input_tensors = tree.map_structure(_new_input, model.input)
    new_inputs = tree.flatten(input_tensors)
    if len(new_inputs) != len(model.inputs):
        raise ValueError(f"[clone_model] expected {len(model.inputs)} input_tensors; got {len(new_inputs)}.")
    copies = {id(old): new for old, new in zip(model.inputs, new_inputs, strict=True)}
    operations = {id(operation): _clone_operation(operation, clone) for operation in model.operations}

    def copied(x: Any) -> Any:
        return copies[id(x)] if isinstance(x, KerasTensor) else x

    for node in model._graph.nodes:
        if node.is_input:
            continue
        args, kwargs = tree.map_structure(copied, [node.args, node.kwargs])
        outputs = operations[id(node.operation)](*args, **kwargs)
        for old, new in zip(node.outputs, tree.flatten(outputs), strict=True):
            copies[id(old)] = new
    new = type(model)(input_tensors, tree.map_structure(copied, model.output), name=model.name)
    for loss in model._added_losses:
        new.add_loss(copied(loss))
    for tensor, metric in model._metric_tensors:
        new.add_metric(copied(tensor), name=metric.name)
    new.__dict__["_trainable"] = model.trainable  # the layers' own say is in their configurations
    return new


def _clone_operation(operation: Any, clone: Callable[[Layer], Layer]) -> Any:
    if isinstance(operation, InputLayer):
        return operation
    return OpCall.from_config(operation.get_config()) if isinstance(operation, OpCall) else clone(operation)
