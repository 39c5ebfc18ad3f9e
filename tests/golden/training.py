"""Ten training steps from given weights: every optimizer with every loss on a small model, and the guide's model.

Computed in float64 under Keras, so that the record is exact to far more than float32 and serves both precisions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import inputs
from .precision import floatx
from .store import Results

FILE = "training.npz"
STEPS, BATCH = 10, 64
SMALL = (20, 8, 8, 4)
GUIDE = (784, 64, 64, 10)
SAMPLES = 16
# With these weights no hidden sum of any case comes within 2e-6 of zero, where rounding would decide a ReLU's gradient.
WEIGHT_SEEDS = {SMALL: 100, GUIDE: 103}


@dataclass(frozen=True)
class Loss:
    class_name: str
    targets: str
    activation: str | None = None
    arguments: dict[str, Any] = field(default_factory=dict)


LOSSES = {
    "sparse_crossentropy_logits": Loss("SparseCategoricalCrossentropy", "labels", None, {"from_logits": True}),
    "sparse_crossentropy_softmax": Loss("SparseCategoricalCrossentropy", "labels", "softmax"),
    "categorical_crossentropy_logits": Loss("CategoricalCrossentropy", "one_hot", None, {"from_logits": True}),
    "categorical_crossentropy_softmax": Loss("CategoricalCrossentropy", "one_hot", "softmax"),
    "categorical_crossentropy_smoothed": Loss(
        "CategoricalCrossentropy", "one_hot", None, {"from_logits": True, "label_smoothing": 0.1}
    ),
    "binary_crossentropy_logits": Loss("BinaryCrossentropy", "binary", None, {"from_logits": True}),
    "binary_crossentropy_sigmoid": Loss("BinaryCrossentropy", "binary", "sigmoid"),
    "binary_crossentropy_smoothed": Loss(
        "BinaryCrossentropy", "binary", None, {"from_logits": True, "label_smoothing": 0.1}
    ),
    "mean_squared_error": Loss("MeanSquaredError", "real"),
    "mean_absolute_error": Loss("MeanAbsoluteError", "real"),
}

# Learning rates are powers of two: Keras keeps the rate in float32 whatever the weights are.
OPTIMIZERS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", {"learning_rate": 2**-6}),
    "sgd_momentum": ("SGD", {"learning_rate": 2**-9, "momentum": 0.9}),
    "sgd_nesterov": ("SGD", {"learning_rate": 2**-9, "momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", {"learning_rate": 2**-10}),
    "rmsprop_momentum_centered": ("RMSprop", {"learning_rate": 2**-10, "momentum": 0.5, "centered": True}),
    "adam": ("Adam", {"learning_rate": 2**-10}),
    "adam_amsgrad": ("Adam", {"learning_rate": 2**-10, "amsgrad": True}),
}
OPTIMIZER_VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd_weight_decay": ("SGD", {"learning_rate": 2**-6, "weight_decay": 0.1}),
    "sgd_momentum_weight_decay": ("SGD", {"learning_rate": 2**-9, "momentum": 0.9, "weight_decay": 0.1}),
    "rmsprop_weight_decay": ("RMSprop", {"learning_rate": 2**-10, "weight_decay": 0.1}),
    "adam_weight_decay": ("Adam", {"learning_rate": 2**-10, "weight_decay": 0.1}),
    "sgd_clipnorm": ("SGD", {"learning_rate": 2**-3, "clipnorm": 0.05}),
    "adam_clipnorm": ("Adam", {"learning_rate": 2**-10, "clipnorm": 0.05}),
    "sgd_clipvalue": ("SGD", {"learning_rate": 2**-3, "clipvalue": 0.01}),
    "rmsprop_clipvalue": ("RMSprop", {"learning_rate": 2**-10, "clipvalue": 0.01}),
    "sgd_global_clipnorm": ("SGD", {"learning_rate": 2**-3, "global_clipnorm": 0.1}),
    "rmsprop_global_clipnorm": ("RMSprop", {"learning_rate": 2**-10, "global_clipnorm": 0.1}),
    "rmsprop_rho_epsilon": ("RMSprop", {"learning_rate": 2**-9, "rho": 0.8, "epsilon": 1e-3}),
    "adam_betas_epsilon": ("Adam", {"learning_rate": 2**-9, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
}
ALL_OPTIMIZERS = OPTIMIZERS | OPTIMIZER_VARIANTS


def _targets(kind: str, count: int, width: int) -> NDArray[Any]:
    if kind == "labels":
        return inputs.labels(count, width, 12)
    if kind == "one_hot":
        return inputs.one_hot(inputs.labels(count, width, 12), width)
    if kind == "binary":
        return inputs.labels(count * width, 2, 13).reshape(count, width).astype(np.float64)
    return inputs.uniform((count, width), 14, -1.0, 1.0)


def _model(library: ModuleType, sizes: tuple[int, ...], activation: str | None) -> Any:
    images = library.Input(shape=(sizes[0],))
    x = images
    for units in sizes[1:-1]:
        x = library.layers.Dense(units, activation="relu")(x)
    model = library.Model(images, library.layers.Dense(sizes[-1], activation=activation)(x))
    model.set_weights(inputs.weights_away_from_zero([w.shape for w in model.get_weights()], WEIGHT_SEEDS[sizes]))
    return model


def train(library: ModuleType, optimizer: str, loss: str, sizes: tuple[int, ...], dtype: str) -> Results:
    """The loss of each step and the weights after the last one."""
    spec = LOSSES[loss]
    optimizer_class, optimizer_arguments = ALL_OPTIMIZERS[optimizer]
    with floatx(library, dtype):
        model = _model(library, sizes, spec.activation)
        model.compile(
            optimizer=getattr(library.optimizers, optimizer_class)(**optimizer_arguments),
            loss=getattr(library.losses, spec.class_name)(**spec.arguments),
        )
        x = inputs.uniform((STEPS * BATCH, sizes[0]), 10, -1.0, 1.0).astype(dtype)
        y = _targets(spec.targets, STEPS * BATCH, sizes[-1])
        batches = [slice(start, start + BATCH) for start in range(0, STEPS * BATCH, BATCH)]
        losses = [float(model.train_on_batch(x[batch], y[batch])) for batch in batches]
        weights = [np.asarray(w, np.float64) for w in model.get_weights()]
    return {"loss": np.array(losses), **{f"weight_{i}": w for i, w in enumerate(weights)}}


def digest(results: Results) -> Results:
    """Norm, sum and sampled entries in place of each weight."""
    short: Results = {"loss": results["loss"]}
    for name, value in results.items():
        if name == "loss":
            continue
        short[f"{name}_norm"] = np.linalg.norm(value)
        short[f"{name}_sum"] = value.sum()
        short[f"{name}_samples"] = value.ravel()[np.linspace(0, value.size - 1, SAMPLES).astype(int)]
    return short


def _guide(library: ModuleType, dtype: str, *, optimizer: str, loss: str) -> Results:
    return digest(train(library, optimizer, loss, GUIDE, dtype))


def _small(library: ModuleType, dtype: str, *, optimizer: str, loss: str) -> Results:
    return train(library, optimizer, loss, SMALL, dtype)


def _cases() -> dict[str, Callable[[ModuleType, str], Results]]:
    cases: dict[str, Callable[[ModuleType, str], Results]] = {}
    first = next(iter(LOSSES))
    for optimizer in ALL_OPTIMIZERS:
        for loss in LOSSES if optimizer in OPTIMIZERS else [first]:
            cases[f"small/{optimizer}/{loss}"] = partial(_small, optimizer=optimizer, loss=loss)
    for optimizer in ALL_OPTIMIZERS:
        cases[f"guide/{optimizer}/{first}"] = partial(_guide, optimizer=optimizer, loss=first)
    for loss in LOSSES:
        cases[f"guide/rmsprop/{loss}"] = partial(_guide, optimizer="rmsprop", loss=loss)
    return cases


CASES = _cases()
