"""Sequential: a stack of layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import tree
from nnfit.layers.call_context import enter, leave
from nnfit.layers.core.input_layer import InputLayer
from nnfit.layers.layer import Layer
from nnfit.layers.shapes import is_shape
from nnfit.masks import get_mask
from nnfit.models.functional import Functional
from nnfit.models.graph import Graph
from nnfit.models.model import Model
from nnfit.registry import deserialize_object, serialize_object
from nnfit.symbolic.keras_tensor import KerasTensor

__all__ = ["Sequential"]


class Sequential(Model):
    """Layers one after another, each called on what the one before returns.

    With an `Input` in front the weights are made as layers are added; else by the first call, or by `build`.

    Args:
        layers: List of layers, possibly with an `Input` in front.
        trainable: Whether training updates the weights. Defaults to `True`.
        name: Name of the model. Defaults to `"sequential"` made unique.

    Example:
        >>> model = nnfit.Sequential([nnfit.Input((784,)), nnfit.layers.Dense(64, "relu"), nnfit.layers.Dense(10)])
        >>> model.output_shape
        (None, 10)
    """

    _keeps_layers_by_name = True

    def __init__(self, layers: Sequence[Any] | None = None, trainable: bool = True, name: str | None = None) -> None:
        super().__init__(trainable=trainable, name=name)
        # The layers with the InputLayer, and, once the input's shape is known, what each gives.
        self._set_untracked("_stack", [])
        self._set_untracked("_tensors", [])
        self._set_untracked("_graph_model", None)
        for layer in layers or ():
            self.add(layer)

    _stack: list[Layer]
    _tensors: list[Any]
    _graph_model: Functional | None

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Adds a layer at the end.

        Args:
            layer: A layer, or what `nnfit.Input` returns.
            rebuild: Accepted as in Keras.

        Raises:
            TypeError: If it is not a layer.
            ValueError: If its name is taken, or it is a second input.
        """
        if isinstance(layer, KerasTensor) and layer.node is not None:
            layer = layer.node.operation
        if not isinstance(layer, Layer):
            raise TypeError(f"[{self.name}] expected a layer; got {layer!r} ({type(layer).__name__}).")
        if any(known.name == layer.name and known is not layer for known in self._stack):
            raise ValueError(f"[{self.name}] has a layer named '{layer.name}' already. Pass another name='…'.")
        if not self._stack:
            self._add_first(layer)
        elif isinstance(layer, InputLayer):
            raise ValueError(f"[{self.name}] expected its input in front; it has layers already.")
        else:
            self._push(layer)

    def _add_first(self, layer: Layer) -> None:
        if isinstance(layer, InputLayer):
            self._push(layer)
            return
        shape = layer._input_shape_argument
        if shape is not None:
            self._push(InputLayer(shape=shape, dtype=layer.compute_dtype))
        elif isinstance(layer, Functional) and len(layer.inputs) == 1:
            self._push(InputLayer(batch_shape=layer.input_shape, dtype=layer.inputs[0].dtype))
        elif isinstance(layer, Sequential) and layer._tensors:
            self._push(InputLayer(batch_shape=layer.input_shape, dtype=layer._tensors[0].dtype))
        self._push(layer)

    def _push(self, layer: Layer) -> None:
        if isinstance(layer, InputLayer):
            self._tensors.append(layer.output)
        elif self._tensors:
            self._tensors.append(self._called(layer, self._tensors[-1]))
        self._stack.append(layer)
        self._track(layer)
        self._changed()

    def _called(self, layer: Layer, x: Any) -> Any:
        outer = enter(self)
        try:
            return layer(x)
        finally:
            leave(outer)

    def _changed(self) -> None:
        self._set_untracked("_graph_model", None)
        self.built = len(self._tensors) > 1

    def pop(self, rebuild: bool = True) -> Layer:
        """Removes the last layer.

        Args:
            rebuild: Accepted as in Keras.

        Returns:
            The layer.

        Raises:
            IndexError: If there is none.
        """
        if not self.layers:
            raise IndexError(f"[{self.name}] has no layers to remove.")
        layer = self._stack.pop()
        del self._tensors[len(self._stack) :]
        if layer not in self._stack:
            self._untrack(layer)
        self._changed()
        return layer

    def build(self, input_shape: Any = None) -> None:
        """Makes the weights for inputs of a shape.

        Args:
            input_shape: Shape tuple with the batch axis.

        Raises:
            ValueError: If there are no layers, or the model has another input shape already.
        """
        if not self._stack:
            raise ValueError(f"[{self.name}] has no layers to build. Add some.")
        if self._tensors:
            if is_shape(input_shape) and input_shape and tuple(input_shape)[1:] != self._tensors[0].shape[1:]:
                raise ValueError(
                    f"[{self.name}] expected inputs of shape {self._tensors[0].shape}, for which it is built; got "
                    f"{tuple(input_shape)}."
                )
            return
        if not is_shape(input_shape):
            return  # several inputs: the layers are built as they are called
        first = InputLayer(batch_shape=(None, *input_shape[1:]), dtype=self._stack[0].compute_dtype)
        tensors = [first.output]
        for layer in self._stack:
            tensors.append(layer(tensors[-1]))
        if all(isinstance(x, KerasTensor) for x in tensors):
            self._stack.insert(0, first)
            self._layers.insert(0, first)
            self._tensors.extend(tensors)
        self._set_untracked("_graph_model", None)

    def _graph(self) -> Functional | None:
        """The stack as a functional model, for which the input's shape must be known."""
        if self._graph_model is None and len(self._tensors) > 1:
            self._set_untracked("_graph_model", Functional(self._tensors[0], self._tensors[-1], name=self.name))
        return self._graph_model

    def _layer_graph(self) -> Graph | None:
        graph = self._graph()
        return None if graph is None else graph._layer_graph()

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        graph = self._graph()
        if graph is not None:
            return graph.call(inputs, training=training, mask=mask)
        for layer in self.layers:
            inputs = layer(inputs, mask=mask) if layer._signature.mask and mask is not None else layer(inputs)
            mask = tree.map_structure(get_mask, inputs)
            if all(m is None for m in tree.flatten(mask)):
                mask = None
        return inputs

    @Model.layers.getter  # type: ignore[attr-defined,untyped-decorator]
    def layers(self) -> list[Layer]:
        """The layers, without the `Input`."""
        return self._stack[1:] if self._stack and isinstance(self._stack[0], InputLayer) else self._stack.copy()

    def _known_graph(self, wanted: str) -> Functional:
        graph = self._graph()
        if graph is None:
            raise AttributeError(
                f"[{self.name}] has no `{wanted}` yet: its input's shape is not known. Put an `Input` in front, call "
                "it on data, or `build(input_shape)`."
            )
        return graph

    @property
    def inputs(self) -> list[KerasTensor]:
        """The input, as a list."""
        return self._known_graph("inputs").inputs

    @property
    def outputs(self) -> list[KerasTensor]:
        """The output, as a list."""
        return self._known_graph("outputs").outputs

    @property
    def input_names(self) -> list[str]:
        """The name of the input, as a list."""
        return self._known_graph("input_names").input_names

    @property
    def output_names(self) -> list[str]:
        """The name of the last layer, as a list."""
        return self._known_graph("output_names").output_names

    @property
    def input_shape(self) -> Any:
        """The shape of the input."""
        return self._known_graph("input_shape").input_shape

    @property
    def output_shape(self) -> Any:
        """The shape of the output."""
        return self._known_graph("output_shape").output_shape

    @property
    def input(self) -> Any:
        """The KerasTensor that stands for the input."""
        return self._known_graph("input").input

    @property
    def output(self) -> Any:
        """The KerasTensor that stands for the output."""
        return self._known_graph("output").output

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = {"name": self.name, "trainable": self.trainable, "dtype": self.dtype}
        config["layers"] = [serialize_object(layer) for layer in self._stack]
        if self._tensors:
            config["build_input_shape"] = list(self._tensors[0].shape)
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Sequential:
        if "layers" not in config:
            return super().from_config(config)
        model = cls(name=config.get("name"))
        for layer in config["layers"]:
            model.add(deserialize_object(layer))
        if not model._tensors and config.get("build_input_shape"):
            model.build(config["build_input_shape"])
        model.__dict__["_trainable"] = config.get("trainable", True)  # the layers' own say is in their configurations
        return model
