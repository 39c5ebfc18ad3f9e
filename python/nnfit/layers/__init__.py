"""Layers: what models are made of."""

from nnfit.layers.activations.activation import Activation
from nnfit.layers.activations.elu import ELU
from nnfit.layers.activations.leaky_relu import LeakyReLU
from nnfit.layers.activations.prelu import PReLU
from nnfit.layers.activations.relu import ReLU
from nnfit.layers.activations.softmax import Softmax
from nnfit.layers.core.dense import Dense
from nnfit.layers.core.identity import Identity
from nnfit.layers.core.input_layer import Input, InputLayer
from nnfit.layers.core.lambda_layer import Lambda
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.layers.merging.add import Add, add
from nnfit.layers.merging.average import Average, average
from nnfit.layers.merging.concatenate import Concatenate, concatenate
from nnfit.layers.merging.dot import Dot, dot
from nnfit.layers.merging.maximum import Maximum, maximum
from nnfit.layers.merging.minimum import Minimum, minimum
from nnfit.layers.merging.multiply import Multiply, multiply
from nnfit.layers.merging.subtract import Subtract, subtract
from nnfit.layers.preprocessing.rescaling import Rescaling
from nnfit.layers.regularization.activity_regularization import ActivityRegularization
from nnfit.layers.regularization.dropout import Dropout
from nnfit.layers.reshaping.flatten import Flatten
from nnfit.layers.reshaping.permute import Permute
from nnfit.layers.reshaping.reshape import Reshape
from nnfit.registry import Registry

registry = Registry("nnfit.layers", Layer, functions=False)
registry.register(Activation)
registry.register(ActivityRegularization)
registry.register(Add)
registry.register(Average)
registry.register(Concatenate)
registry.register(Dense)
registry.register(Dot)
registry.register(Dropout)
registry.register(ELU)
registry.register(Flatten)
registry.register(Identity)
registry.register(InputLayer)
registry.register(Lambda)
registry.register(LeakyReLU)
registry.register(Maximum)
registry.register(Minimum)
registry.register(Multiply)
registry.register(PReLU)
registry.register(Permute)
registry.register(ReLU)
registry.register(Rescaling)
registry.register(Reshape)
registry.register(Softmax)
registry.register(Subtract)

serialize = registry.serialize
deserialize = registry.deserialize

__all__ = [
    "ELU",
    "Activation",
    "ActivityRegularization",
    "Add",
    "Average",
    "Concatenate",
    "Dense",
    "Dot",
    "Dropout",
    "Flatten",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "Lambda",
    "Layer",
    "LeakyReLU",
    "Maximum",
    "Minimum",
    "Multiply",
    "PReLU",
    "Permute",
    "ReLU",
    "Rescaling",
    "Reshape",
    "Softmax",
    "Subtract",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "registry",
    "serialize",
    "subtract",
]
