"""What models are made of: names of layers, order, names and shapes of variables, parameter counts, the summary."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from .store import Results

FILE = "models.json"


def _guide(library: ModuleType) -> Any:
    x = inputs = library.Input(shape=(784,), name="digits")
    x = library.layers.Dense(64, activation="relu", name="dense_1")(x)
    x = library.layers.Dense(64, activation="relu", name="dense_2")(x)
    return library.Model(inputs, library.layers.Dense(10, name="predictions")(x))


def _named_automatically(library: ModuleType) -> Any:
    layers = library.layers
    first, second = library.Input(shape=(8,)), library.Input(shape=(8,))
    a, b = layers.Dense(4)(first), layers.Dense(4)(second)
    joined = layers.Concatenate()([layers.Activation("relu")(a), layers.ReLU()(b), layers.Add()([a, b])])
    return library.Model([first, second], [layers.Dense(3)(joined), layers.LeakyReLU()(joined)])


def _sequential(library: ModuleType) -> Any:
    layers = library.layers
    return library.Sequential(
        [
            library.Input(shape=(4, 5)),
            layers.Flatten(),
            layers.Dense(6, use_bias=False),
            layers.PReLU(),
            layers.Dropout(0.5),
            layers.Dense(2),
        ]
    )


def _frozen(library: ModuleType) -> Any:
    model = _guide(library)
    model.get_layer("dense_1").trainable = False
    return model


def _shared(library: ModuleType) -> Any:
    layers = library.layers
    first, second = library.Input(shape=(8,), name="first"), library.Input(shape=(8,), name="second")
    shared = layers.Dense(4, name="shared")
    difference = layers.subtract([shared(first), shared(second)])
    return library.Model([first, second], layers.Dense(1, name="head")(difference))


def _nested(library: ModuleType) -> Any:
    x = library.Input(shape=(8,), name="inner_input")
    inner = library.Model(x, library.layers.Dense(4, name="inner_dense")(x), name="inner")
    y = library.Input(shape=(8,), name="outer_input")
    return library.Model(y, library.layers.Dense(2, name="outer_dense")(inner(y)), name="outer")


def _describe(library: ModuleType, *, build: Callable[[ModuleType], Any]) -> Results:
    library.utils.clear_session()
    model = build(library)
    lines: list[str] = []
    model.summary(print_fn=lambda text, **_: lines.append(text))
    totals = re.findall(r"^\s*((?:Total|Trainable|Non-trainable) params: .*?)\s*$", "\n".join(lines), re.MULTILINE)
    return {
        "model_name": model.name,
        "layers": [layer.name for layer in model.layers],
        "layer_classes": [type(layer).__name__ for layer in model.layers],
        "layer_parameters": [layer.count_params() for layer in model.layers],
        "variables": [variable.name for variable in model.weights],
        "paths": [variable.path for variable in model.weights],
        "weight_shapes": [list(weight.shape) for weight in model.get_weights()],
        "trainable_paths": [variable.path for variable in model.trainable_weights],
        "parameters": model.count_params(),
        "output_shapes": [list(output.shape) for output in model.outputs],
        "summary_totals": totals,
    }


BUILDERS = {
    "guide": _guide,
    "named_automatically": _named_automatically,
    "sequential": _sequential,
    "frozen": _frozen,
    "shared": _shared,
    "nested": _nested,
}
CASES: dict[str, Callable[[ModuleType], Results]] = {
    name: partial(_describe, build=build) for name, build in BUILDERS.items()
}
