"""Symbolic tensors and the record of what is called on them: the stuff of functional models."""

from nnfit.symbolic.keras_tensor import KerasTensor
from nnfit.symbolic.node import Node, OpCall

__all__ = ["KerasTensor", "Node", "OpCall"]
