"""Node: one recorded call of a layer or an op on KerasTensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import _core, ops, tree
from nnfit.naming import unique_name
from nnfit.symbolic.keras_tensor import KerasTensor
from nnfit.symbolic.shape_inference import infer_outputs

__all__ = ["Node", "OpCall", "record_op"]


class OpCall:
    """The callee of a node made by calling an op, standing where a layer stands in other nodes.

    Args:
        op: The op: one of `nnfit._core.ops`, or a function of `nnfit.ops`.
        name: Name in the graph. Made from the op's by default.
    """

    def __init__(self, op: Callable[..., Any], name: str | None = None) -> None:
        self.op = op
        self.name = name if name is not None else unique_name(self.op_name)
        self.nodes: list[Node] = []

    @property
    def op_name(self) -> str:
        """The op's name in `nnfit._core.ops`, or in `nnfit.ops`."""
        return self.op.name if isinstance(self.op, _core.Op) else self.op.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Records a call of the op and returns the KerasTensors that stand for its outputs."""
        outputs = infer_outputs(self.op, args, kwargs, self.name)
        Node(self, args, kwargs, outputs)
        return outputs

    def get_config(self) -> dict[str, Any]:
        """Returns the op's name and the name in the graph."""
        return {"op": self.op_name, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> OpCall:
        """Makes an object from what `get_config` returned.

        Raises:
            ValueError: If there is no such op.
        """
        name = config["op"]
        op = getattr(_core.ops, name, None) or (getattr(ops, name, None) if name in ops.__all__ else None)
        if op is None:
            raise ValueError(f"[OpCall.from_config] expected the name of an op; got {name!r}.")
        return cls(op, name=config["name"])

    def __repr__(self) -> str:
        return f"<OpCall {self.op_name}, name={self.name}>"


class Node:
    """A call `operation(*args, **kwargs)` of a graph, with the KerasTensors that it took and those that it gave.

    Making a node enters it as the history of its outputs and into the list of its operation's nodes.

    Args:
        operation: A layer or an `OpCall`.
        args: Positional arguments of the call, KerasTensors among them.
        kwargs: Keyword arguments of the call.
        outputs: Structure of the new KerasTensors that stand for the result.
    """

    __slots__ = ("args", "index", "inputs", "kwargs", "operation", "outputs", "outputs_structure")

    def __init__(self, operation: Any, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Any) -> None:
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.inputs = [x for x in tree.flatten([args, kwargs]) if isinstance(x, KerasTensor)]
        self.outputs_structure = outputs
        self.outputs: list[Any] = tree.flatten(outputs)
        self.index = len(operation.nodes)
        operation.nodes.append(self)
        for i, output in enumerate(self.outputs):
            if isinstance(output, KerasTensor):
                output.node = self
                output.index = i

    @property
    def is_input(self) -> bool:
        """Whether it takes nothing: the node of an `InputLayer`."""
        return not self.inputs

    def __repr__(self) -> str:
        return f"<Node {self.index} of {self.operation.name}>"


def record_op(op: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Makes the node of a call of `op` and returns the KerasTensors that stand for its outputs."""
    return OpCall(op)(*args, **kwargs)


_core.set_symbolic_type(KerasTensor)
_core.set_symbolic_hook(record_op)
