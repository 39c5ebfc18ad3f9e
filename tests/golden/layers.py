"""Outputs, inferred shapes and gradients of layers with given weights."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from . import inputs
from .gradients import gradients
from .precision import floatx
from .store import Results

FILE = "layers.npz"
_DENSE_ACTIVATIONS = (
    "linear relu relu6 leaky_relu elu selu gelu silu sigmoid hard_sigmoid hard_silu tanh softplus softsign exponential "
    "mish log_sigmoid softmax log_softmax"
)

# Layer, its arguments, the shapes of its inputs.
SPECS: dict[str, tuple[str, dict[str, Any], list[tuple[int, ...]]]] = {
    f"dense_{name}": ("Dense", {"units": 5, "activation": name}, [(4, 7)]) for name in _DENSE_ACTIVATIONS.split()
}
SPECS |= {
    "dense_without_bias": ("Dense", {"units": 5, "use_bias": False}, [(4, 7)]),
    "dense_of_steps": ("Dense", {"units": 5, "activation": "tanh"}, [(4, 3, 7)]),
    "activation": ("Activation", {"activation": "tanh"}, [(4, 7)]),
    "relu": ("ReLU", {}, [(4, 7)]),
    "relu_limited": ("ReLU", {"max_value": 0.6, "negative_slope": 0.2, "threshold": 0.1}, [(4, 7)]),
    "leaky_relu": ("LeakyReLU", {"negative_slope": 0.3}, [(4, 7)]),
    "elu": ("ELU", {"alpha": 0.7}, [(4, 7)]),
    "prelu": ("PReLU", {}, [(4, 7)]),
    "prelu_shared": ("PReLU", {"shared_axes": [1]}, [(4, 3, 7)]),
    "softmax": ("Softmax", {}, [(4, 7)]),
    "softmax_axis": ("Softmax", {"axis": 1}, [(4, 3, 7)]),
    "flatten": ("Flatten", {}, [(4, 3, 7)]),
    "flatten_flat": ("Flatten", {}, [(4,)]),
    "reshape": ("Reshape", {"target_shape": (7, 3)}, [(4, 3, 7)]),
    "reshape_inferred": ("Reshape", {"target_shape": (-1, 2, 3)}, [(4, 6, 7)]),
    "permute": ("Permute", {"dims": (3, 1, 2)}, [(4, 3, 7, 2)]),
    "rescaling": ("Rescaling", {"scale": 1.0 / 255.0, "offset": -0.5}, [(4, 7)]),
    "rescaling_channels": ("Rescaling", {"scale": [1.0, 2.0, 3.0], "offset": [0.0, -1.0, 1.0]}, [(4, 2, 3)]),
    "add": ("Add", {}, [(4, 7), (4, 7), (4, 7)]),
    "add_broadcast": ("Add", {}, [(4, 3, 7), (4, 1, 7)]),
    "add_lower_rank": ("Add", {}, [(4, 3, 7), (4, 7)]),
    "subtract": ("Subtract", {}, [(4, 7), (4, 7)]),
    "multiply": ("Multiply", {}, [(4, 7), (4, 7), (4, 7)]),
    "average": ("Average", {}, [(4, 7), (4, 7), (4, 7)]),
    "maximum": ("Maximum", {}, [(4, 7), (4, 7), (4, 7)]),
    "minimum": ("Minimum", {}, [(4, 7), (4, 7), (4, 7)]),
    "concatenate": ("Concatenate", {}, [(4, 7), (4, 2), (4, 1)]),
    "concatenate_axis": ("Concatenate", {"axis": 1}, [(4, 3, 7), (4, 2, 7)]),
    "dot": ("Dot", {"axes": 1}, [(4, 7), (4, 7)]),
    "dot_normalized": ("Dot", {"axes": -1, "normalize": True}, [(4, 7), (4, 7)]),
    "dot_matrices": ("Dot", {"axes": (2, 1)}, [(4, 3, 7), (4, 7, 2)]),
    "dot_same_axis": ("Dot", {"axes": 2}, [(4, 3, 7), (4, 2, 7)]),
    "dot_matrix_vector": ("Dot", {"axes": (2, 1)}, [(4, 3, 7), (4, 7)]),
}


def layer_results(
    library: ModuleType, dtype: str, *, name: str, arguments: dict[str, Any], shapes: list[tuple[int, ...]]
) -> Results:
    with floatx(library, dtype):
        layer = getattr(library.layers, name)(**arguments)
        symbolic = [library.Input(batch_shape=shape) for shape in shapes]
        inferred = layer(symbolic if len(shapes) > 1 else symbolic[0]).shape
        layer.set_weights(inputs.weights_away_from_zero([w.shape for w in layer.get_weights()], 60))
        values = [inputs.uniform(shape, 61 + i, -1.0, 1.0) for i, shape in enumerate(shapes)]
        variables = [library.Variable(value, dtype=dtype) for value in values]

        def call() -> Any:
            tensors = [library.ops.convert_to_tensor(variable) for variable in variables]
            return layer(tensors if len(tensors) > 1 else tensors[0])

        output = np.asarray(call(), np.float64)
        direction = library.ops.convert_to_tensor(inputs.uniform(output.shape, 70, -1.0, 1.0).astype(dtype))
        wanted = variables + list(layer.trainable_weights)
        found = gradients(library, lambda: library.ops.sum(call() * direction), wanted)
    results: Results = {"output": output, "inferred_shape": np.array(inferred, np.int64)}
    return results | {f"gradient_{i}": gradient for i, gradient in enumerate(found)}


CASES: dict[str, Callable[[ModuleType, str], Results]] = {
    case: partial(layer_results, name=name, arguments=arguments, shapes=shapes)
    for case, (name, arguments, shapes) in SPECS.items()
}
