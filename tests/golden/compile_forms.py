"""The ways to say losses, metrics and weights for several outputs: the names and values of logs that each gives.

The order of samples is given and computation is in float64 under Keras. Histories, what `evaluate` returns, and so the
losses and metrics of each output.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from . import inputs
from .precision import floatx
from .store import Results

FILE = "compile_forms.json"
ROWS, HELD_OUT, FEATURES, CLASSES = 44, 20, 4, 3


def _outputs(library: ModuleType, names: str) -> tuple[Any, dict[str, Any]]:
    """An input and outputs by name: `score` is one number, `class` logits, `flag` a probability."""
    layers = library.layers
    x = library.Input(shape=(FEATURES,), name="features")
    h = layers.Dense(5, activation="tanh", name="hidden")(x)
    makers = {
        "score": lambda: layers.Dense(1, name="score")(h),
        "class": lambda: layers.Dense(CLASSES, activation="softmax", name="class")(h),
        "flag": lambda: layers.Dense(1, activation="sigmoid", name="flag")(h),
        "penalized": lambda: layers.Dense(1, name="penalized", kernel_regularizer="l2")(h),
    }
    return x, {name: makers[name]() for name in names.split()}


def _subclass(library: ModuleType, names: str) -> Any:
    """A subclass of Model whose outputs are a dict."""
    x, outputs = _outputs(library, names)
    inner = library.Model(x, list(outputs.values()))

    class Wrapper(library.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.inner = inner

        def call(self, x: Any) -> Any:
            return dict(zip(outputs, self.inner(x), strict=True))

    model = Wrapper()
    model(np.zeros((1, FEATURES)))
    return model


def _targets(rows: int, seed: int, names: str, dtype: str) -> tuple[Any, dict[str, Any]]:
    x = inputs.uniform((rows, FEATURES), seed, -1.0, 1.0).astype(dtype)
    values = (x @ np.arange(1.0, FEATURES + 1.0)).astype(dtype)
    every = {
        "score": values.reshape(-1, 1),
        "class": inputs.labels(rows, CLASSES, seed + 1),
        "flag": (values > 0).astype(dtype).reshape(-1, 1),
        "penalized": -values.reshape(-1, 1),
    }
    return x, {name: every[name] for name in names.split()}


def _as_list(given: dict[str, Any]) -> Any:
    values = list(given.values())
    return values if len(values) > 1 else values[0]


def _reversed(given: dict[str, Any]) -> Any:
    return dict(reversed(given.items()))


def _case(
    library: ModuleType,
    dtype: str,
    *,
    names: str = "score class",
    structure: Callable[[dict[str, Any]], Any] = _as_list,
    targets: Callable[[dict[str, Any]], Any] = _as_list,
    weights: Callable[[dict[str, Any]], Any] | None = None,
    subclass: bool = False,
    compile_arguments: Callable[[ModuleType], dict[str, Any]],
) -> Results:
    with floatx(library, dtype):
        if subclass:
            model = _subclass(library, names)
        else:
            x, outputs = _outputs(library, names)
            model = library.Model(x, structure(outputs))
        for i, name in enumerate(
            ["hidden", *names.split()]
        ):  # Keras orders the layers of outputs in a dict by its keys
            layer = (model.inner if subclass else model).get_layer(name)
            layer.set_weights(inputs.weights_away_from_zero([w.shape for w in layer.get_weights()], 60 + i))
        model.compile(optimizer=library.optimizers.SGD(2**-4), **compile_arguments(library))
        x, y = _targets(ROWS, 71, names, dtype)
        xv, yv = _targets(HELD_OUT, 75, names, dtype)
        arguments: dict[str, Any] = {}
        if weights is not None:
            each = {name: inputs.uniform((ROWS,), 79 + i, 0.0, 2.0) for i, name in enumerate(names.split())}
            arguments["sample_weight"] = weights(each)
        arguments |= {
            "validation_data": (xv, targets(yv)),
            "batch_size": 16,
            "epochs": 2,
            "shuffle": False,
            "verbose": 0,
        }
        history = model.fit(x, targets(y), **arguments)
        evaluated = model.evaluate(xv, targets(yv), batch_size=8, verbose=0, return_dict=True)
    return {"history": history.history, "evaluated": evaluated}


def largest_error(y_true: Any, y_pred: Any) -> Any:
    """A metric that is a function: the largest entry of the difference of each sample."""
    return (y_true - y_pred)[:, 0] ** 2


BOTH = ["mse", "sparse_categorical_crossentropy"]
BY_NAME = {"class": "sparse_categorical_crossentropy", "score": "mse"}
THREE = {"class": "sparse_categorical_crossentropy", "flag": "binary_crossentropy", "score": "mae"}

FORMS: dict[str, dict[str, Any]] = {
    "list": {"compile_arguments": lambda k: {"loss": BOTH}},
    "dict": {"compile_arguments": lambda k: {"loss": BY_NAME}},
    "targets_by_name": {"targets": _reversed, "compile_arguments": lambda k: {"loss": BOTH}},
    "objects": {
        "compile_arguments": lambda k: {
            "loss": [k.losses.MeanSquaredError(), k.losses.SparseCategoricalCrossentropy()],
            "metrics": [
                [k.metrics.MeanAbsolutePercentageError(), k.metrics.MeanAbsoluteError()],
                [k.metrics.SparseCategoricalAccuracy()],
            ],
        },
    },
    "metrics_by_name": {
        "compile_arguments": lambda k: {
            "loss": BY_NAME,
            "loss_weights": {"class": 1.0, "score": 2.0},
            "metrics": {"class": ["accuracy"], "score": ["mape", k.metrics.MeanAbsoluteError()]},
        },
    },
    "metrics_of_one": {"compile_arguments": lambda k: {"loss": BOTH, "metrics": {"class": "accuracy"}}},
    "one_metric_each": {"compile_arguments": lambda k: {"loss": BOTH, "metrics": ["mae", "accuracy"]}},
    "none_in_metrics": {"compile_arguments": lambda k: {"loss": BOTH, "metrics": [None, ["accuracy"]]}},
    "named_metrics": {
        "compile_arguments": lambda k: {
            "loss": BOTH,
            "metrics": [[k.metrics.MeanSquaredError(name="error"), largest_error], [k.metrics.Mean(name="unused")][:0]],
        },
    },
    "repeated_metrics": {
        "compile_arguments": lambda k: {"loss": BOTH, "metrics": [["mae", "mae"], ["acc", "accuracy"]]}
    },
    "weighted_metrics": {
        "weights": _as_list,
        "compile_arguments": lambda k: {
            "loss": BOTH, "metrics": [["mae"], ["accuracy"]], "weighted_metrics": [["mae"], ["accuracy"]]
        },
    },
    "weights_by_output": {
        "weights": _as_list, "compile_arguments": lambda k: {"loss": BOTH, "loss_weights": [0.5, 2.0]}
    },
    "one_loss_for_all": {
        "names": "score flag", "compile_arguments": lambda k: {"loss": "mse", "metrics": [["mae"], ["accuracy"]]}
    },
    "three": {
        "names": "score class flag",
        "targets": _reversed,
        "compile_arguments": lambda k: {
            "loss": THREE,
            "loss_weights": {"flag": 3.0, "score": 0.5, "class": 1.0},
            "metrics": {"flag": ["accuracy", "mse"], "class": ["acc"]},
        },
    },
    "dict_outputs": {
        "structure": dict,
        "targets": _reversed,
        "compile_arguments": lambda k: {"loss": BY_NAME, "metrics": {"score": ["mae"], "class": ["accuracy"]}},
    },
    "subclass": {
        "subclass": True,
        "targets": dict,
        "compile_arguments": lambda k: {"loss": BY_NAME, "metrics": {"score": ["mae"], "class": ["accuracy"]}},
    },
    "regularized": {"names": "score penalized", "compile_arguments": lambda k: {"loss": ["mse", "mae"]}},
    "single": {
        "names": "score", "compile_arguments": lambda k: {"loss": "mse", "metrics": ["mse", "mae", largest_error]}
    },
    "single_by_name": {
        "names": "class",
        "compile_arguments": lambda k: {
            "loss": {"class": "sparse_categorical_crossentropy"}, "metrics": {"class": ["acc"]}
        },
    },
    "single_weighted": {
        "names": "class",
        "weights": _as_list,
        "compile_arguments": lambda k: {
            "loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], "weighted_metrics": ["accuracy"]
        },
    },
    "fitting_crossentropy": {
        "names": "class", "compile_arguments": lambda k: {"loss": "crossentropy", "metrics": ["accuracy"]}
    },
}  # fmt: skip

CASES: dict[str, Callable[[ModuleType, str], Results]] = {name: partial(_case, **form) for name, form in FORMS.items()}
