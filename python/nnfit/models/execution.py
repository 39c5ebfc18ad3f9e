"""Execution: a graph laid out flat, so that running it looks nothing up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nnfit import tree
from nnfit.models.graph import Graph
from nnfit.symbolic.keras_tensor import KerasTensor
from nnfit.symbolic.node import Node, OpCall

__all__ = ["Execution"]

# One step: what to call; the slot of its one argument, or a function that makes all arguments; the slot of its one
# result, or a function that stores all results; and the slots that nobody reads afterwards.
_Slots = list[Any]
_Source = int | Callable[[_Slots], Any]
_Target = int | Callable[[_Slots, Any], None]
_Step = tuple[Callable[..., Any], _Source, _Target, tuple[int, ...]]


class Execution:
    """Runs a graph on tensors.

    Each value of the graph has a slot in a list; each node is a step that reads slots and writes slots.

    Args:
        graph: The graph; its inputs and outputs are those of the calls.

    Example:
        >>> x = nnfit.Input((2,))
        >>> execution = Execution(Graph([x], [x * 2.0], "doubled"))
        >>> execution([nnfit.ops.ones((1, 2))])[0].numpy()
        array([[2., 2.]], dtype=float32)
    """

    def __init__(self, graph: Graph) -> None:
        self._slots: dict[int, int] = {}
        for x in graph.inputs:
            self._slot(x)
        self._input_count = len(graph.inputs)
        nodes = [node for node in graph.nodes if any(id(x) not in self._slots for x in node.outputs)]
        reads = [[self._slot(x) for x in node.inputs] for node in nodes]
        writes = [self._target(node) for node in nodes]
        self._outputs = [self._slot(x) for x in graph.outputs]
        last_read = {slot: step for step, slots in enumerate(reads) for slot in slots}
        kept = set(self._outputs)
        self._steps: list[_Step] = []
        for step, node in enumerate(nodes):
            done = tuple(s for s in set(reads[step]) if last_read[s] == step and s not in kept)
            operation = node.operation.op if isinstance(node.operation, OpCall) else node.operation
            self._steps.append((operation, self._source(node), writes[step], done))
        self._empty = [None] * (len(self._slots) - self._input_count)

    def _slot(self, x: KerasTensor) -> int:
        return self._slots.setdefault(id(x), len(self._slots))

    def _target(self, node: Node) -> _Target:
        places = [self._slot(x) for x in node.outputs]
        if not tree.is_nested(node.outputs_structure):
            return places[0]
        structure = tree.pack_sequence_as(node.outputs_structure, places)

        def store(slots: _Slots, result: Any) -> None:
            tree.map_structure(slots.__setitem__, structure, result)

        return store

    def _source(self, node: Node) -> _Source:
        if len(node.args) == 1 and not node.kwargs:
            argument = node.args[0]
            if isinstance(argument, KerasTensor):
                return self._slot(argument)
            if isinstance(argument, (list, tuple)) and all(isinstance(x, KerasTensor) for x in argument):
                indices = [self._slot(x) for x in argument]
                return lambda slots: (([slots[i] for i in indices],), {})
        places = {id(x): self._slot(x) for x in node.inputs}

        def fill(slots: _Slots) -> Any:
            return tree.map_structure(
                lambda x: slots[places[id(x)]] if isinstance(x, KerasTensor) else x, [node.args, node.kwargs]
            )

        return fill

    def __call__(self, inputs: Sequence[Any]) -> list[Any]:
        """Runs the graph.

        Args:
            inputs: A tensor for each input of the graph.

        Returns:
            A tensor for each output of the graph.
        """
        slots = [*inputs, *self._empty]
        for operation, source, target, done in self._steps:
            if isinstance(source, int):
                result = operation(slots[source])
            else:
                args, kwargs = source(slots)
                result = operation(*args, **kwargs)
            if isinstance(target, int):
                slots[target] = result
            else:
                target(slots, result)
            for slot in done:
                slots[slot] = None
        return [slots[slot] for slot in self._outputs]
