"""Values and gradients of each activation function on a grid that includes the extremes."""

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

FILE = "activations.npz"

_MAGNITUDES = [1e-6, 1e-3, 0.1, 0.3, 0.7, 1.3, 1.7, 2.2, 2.7, 3.3, 4.5, 7.0, 15.0, 30.0, 80.0]
# The grids are float32 values, and avoid the points where a gradient jumps.
FINITE = np.array([-m for m in reversed(_MAGNITUDES)] + _MAGNITUDES, np.float32)
_EDGES = [0.5, 1.0, 2.5, 3.0, 6.0, 120.0, 1e4, np.inf]
EXTREME = np.array([-edge for edge in reversed(_EDGES)] + [0.0, *_EDGES], np.float32)

_WITH_DEFAULTS = (
    "celu elu exponential gelu hard_shrink hard_sigmoid hard_silu hard_tanh leaky_relu linear log_sigmoid mish relu "
    "relu6 selu sigmoid silu soft_shrink softplus softsign sparse_plus sparse_sigmoid squareplus tanh tanh_shrink"
)
ELEMENTWISE: dict[str, tuple[str, dict[str, Any]]] = {name: (name, {}) for name in _WITH_DEFAULTS.split()}
ELEMENTWISE |= {
    "relu_limited": ("relu", {"negative_slope": 0.2, "max_value": 4.0, "threshold": 0.5}),
    "leaky_relu_steep": ("leaky_relu", {"negative_slope": 0.5}),
    "elu_alpha": ("elu", {"alpha": 0.4}),
    "celu_alpha": ("celu", {"alpha": 0.4}),
    "gelu_approximate": ("gelu", {"approximate": True}),
    "hard_shrink_threshold": ("hard_shrink", {"threshold": 1.0}),
    "soft_shrink_threshold": ("soft_shrink", {"threshold": 1.0}),
    "squareplus_b": ("squareplus", {"b": 2}),
    "threshold_value": ("threshold", {"threshold": 1.0, "default_value": -3.0}),
}
ALONG_AN_AXIS: dict[str, tuple[str, dict[str, Any]]] = {
    "softmax": ("softmax", {}),
    "softmax_axis": ("softmax", {"axis": 1}),
    "log_softmax": ("log_softmax", {}),
    "log_softmax_axis": ("log_softmax", {"axis": 0}),
    "glu": ("glu", {}),
}


def _function(library: ModuleType, name: str, arguments: dict[str, Any]) -> Callable[[Any], Any]:
    return partial(getattr(library.activations, name), **arguments)


def _elementwise(library: ModuleType, dtype: str, *, name: str, arguments: dict[str, Any]) -> Results:
    activation = _function(library, name, arguments)
    with floatx(library, dtype):
        x = library.Variable(FINITE, dtype=dtype)
        extreme = library.ops.convert_to_tensor(EXTREME.astype(dtype))
        return {
            "finite": np.asarray(activation(library.ops.convert_to_tensor(FINITE.astype(dtype))), np.float64),
            "gradient": gradients(library, lambda: library.ops.sum(activation(x)), [x])[0],
            "extreme": np.asarray(activation(extreme), np.float64),
        }


def _along_an_axis(library: ModuleType, dtype: str, *, name: str, arguments: dict[str, Any]) -> Results:
    activation = _function(library, name, arguments)
    values = inputs.uniform((3, 4, 6), 20, -3.0, 3.0).astype(np.float32)
    far_apart = np.array([[1e4, -1e4, 0.0, 0.0], [-1e4, -1e4, -1e4, -1e4], [80.0, 81.0, 79.5, 80.0]], np.float32)
    with floatx(library, dtype):
        x = library.Variable(values, dtype=dtype)
        weights = library.ops.convert_to_tensor(inputs.uniform((3, 4, 6), 21).astype(dtype))
        shape = np.shape(activation(x))
        weights = weights[tuple(slice(size) for size in shape)]
        return {
            "finite": np.asarray(activation(library.ops.convert_to_tensor(values.astype(dtype))), np.float64),
            "gradient": gradients(library, lambda: library.ops.sum(weights * activation(x)), [x])[0],
            "extreme": np.asarray(activation(library.ops.convert_to_tensor(far_apart.astype(dtype))), np.float64),
        }


CASES: dict[str, Callable[[ModuleType, str], Results]] = {
    case: partial(_elementwise, name=name, arguments=arguments) for case, (name, arguments) in ELEMENTWISE.items()
}
CASES |= {
    case: partial(_along_an_axis, name=name, arguments=arguments) for case, (name, arguments) in ALONG_AN_AXIS.items()
}
