"""The graph between given KerasTensors: its nodes and operations, in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import tree
from nnfit.symbolic.keras_tensor import KerasTensor
from nnfit.symbolic.node import Node

__all__ = ["Graph", "clone_between"]


class Graph:
    """The nodes that lead from some KerasTensors to others.

    Args:
        inputs: Where the graph begins.
        outputs: Where it ends.
        owner: Name of the model, for error messages.

    Attributes:
        nodes: In an order in which they can be computed: furthest from the outputs first.
        operations: The layers and ops of the nodes, each once, in that order. It is Keras's order of layers, and so
            of weights.

    Raises:
        ValueError: If an output does not come from the inputs, or two operations have the same name.
    """

    def __init__(self, inputs: Sequence[KerasTensor], outputs: Sequence[KerasTensor], owner: str) -> None:
        self.inputs = list(inputs)
        self.outputs = list(outputs)
        self._owner = owner
        self._starts = {id(x) for x in inputs}
        self._first_met: dict[int, int] = {}
        self.nodes, self.operations = self._sort(self._visit())
        names: dict[str, Any] = {}
        for operation in self.operations:
            if names.setdefault(operation.name, operation) is not operation:
                raise ValueError(
                    f"[{owner}] expected layers with different names; got two named '{operation.name}'. Pass "
                    "name='…' to one of them."
                )

    def _visit(self) -> list[Node]:
        """Returns the nodes needed for the outputs, each after those that it depends on."""
        done: dict[int, Node] = {}
        for output in self.outputs:
            # Depth first without recursion, since graphs may be deeper than Python's stack.
            stack = [(self._node_of(output), False)]
            while stack:
                node, expanded = stack.pop()
                if id(node) in done:
                    continue
                if expanded:
                    done[id(node)] = node
                    continue
                self._first_met.setdefault(id(node.operation), len(self._first_met))
                stack.append((node, True))
                if not self._begins(node):
                    stack.extend((self._node_of(x, node), False) for x in reversed(node.inputs) if not self._free(x))
        return list(done.values())

    def _free(self, x: KerasTensor) -> bool:
        return x.node is None and id(x) in self._starts

    def _begins(self, node: Node) -> bool:
        return all(id(x) in self._starts for x in node.outputs)

    def _node_of(self, x: KerasTensor, consumer: Node | None = None) -> Node:
        where = f" (needed by '{consumer.operation.name}')" if consumer is not None else ""
        if x.node is None:
            raise ValueError(
                f"[{self._owner}] expected outputs computed from an `Input`; got {x!r}{where}, which nothing computes. "
                "Begin with `nnfit.Input`."
            )
        if x.node.is_input and id(x) not in self._starts:
            raise ValueError(
                f"[{self._owner}] the graph is disconnected: the outputs depend on the input '{x.name}'{where}, which "
                f"is not among the model's inputs {[start.name for start in self.inputs]}. Add it to `inputs`."
            )
        return x.node

    def _sort(self, visited: list[Node]) -> tuple[list[Node], list[Any]]:
        # Depth: the longest way to an output. An operation has the depth of its deepest node, and all its nodes
        # are at least as deep as that.
        node_depth: dict[int, int] = {}
        operation_depth: dict[int, int] = {}
        for node in reversed(visited):
            depth = max(node_depth.get(id(node), 0), operation_depth.get(id(node.operation), 0))
            node_depth[id(node)] = operation_depth[id(node.operation)] = depth
            if not self._begins(node):
                for x in node.inputs:
                    if x.node is not None:
                        node_depth[id(x.node)] = max(node_depth.get(id(x.node), 0), depth + 1)
        operations = {id(node.operation): node.operation for node in visited}
        for x in self.inputs:  # those that no output depends on
            if x.node is not None and id(x.node.operation) not in operations:
                operations[id(x.node.operation)] = x.node.operation
                operation_depth[id(x.node.operation)] = 0
                self._first_met[id(x.node.operation)] = -1
                visited = [x.node, *visited]
        ordered = sorted(operations, key=lambda key: (-operation_depth[key], self._first_met[key]))
        return visited, [operations[key] for key in ordered]


def clone_between(inputs: Any, outputs: Any, owner: str) -> tuple[Any, Any]:
    """Repeats the calls between `inputs`, which need not be `Input`s, and `outputs`, on new `Input`s.

    Args:
        inputs: KerasTensor or structure of KerasTensors.
        outputs: Likewise, computed from `inputs`.
        owner: Name of the model, for error messages.

    Returns:
        New inputs and outputs in the same structures. Layers are shared with the original graph.
    """
    from nnfit.layers.core.input_layer import Input

    copies: dict[int, Any] = {}

    def new_input(x: KerasTensor) -> KerasTensor:
        if x.node is None or not x.node.is_input:
            copies[id(x)] = Input(batch_shape=x.shape, dtype=x.dtype, name=f"{x.name}_clone")
        else:
            copies[id(x)] = x
        return copies[id(x)]  # type: ignore[no-any-return]

    graph = Graph(tree.flatten(inputs), tree.flatten(outputs), owner)
    new_inputs = tree.map_structure(new_input, inputs)

    def copied(x: Any) -> Any:
        return copies[id(x)] if isinstance(x, KerasTensor) else x

    for node in graph.nodes:
        if node.is_input or all(id(x) in copies for x in node.outputs):
            continue
        for x in node.outputs:
            if isinstance(x, KerasTensor):
                copies.setdefault(id(x), KerasTensor(x.shape, x.dtype, name=x.name))
        args, kwargs = tree.map_structure(copied, [node.args, node.kwargs])
        Node(node.operation, args, kwargs, tree.map_structure(copied, node.outputs_structure))
    return new_inputs, tree.map_structure(copied, outputs)
