"""Graphs as JSON: what `Functional.get_config` writes and `from_config` reads."""

from __future__ import annotations

from typing import Any

from nnfit import tree
from nnfit.models.graph import Graph
from nnfit.registry import deserialize_object, serialize_object
from nnfit.symbolic.keras_tensor import KerasTensor
from nnfit.symbolic.node import Node, OpCall

__all__ = ["References", "describe_graph", "rebuild_graph"]

# [operation's name, number of the node among the operation's nodes in the graph, number of the output]
_Reference = list[Any]


class References:
    """Names for the tensors of a graph that stay true in a rebuilt one."""

    def __init__(self, graph: Graph) -> None:
        self._places: dict[int, int] = {}
        self.nodes_of: dict[int, list[Node]] = {}
        for node in sorted(graph.nodes, key=lambda node: node.index):
            nodes = self.nodes_of.setdefault(id(node.operation), [])
            self._places[id(node)] = len(nodes)
            nodes.append(node)

    def of(self, x: KerasTensor) -> _Reference:
        """Returns the reference of a tensor of the graph."""
        assert x.node is not None
        return [x.node.operation.name, self._places[id(x.node)], x.index]


def describe_graph(graph: Graph, inputs: Any, outputs: Any) -> dict[str, Any]:
    """Returns the JSON-able description of a graph.

    Args:
        graph: The graph.
        inputs: Structure of its inputs.
        outputs: Structure of its outputs.

    Returns:
        Dict with `layers`, one entry per operation with the calls of it, `input_layers` and `output_layers`.

    Raises:
        NotImplementedError: If a layer or an argument cannot be described.
    """
    references = References(graph)
    layers = []
    for operation in graph.operations:
        nodes = [node for node in references.nodes_of.get(id(operation), []) if not node.is_input]
        calls = [
            {"args": _encode(list(node.args), references), "kwargs": _encode(node.kwargs, references)} for node in nodes
        ]
        layers.append({**serialize_object(operation), "name": operation.name, "inbound_nodes": calls})
    return {
        "layers": layers,
        "input_layers": tree.map_structure(references.of, inputs),
        "output_layers": tree.map_structure(references.of, outputs),
    }


def _encode(value: Any, references: References) -> Any:
    if isinstance(value, KerasTensor):
        config = {"shape": list(value.shape), "dtype": value.dtype, "keras_history": references.of(value)}
        return {"class_name": "__keras_tensor__", "config": config}
    if isinstance(value, tuple):
        return {"class_name": "__tuple__", "config": [_encode(item, references) for item in value]}
    if isinstance(value, list):
        return [_encode(item, references) for item in value]
    if isinstance(value, dict):
        return {key: _encode(item, references) for key, item in value.items()}
    if isinstance(value, slice):
        parts = [value.start, value.stop, value.step]
        return {"class_name": "__slice__", "config": [_encode(part, references) for part in parts]}
    if value is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    return serialize_object(value)


class _Rebuilt:
    """A graph being rebuilt from its description."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._made: dict[tuple[str, int], list[Any]] = {}
        self._operations = {entry["name"]: _operation(entry) for entry in config["layers"]}
        pending: list[tuple[str, int, dict[str, Any]]] = []
        for entry in config["layers"]:
            name = entry["name"]
            if not entry["inbound_nodes"]:
                self._made[name, 0] = self._operations[name].nodes[0].outputs
            pending.extend((name, place, call) for place, call in enumerate(entry["inbound_nodes"]))
        while pending:
            waiting = [item for item in pending if not self._repeat(*item)]
            if len(waiting) == len(pending):
                names = sorted({name for name, _, _ in waiting})
                raise ValueError(f"[Functional.from_config] expected calls that can be ordered; these cannot: {names}.")
            pending = waiting
        self.inputs = _map_references(self.tensor, config["input_layers"])
        self.outputs = _map_references(self.tensor, config["output_layers"])

    def tensor(self, reference: _Reference) -> KerasTensor:
        """Returns the tensor of a reference."""
        name, place, index = reference
        if name not in self._operations:
            raise ValueError(f"[Functional.from_config] expected the name of a layer; got {name!r}.")
        return self._made[name, place][index]  # type: ignore[no-any-return]

    def _repeat(self, name: str, place: int, call: dict[str, Any]) -> bool:
        """Makes a call if all that it takes is there; returns whether it did."""
        if place and (name, place - 1) not in self._made:
            return False
        try:
            args, kwargs = self._decode(call["args"]), self._decode(call["kwargs"])
        except KeyError:
            return False
        outputs = self._operations[name](*args, **kwargs)
        self._made[name, place] = tree.flatten(outputs)
        return True

    def _decode(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._decode(item) for item in value]
        if not isinstance(value, dict):
            return value
        kind, config = value.get("class_name"), value.get("config")
        if kind == "__keras_tensor__" and isinstance(config, dict):
            return self.tensor(config["keras_history"])
        if kind == "__tuple__" and isinstance(config, list):
            return tuple(self._decode(item) for item in config)
        if kind == "__slice__" and isinstance(config, list):
            return slice(*(self._decode(item) for item in config))
        if kind == "__ellipsis__":
            return Ellipsis
        if kind is not None:
            return deserialize_object(value)
        return {key: self._decode(item) for key, item in value.items()}


def _operation(entry: dict[str, Any]) -> Any:
    if entry["class_name"] == OpCall.__name__:
        return OpCall.from_config(entry["config"])
    return deserialize_object({key: value for key, value in entry.items() if key not in ("name", "inbound_nodes")})


def _map_references(function: Any, structure: Any) -> Any:
    if isinstance(structure, dict):
        return {key: _map_references(function, item) for key, item in structure.items()}
    if len(structure) == 3 and isinstance(structure[0], str):
        return function(structure)
    return [_map_references(function, item) for item in structure]


def rebuild_graph(config: dict[str, Any]) -> _Rebuilt:
    """Makes the layers of a described graph anew and repeats its calls.

    Args:
        config: What `describe_graph` returned.

    Returns:
        An object with `inputs`, `outputs` and `tensor(reference)`.

    Raises:
        ValueError: If a layer is unknown or the calls do not make a graph.
    """
    return _Rebuilt(config)
