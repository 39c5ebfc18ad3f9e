"""graph_def_of: a model's graph as TensorBoard's graph page takes it."""

from __future__ import annotations

from typing import Any


def graph_def_of(boxes: list[Any]) -> Any:
    """Returns the outline of a model as a `GraphDef`.

    Args:
        boxes: What `Model._outline` returned.

    Returns:
        A node for each box, with the shapes and dtype of its outputs and its number of parameters as attributes.
    """
    from tensorboard.compat.proto.attr_value_pb2 import AttrValue
    from tensorboard.compat.proto.graph_pb2 import GraphDef
    from tensorboard.compat.proto.node_def_pb2 import NodeDef
    from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
    from tensorboard.compat.proto.versions_pb2 import VersionDef

    def shape(sizes: Any) -> Any:
        return TensorShapeProto(dim=[TensorShapeProto.Dim(size=-1 if size is None else size) for size in sizes])

    nodes = []
    for box in boxes:
        node = NodeDef(name=box.path, op=box.kind, input=box.sources)
        node.attr["_output_shapes"].list.shape.extend(map(shape, box.output_shapes))
        node.attr["dtype"].CopyFrom(AttrValue(s=", ".join(dict.fromkeys(box.output_dtypes)).encode()))
        if hasattr(box.operation, "count_params"):
            node.attr["parameters"].CopyFrom(AttrValue(i=box.operation.count_params()))
        nodes.append(node)
    return GraphDef(node=nodes, versions=VersionDef(producer=22))
