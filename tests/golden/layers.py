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

SPECS |= {
    "batch_normalization": ("BatchNormalization", {}, [(4, 7)]),
    "batch_normalization_plain": ("BatchNormalization", {"center": False, "scale": False}, [(4, 2, 3, 5)]),
    "batch_normalization_axis": ("BatchNormalization", {"axis": 1, "epsilon": 0.1}, [(4, 3, 7)]),
    "layer_normalization": ("LayerNormalization", {}, [(4, 7)]),
    "layer_normalization_axes": ("LayerNormalization", {"axis": [1, 2], "epsilon": 0.01}, [(4, 3, 7)]),
    "layer_normalization_first": ("LayerNormalization", {"axis": 1, "scale": False}, [(4, 3, 7)]),
    "group_normalization": ("GroupNormalization", {"groups": 3}, [(4, 5, 6)]),
    "group_normalization_first": ("GroupNormalization", {"groups": 2, "axis": 1, "center": False}, [(4, 6, 3, 2)]),
    "group_normalization_instance": ("GroupNormalization", {"groups": -1, "epsilon": 0.1}, [(4, 3, 3, 5)]),
    "unit_normalization": ("UnitNormalization", {}, [(4, 7)]),
    "unit_normalization_axis": ("UnitNormalization", {"axis": 1}, [(4, 3, 7)]),
    "normalization": ("Normalization", {"mean": [0.5, 1.0, -2.0], "variance": [2.0, 0.0, 0.25]}, [(4, 2, 3)]),
    "normalization_of_all": ("Normalization", {"axis": None, "mean": 0.5, "variance": 2.0}, [(4, 7)]),
    "normalization_inverted": ("Normalization", {"mean": 0.5, "variance": 2.0, "invert": True}, [(4, 7)]),
    "masking": ("Masking", {"mask_value": 0.25}, [(4, 3, 2)]),
    "repeat_vector": ("RepeatVector", {"n": 3}, [(4, 7)]),
    "time_distributed": ("TimeDistributed", {"layer": lambda layers: layers.Dense(2)}, [(4, 3, 5)]),
    "center_crop": ("CenterCrop", {"height": 4, "width": 3}, [(2, 7, 6, 3)]),
    "center_crop_of_small": ("CenterCrop", {"height": 8, "width": 4}, [(2, 5, 6, 3)]),
    "resizing": ("Resizing", {"height": 5, "width": 9}, [(2, 7, 6, 3)]),
    "resizing_nearest": ("Resizing", {"height": 5, "width": 9, "interpolation": "nearest"}, [(2, 7, 6, 3)]),
    "resizing_cropped": ("Resizing", {"height": 4, "width": 8, "crop_to_aspect_ratio": True}, [(2, 7, 6, 3)]),
    "resizing_padded": ("Resizing", {"height": 4, "width": 8, "pad_to_aspect_ratio": True}, [(2, 7, 6, 3)]),
}

# The same, called with `training=True`; the state afterwards counts too.
TRAINING: dict[str, tuple[str, dict[str, Any], list[tuple[int, ...]]]] = {
    "batch_normalization_training": ("BatchNormalization", {}, [(6, 7)]),
    "batch_normalization_training_images": ("BatchNormalization", {"momentum": 0.8}, [(4, 3, 2, 5)]),
    "batch_normalization_training_axis": ("BatchNormalization", {"axis": 1, "center": False}, [(4, 3, 7)]),
    "batch_normalization_renorm": ("BatchNormalization", {"renorm": True, "momentum": 0.75}, [(6, 7)]),
    "batch_normalization_renorm_clipped": (
        "BatchNormalization",
        {
            "axis": 1,
            "renorm": True,
            "renorm_clipping": {"rmin": 0.5, "rmax": 1.5, "dmax": 0.25},
            "renorm_momentum": 0.5,
        },
        [(4, 3, 5)],
    ),
    "batch_normalization_masked": ("BatchNormalization", {"momentum": 0.5}, [(4, 3, 7)]),
    "random_translation_whole": (
        "RandomTranslation",
        {"height_factor": (0.5, 0.5), "width_factor": (-0.25, -0.25)},
        [(2, 6, 8, 3)],
    ),
} | {
    f"random_translation_{mode}": (
        "RandomTranslation",
        {"height_factor": (0.28125, 0.28125), "width_factor": (-0.1875, -0.1875), "fill_mode": mode, "fill_value": 0.5},
        [(2, 8, 8, 3)],
    )
    for mode in ("constant", "nearest", "reflect")
}


