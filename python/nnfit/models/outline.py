"""outline: a model's graph as a list of boxes and arrows, for pictures of it."""

from __future__ import annotations

import dataclasses
from typing import Any

from nnfit import tree
from nnfit.layers.call_context import enter, leave
from nnfit.layers.core.input_layer import Input
from nnfit.layers.layer import Layer
from nnfit.layers.shapes import map_shapes
from nnfit.models.graph import Graph

__all__ = ["Box", "outline"]


@dataclasses.dataclass
class Box:
    """A layer or an op of a graph.

    Attributes:
        path: Its name after those of the models around it, as `"encoder/dense"`.
        operation: The layer or op.
        kind: Name of its class, or of the op.
        sources: Paths of the boxes whose outputs it takes, over all its calls.
        input_shapes: Shapes that it takes, over all its calls.
        output_shapes: Shapes that it gives, over all its calls.
        output_dtypes: The dtypes of these.
    """

    path: str
    operation: Any
    kind: str
    sources: list[str]
    input_shapes: list[tuple[int | None, ...]]
    output_shapes: list[tuple[int | None, ...]]
    output_dtypes: list[str]


def outline(model: Any, expand_nested: bool = False) -> list[Box]:
    """Returns the layers and ops of a model, each once, and what they take.

    Args:
        model: The model. A subclassed one must be built; its `call` is traced.
        expand_nested: Whether to list the layers of models within in place of these.

    Returns:
        Boxes; each comes after those that it takes from, but for layers that are called more than once.

    Raises:
        ValueError: If the graph of the model is not known.
    """
    graph = model._layer_graph()
    traced = graph is None
    if graph is None:
        graph = _traced_graph(model)
    boxes: dict[str, Box] = {}
    try:
        _lay_out(graph, "", expand_nested, boxes)
    finally:
        if traced:
            for node in graph.nodes:
                node.operation.nodes.remove(node)
    return list(boxes.values())


def _traced_graph(model: Any) -> Graph:
    shape = (model.get_build_config() or {}).get("input_shape") if model.built else None
    if shape is None:
        raise ValueError(f"[{model.name}] is not built, so its graph is not known. Call it on data first.")
    dtype = model.compute_dtype
    inputs = map_shapes(lambda s: Input(batch_shape=(None, *s[1:]), dtype=dtype), shape)
    outer = enter(model)
    try:
        outputs = model.call(inputs)
    except Exception as error:  # whatever the user's code may not do without values
        raise ValueError(f"[{model.name}] cannot be traced to find its graph: {error}") from error
    finally:
        leave(outer)
    return Graph(tree.flatten(inputs), tree.flatten(outputs), model.name)


def _lay_out(graph: Graph, prefix: str, expand: bool, boxes: dict[str, Box]) -> tuple[list[str], list[str]]:
    """Adds the boxes of a graph; returns the paths of those that take its inputs and that give its outputs."""
    calls: dict[int, list[Any]] = {}
    for node in graph.nodes:
        calls.setdefault(id(node.operation), []).append(node)
    givers: dict[int, str] = {}
    takers: dict[int, list[str]] = {}  # by operation, a path for each input
    for operation in graph.operations:
        nodes = calls[id(operation)]
        inner = operation._layer_graph() if expand and hasattr(operation, "_layer_graph") else None
        path = prefix + operation.name
        if inner is None:
            boxes[path] = _box(path, operation, nodes)
            given = [path] * len(nodes[0].outputs)
        else:
            takers[id(operation)], given = _lay_out(inner, f"{path}/", expand, boxes)
        for node in nodes:
            givers.update((id(x), giver) for x, giver in zip(node.outputs, given, strict=True))
    for operation in graph.operations:
        for node in calls[id(operation)]:
            paths = takers.get(id(operation), [prefix + operation.name] * len(node.inputs))
            for path, x in zip(paths, node.inputs, strict=True):
                if givers[id(x)] not in boxes[path].sources:
                    boxes[path].sources.append(givers[id(x)])
    return [givers[id(x)] for x in graph.inputs], [givers[id(x)] for x in graph.outputs]


def _box(path: str, operation: Any, nodes: list[Any]) -> Box:
    kind = type(operation).__name__ if isinstance(operation, Layer) else operation.op_name
    outputs = {(x.shape, x.dtype): None for node in nodes for x in node.outputs}
    return Box(
        path=path,
        operation=operation,
        kind=kind,
        sources=[],
        input_shapes=list(dict.fromkeys(x.shape for node in nodes for x in node.inputs)),
        output_shapes=[shape for shape, _ in outputs],
        output_dtypes=[dtype for _, dtype in outputs],
    )
