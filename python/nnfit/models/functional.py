"""Functional: a model made of the graph between its inputs and outputs."""

from __future__ import annotations

import inspect
from typing import Any

from nnfit import _core, ops, tree
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.layers.shapes import is_shape
from nnfit.masks import set_mask
from nnfit.metrics.metric import Metric
from nnfit.models.execution import Execution
from nnfit.models.graph import Graph, clone_between
from nnfit.models.graph_config import References, describe_graph, rebuild_graph
from nnfit.models.model import Model
from nnfit.symbolic.keras_tensor import KerasTensor
from nnfit.symbolic.shape_inference import infer_outputs
from nnfit.training.log_names import unused_name

__all__ = ["Functional"]

_Tensor = _core.Tensor


class Functional(Model):
    """A model made of the graph between its inputs and outputs; `nnfit.Model(inputs, outputs)` makes one.

    It is called with a structure like that of `inputs`, or with a dict by the names of the inputs.

    Args:
        inputs: KerasTensor, or a structure of them, usually from `nnfit.Input`.
        outputs: KerasTensor computed from them, or a structure of them.
        name: Name of the model. Defaults to `"functional"` made unique.
        trainable: Whether training updates the weights. Defaults to `True`.

    Raises:
        ValueError: If inputs or outputs are not KerasTensors, or the graph does not connect them.
    """

    _converts_inputs = False
    _keeps_layers_by_name = True

    def __init__(
        self, inputs: Any, outputs: Any, name: str | None = None, *, trainable: bool | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name=name, **kwargs)
        _check_symbolic("inputs", inputs, self.name)
        _check_symbolic("outputs", outputs, self.name)
        if any(x.node is None or not x.node.is_input for x in tree.flatten(inputs)):
            inputs, outputs = clone_between(inputs, outputs, self.name)
        self._set_untracked("_inputs_structure", tree.map_structure(_same, inputs))
        self._set_untracked("_outputs_structure", tree.map_structure(_same, outputs))
        self._set_untracked("_inputs", tree.flatten(inputs))
        self._set_untracked("_outputs", tree.flatten(outputs))
        self._set_untracked("_added_losses", [])
        self._set_untracked("_metric_tensors", [])
        self._lay_out()
        self._set_untracked("_single_input", len(self._inputs) == 1)
        self.built = True
        if trainable is not None:
            self.trainable = trainable

    _inputs_structure: Any
    _outputs_structure: Any
    _inputs: list[KerasTensor]
    _outputs: list[KerasTensor]
    _added_losses: list[KerasTensor]
    _metric_tensors: list[tuple[KerasTensor, Metric]]
    _single_input: bool

    def _lay_out(self) -> None:
        """Finds the graph and its execution, which also computes what added losses and metrics need."""
        added = [*self._added_losses, *(tensor for tensor, _ in self._metric_tensors)]
        graph = Graph(self._inputs, [*self._outputs, *added], self.name)
        self._set_untracked("_graph", graph)
        self._set_untracked("_execution", Execution(graph))
        self._set_untracked("_steps", {})  # plans of steps are those of the graph before
        for operation in graph.operations:
            if isinstance(operation, Layer):
                self._track(operation)

    _graph: Graph
    _execution: Execution

    @property
    def inputs(self) -> list[KerasTensor]:
        """The inputs as a flat list."""
        return list(self._inputs)

    @property
    def outputs(self) -> list[KerasTensor]:
        """The outputs as a flat list."""
        return list(self._outputs)

    @property
    def input(self) -> Any:
        """The inputs in the structure that the model was made with."""
        return self._inputs_structure

    @property
    def output(self) -> Any:
        """The outputs in the structure that the model was made with."""
        return self._outputs_structure

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs."""
        return [x.name for x in self._inputs]

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that give the outputs, numbered where one layer gives several."""
        names: list[str] = []
        for x in self._outputs:
            if x.node is not None:
                names.append(unused_name(x.node.operation.name, names))
        return names

    @property
    def input_shape(self) -> Any:
        """The shape of the input; a list of shapes if there are several."""
        return self._inputs[0].shape if self._single_input else [x.shape for x in self._inputs]

    @property
    def output_shape(self) -> Any:
        """The shape of the output; a list of shapes if there are several."""
        return self._outputs[0].shape if len(self._outputs) == 1 else [x.shape for x in self._outputs]

    @property
    def operations(self) -> list[Any]:
        """The layers and ops of the graph, in the order of `layers`."""
        return list(self._graph.operations)

    @Model.layers.getter  # type: ignore[attr-defined,untyped-decorator]
    def layers(self) -> list[Layer]:
        """The layers of the graph from the inputs on, then those assigned to attributes."""
        within = [operation for operation in self._graph.operations if isinstance(operation, Layer)]
        known = {id(layer) for layer in within}
        return [*within, *(layer for layer in self._layers if id(layer) not in known)]

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        values = self._standardize(inputs)
        if mask is not None:
            for value, value_mask in zip(values, tree.flatten(mask), strict=False):
                if value_mask is not None:
                    set_mask(value, value_mask)
        results = self._execution(values)
        if len(results) > len(self._outputs):
            self._take_added(results[len(self._outputs) :])
            del results[len(self._outputs) :]
        if len(results) == 1 and not isinstance(self._outputs_structure, dict):
            return results[0]
        return tree.pack_sequence_as(self._outputs_structure, results)

    def _standardize(self, inputs: Any) -> list[Any]:
        """Returns the inputs as a flat list of tensors of the right dtype and rank, in the model's order."""
        if self._single_input and type(inputs) is _Tensor:
            return [self._as_input(inputs, self._inputs[0])]
        return [self._as_input(x, wanted) for x, wanted in zip(self._arranged(inputs), self._inputs, strict=True)]

    def _arranged(self, inputs: Any) -> list[Any]:
        names = self.input_names
        if isinstance(inputs, dict):
            if isinstance(self._inputs_structure, dict):
                names = list(self._inputs_structure)
                if all(name in inputs for name in names):
                    return tree.flatten(tree.map_structure(_same, {name: inputs[name] for name in names}))
            elif all(name in inputs for name in names):
                return [inputs[name] for name in names]
            missing = [name for name in names if name not in inputs]
            raise ValueError(
                f"[{self.name}] expected inputs named {names}; got a dict with {list(inputs)}. Missing: {missing}."
            )
        if self._single_input and not _holds_tensors(inputs):
            return [inputs]  # an array, or nested lists of numbers
        leaves = tree.flatten(inputs)
        if len(leaves) != len(names):
            plural = "inputs" if len(names) > 1 else "input"
            raise ValueError(
                f"[{self.name}] expected {len(names)} {plural} {names}; got {len(leaves)}. Pass a list in this order, "
                "or a dict by these names."
            )
        return leaves

    def _as_input(self, x: Any, wanted: KerasTensor) -> Any:
        if x is None:
            if wanted.node is not None and getattr(wanted.node.operation, "optional", False):
                return None
            raise ValueError(f"[{self.name}] expected a tensor for input '{wanted.name}'; got None.")
        if isinstance(x, KerasTensor):
            if x.dtype != wanted.dtype:
                x = KerasTensor(x.shape, wanted.dtype)
        elif type(x) is not _Tensor or x.dtype != wanted.dtype:
            x = _core.convert_to_tensor(x, wanted.dtype)
        shape = x.shape
        if len(shape) != len(wanted.shape):
            x = self._with_rank(x, wanted)
            shape = x.shape
        if shape[1:] != wanted.shape[1:]:
            for size, expected in zip(shape[1:], wanted.shape[1:], strict=True):
                if size != expected and expected is not None and size is not None:
                    self._reject(x, wanted)
        return x

    def _with_rank(self, x: Any, wanted: KerasTensor) -> Any:
        """Adds or drops a last axis of size 1, as for a vector given where columns are meant."""
        ndim, expected = len(x.shape), len(wanted.shape)
        if ndim == expected + 1 and x.shape[-1] == 1:
            return ops.squeeze(x, axis=-1)
        if ndim == expected - 1 and wanted.shape[-1] == 1:
            return ops.expand_dims(x, axis=-1)
        return self._reject(x, wanted)

    def _reject(self, x: Any, wanted: KerasTensor) -> Any:
        rejection = InputSpec(shape=(None, *wanted.shape[1:])).rejection(x)
        raise ValueError(
            f"[{self.name}] expected input '{wanted.name}' {rejection}; got {tuple(x.shape)}. Reshape the data, or "
            "make the model with an `Input` of its shape."
        )

    def compute_output_spec(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        given = self._standardize(inputs)
        if all(x.shape == wanted.shape for x, wanted in zip(given, self._inputs, strict=True)):
            outputs = [KerasTensor(x.shape, x.dtype) for x in self._outputs]
            if len(outputs) == 1 and not isinstance(self._outputs_structure, dict):
                return outputs[0]
            return tree.pack_sequence_as(self._outputs_structure, outputs)
        return infer_outputs(lambda *values: self.call(list(values)), tuple(given), {}, self.name)

    def compute_output_shape(self, input_shape: Any) -> Any:
        shapes = [input_shape] if self._single_input and is_shape(input_shape) else input_shape
        if isinstance(shapes, dict):
            shapes = self._arranged(shapes)
        inputs = [KerasTensor(shape, x.dtype) for shape, x in zip(shapes, self._inputs, strict=True)]
        return tree.map_structure(lambda x: x.shape, self.compute_output_spec(inputs))

    def _layer_graph(self) -> Graph:
        return self._graph

    def build(self, input_shape: Any = None) -> None:
        """Does nothing: the layers of a graph were built when they were called."""

    def add_loss(self, loss: Any) -> None:
        """Adds a loss to each call of the model.

        Args:
            loss: KerasTensor of the model's graph, such as `0.1 * nnfit.ops.sum(hidden)`, or a structure of them; from
                within `call`, a tensor.

        Raises:
            ValueError: If the loss does not depend on the model's inputs alone.
        """
        symbolic = [x for x in tree.flatten(loss) if isinstance(x, KerasTensor)]
        if not symbolic:
            super().add_loss(loss)
            return
        before = self._added_losses
        self._set_untracked("_added_losses", [*before, *symbolic])
        try:
            self._lay_out()
        except ValueError:
            self._set_untracked("_added_losses", before)
            raise

    def add_metric(self, value: Any, name: str | None = None, aggregation: str | None = "mean") -> None:
        """Adds a metric that each call of the model updates.

        Args:
            value: KerasTensor of the model's graph, such as `nnfit.ops.std(hidden)`; from within `call`, a tensor.
            name: Name of the metric.
            aggregation: `"mean"`, the one there is.

        Raises:
            ValueError: If the value does not depend on the model's inputs alone, or the name is missing.
        """
        if not isinstance(value, KerasTensor):
            super().add_metric(value, name, aggregation)
            return
        before = self._metric_tensors
        Graph(self._inputs, [value], self.name)  # raises before a metric is made for it
        self._set_untracked("_metric_tensors", [*before, (value, self._metric_named(name, aggregation))])
        self._lay_out()

    def _take_added(self, values: list[Any]) -> None:
        for loss in values[: len(self._added_losses)]:
            self._record_loss(loss)
        for (_, metric), value in zip(self._metric_tensors, values[len(self._added_losses) :], strict=True):
            metric.update_state(value)

    def get_config(self) -> dict[str, Any]:
        if not _takes_a_graph(type(self)):
            return {**self._constructor_config(), **super().get_config()}
        config = {"name": self.name, "trainable": self.trainable, "dtype": self.dtype}
        return {
            **config,
            **describe_graph(self._graph, self._inputs_structure, self._outputs_structure),
            **self._added(),
        }

    def _added(self) -> dict[str, Any]:
        references = References(self._graph)
        return {
            "added_losses": [references.of(loss) for loss in self._added_losses],
            "added_metrics": [[references.of(tensor), metric.name] for tensor, metric in self._metric_tensors],
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Functional:
        if "input_layers" not in config:
            return super().from_config(config)
        graph = rebuild_graph(config)
        known = ("layers", "input_layers", "output_layers", "added_losses", "added_metrics", "trainable")
        model = cls(graph.inputs, graph.outputs, **{key: value for key, value in config.items() if key not in known})
        for reference in config.get("added_losses", []):
            model.add_loss(graph.tensor(reference))
        for reference, name in config.get("added_metrics", []):
            model.add_metric(graph.tensor(reference), name=name)
        if not config.get("trainable", True):
            model.__dict__["_trainable"] = False  # the layers' own say is in their configurations
        return model


def _same(x: Any) -> Any:
    return x


def _check_symbolic(argument: str, structure: Any, owner: str) -> None:
    leaves = tree.flatten(structure)
    if not leaves:
        raise ValueError(f"[{owner}] expected at least one KerasTensor in `{argument}`; got none.")
    for x in leaves:
        if not isinstance(x, KerasTensor):
            raise ValueError(
                f"[{owner}] expected `{argument}` to be KerasTensors, as `nnfit.Input` and layers called on one give; "
                f"got {x!r}."
            )


def _holds_tensors(inputs: Any) -> bool:
    return tree.is_nested(inputs) and any(hasattr(x, "shape") for x in tree.flatten(inputs))


def _takes_a_graph(cls: type) -> bool:
    """Whether a subclass is constructed as `Functional` is, so that its graph describes it."""
    # Of __init__ itself: Python 3.11.2 gives a class the signature of __new__, which takes anything here.
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]  # type: ignore[misc]
    kinds = {p.kind for p in parameters}
    open_ended = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD} <= kinds
    return open_ended or [p.name for p in parameters[:2]] == ["inputs", "outputs"]
