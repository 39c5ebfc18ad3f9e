"""clone_model: the same model with new weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import tree
from nnfit.layers.core.input_layer import Input
from nnfit.layers.layer import Layer
from nnfit.models.functional import Functional
from nnfit.models.model import Model
from nnfit.models.sequential import Sequential
from nnfit.symbolic.keras_tensor import KerasTensor
from nnfit.symbolic.node import OpCall

__all__ = ["clone_model"]


def clone_model(
    model: Model,
    input_tensors: Any = None,
    clone_function: Callable[[Layer], Layer] | None = None,
    call_function: Callable[..., Any] | None = None,
    recursive: bool = False,
) -> Model:
    """Returns a model with the same layers anew, with newly initialised weights.

    Args:
        model: The model.
        input_tensors: KerasTensor, or a structure of them like the model's inputs, to build upon. New `Input`s by
            default.
        clone_function: Called with each layer but the inputs, once, for the layer to use in its place. Defaults to a
            new layer of the same configuration.
        call_function: Called as `call_function(layer, *args, **kwargs)` in place of the layer of a functional model;
            may insert other layers before or after.
        recursive: Whether `clone_function` and `call_function` are used on the layers of models within, rather than
            on these models. Defaults to `False`.

    Returns:
        A new model.

    Raises:
        ValueError: If the functions or `input_tensors` are given for a subclassed model, `call_function` for a
            `Sequential`, or the inputs do not match.

    Example:
        >>> model = nnfit.Sequential([nnfit.Input((3,)), nnfit.layers.Dense(2)])
        >>> nnfit.models.clone_model(model).count_params()
        8
    """
    if isinstance(model, Sequential) and call_function is not None:
        raise ValueError(
            f"[clone_model] expected no call_function for '{model.name}', whose layers are listed, not called. Make a "
            "functional model: nnfit.Model(model.inputs, model.outputs)."
        )
    if isinstance(model, (Sequential, Functional)):
        return _Cloning(clone_function, call_function, recursive).clone(model, input_tensors)
    if input_tensors is not None or clone_function is not None or call_function is not None:
        raise ValueError(
            f"[clone_model] expected neither input_tensors nor clone_function for '{model.name}': a subclassed model "
            "is cloned by its configuration alone."
        )
    return type(model).from_config(model.get_config())


class _Cloning:
    """One call of `clone_model`: a layer that is met twice, also in models within, is cloned once."""

    def __init__(
        self,
        clone_function: Callable[[Layer], Layer] | None,
        call_function: Callable[..., Any] | None,
        recursive: bool,
    ) -> None:
        self._clone_function = clone_function or _from_config
        self._call = call_function or _call
        self._enters = recursive or clone_function is None
        self._clones: dict[int, Any] = {}

    def clone(self, model: Sequential | Functional, input_tensors: Any = None) -> Model:
        if isinstance(model, Sequential):
            return self._clone_sequential(model, input_tensors)
        return self._clone_functional(model, input_tensors)

    def _layer(self, layer: Layer) -> Layer:
        if id(layer) not in self._clones:
            enters = self._enters and isinstance(layer, (Sequential, Functional))
            self._clones[id(layer)] = self.clone(layer) if enters else self._clone_function(layer)  # type: ignore[arg-type]
        return self._clones[id(layer)]  # type: ignore[no-any-return]

    def _clone_sequential(self, model: Sequential, input_tensors: Any) -> Sequential:
        layers: list[Any] = [self._layer(layer) for layer in model.layers]
        if input_tensors is not None:
            tensors = tree.flatten(input_tensors)
            if len(tensors) != 1 or not isinstance(tensors[0], KerasTensor):
                raise ValueError(f"[clone_model] expected one KerasTensor for '{model.name}'; got {input_tensors!r}.")
            layers.insert(0, Input(tensor=tensors[0]))
        elif model._tensors:
            layers.insert(0, _new_input(model._tensors[0]))
        clone = Sequential(layers, name=model.name)
        clone.__dict__["_trainable"] = model.trainable  # the layers' own say is in their configurations
        return clone

    def _clone_functional(self, model: Functional, input_tensors: Any) -> Functional:
        if input_tensors is None:
            input_tensors = tree.map_structure(_new_input, model.input)
        new_inputs = tree.flatten(input_tensors)
        if len(new_inputs) != len(model.inputs):
            raise ValueError(f"[clone_model] expected {len(model.inputs)} input_tensors; got {len(new_inputs)}.")
        copies = {id(old): new for old, new in zip(model.inputs, new_inputs, strict=True)}

        def copied(x: Any) -> Any:
            return copies[id(x)] if isinstance(x, KerasTensor) else x

        for node in model._graph.nodes:
            if node.is_input:
                continue
            args, kwargs = tree.map_structure(copied, [node.args, node.kwargs])
            if isinstance(node.operation, OpCall):
                outputs = OpCall.from_config(node.operation.get_config())(*args, **kwargs)
            else:
                outputs = self._call(self._layer(node.operation), *args, **kwargs)
            for old, new in zip(node.outputs, tree.flatten(outputs), strict=True):
                copies[id(old)] = new
        clone = type(model)(input_tensors, tree.map_structure(copied, model.output), name=model.name)
        for loss in model._added_losses:
            clone.add_loss(copied(loss))
        for tensor, metric in model._metric_tensors:
            clone.add_metric(copied(tensor), name=metric.name)
        clone.__dict__["_trainable"] = model.trainable
        return clone


def _from_config(layer: Layer) -> Layer:
    return type(layer).from_config(layer.get_config())


def _call(layer: Layer, *args: Any, **kwargs: Any) -> Any:
    return layer(*args, **kwargs)


def _new_input(x: KerasTensor) -> KerasTensor:
    optional = x.node is not None and getattr(x.node.operation, "optional", False)
    return Input(batch_shape=x.shape, dtype=x.dtype, name=x.name, optional=optional)