def layer_results(
    library: ModuleType,
    dtype: str,
    *,
    name: str,
    arguments: dict[str, Any],
    shapes: list[tuple[int, ...]],
    options: dict[str, Any] | None = None,
) -> Results:
    with floatx(library, dtype):
        made = {key: value(library.layers) if callable(value) else value for key, value in arguments.items()}
        layer = getattr(library.layers, name)(**made)
        symbolic = [library.Input(batch_shape=shape) for shape in shapes]
        inferred = layer(symbolic if len(shapes) > 1 else symbolic[0]).shape
        weights = inputs.weights_away_from_zero([w.shape for w in layer.weights], 60)
        for i, weight in enumerate(layer.weights):
            if "variance" in weight.name or "stddev" in weight.name:
                weights[i] = abs(weights[i])
        layer.set_weights(weights)
        values = [inputs.uniform(shape, 61 + i, -1.0, 1.0) for i, shape in enumerate(shapes)]
        variables = [library.Variable(value, dtype=dtype) for value in values]

        def call() -> Any:
            tensors = [library.ops.convert_to_tensor(variable) for variable in variables]
            result = layer(tensors if len(tensors) > 1 else tensors[0], **(options or {}))
            return library.ops.cast(result, dtype)  # TensorFlow resizes to float32

        output = np.asarray(call(), np.float64)
        direction = library.ops.convert_to_tensor(inputs.uniform(output.shape, 70, -1.0, 1.0).astype(dtype))
        # TensorFlow's gradient of a moved image takes no account of what is beyond the border.
        wanted = [] if name == "RandomTranslation" else variables + list(layer.trainable_weights)
        found = gradients(library, lambda: library.ops.sum(call() * direction), wanted)
    results: Results = {"output": output, "inferred_shape": np.array(inferred, np.int64)}
    if options:
        state = [w for w in layer.weights if not w.trainable]
        results |= {f"state_{i}": np.asarray(library.ops.convert_to_numpy(w), np.float64) for i, w in enumerate(state)}
    return results | {f"gradient_{i}": gradient for i, gradient in enumerate(found)}


CASES: dict[str, Callable[[ModuleType, str], Results]] = {
    case: partial(layer_results, name=name, arguments=arguments, shapes=shapes)
    for case, (name, arguments, shapes) in SPECS.items()
}
for _case, (_name, _arguments, _shapes) in TRAINING.items():
    _options: dict[str, Any] = {"training": True}
    if "masked" in _case:
        _options["mask"] = inputs.uniform(_shapes[0][:-1], 80) < 0.6
    CASES[_case] = partial(layer_results, name=_name, arguments=_arguments, shapes=_shapes, options=_options)


def _embedding(library: ModuleType, dtype: str) -> Results:
    with floatx(library, dtype):
        layer = library.layers.Embedding(9, 4, mask_zero=True)
        layer.build()
        layer.set_weights(inputs.weights_away_from_zero([(9, 4)], 60))
        indices = inputs.labels(12, 9, 61).reshape(4, 3)
        output = layer(indices)
        return {
            "output": np.asarray(output, np.float64),
            "mask": np.asarray(layer.compute_mask(library.ops.convert_to_tensor(indices), None), np.float64),
        }


CASES["embedding"] = _embedding
