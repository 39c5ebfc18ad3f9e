"""What `fit`, `evaluate` and `predict` report: keys, values, the weight of a short last batch, when callbacks see what.

The order of samples is given (`shuffle=False`), and computation is in float64 under Keras.
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

FILE = "fitting.json"
ROWS, HELD_OUT, FEATURES, CLASSES = 50, 21, 6, 3


def _classifier(library: ModuleType, **compile_arguments: Any) -> Any:
    x = library.Input(shape=(FEATURES,), name="features")
    h = library.layers.Dense(5, activation="tanh", name="hidden")(x)
    model = library.Model(x, library.layers.Dense(CLASSES, activation="softmax", name="classes")(h))
    return _prepared(library, model, {"loss": "sparse_categorical_crossentropy"} | compile_arguments)


def _regressor(library: ModuleType, **compile_arguments: Any) -> Any:
    x = library.Input(shape=(FEATURES,), name="features")
    model = library.Model(x, library.layers.Dense(1, name="value")(x))
    return _prepared(library, model, {"loss": "mse"} | compile_arguments)


def _two_outputs(library: ModuleType, **compile_arguments: Any) -> Any:
    x = library.Input(shape=(FEATURES,), name="features")
    h = library.layers.Dense(5, activation="tanh", name="hidden")(x)
    outputs = [library.layers.Dense(1, name="score")(h), library.layers.Dense(CLASSES, name="class")(h)]
    logits = library.losses.SparseCategoricalCrossentropy(from_logits=True)
    return _prepared(library, library.Model(x, outputs), {"loss": ["mse", logits]} | compile_arguments)


def _prepared(library: ModuleType, model: Any, compile_arguments: dict[str, Any]) -> Any:
    model.set_weights(inputs.weights_away_from_zero([w.shape for w in model.get_weights()], 80))
    model.compile(optimizer=library.optimizers.SGD(2**-4), **compile_arguments)
    return model


def _data(rows: int, seed: int, dtype: str) -> tuple[Any, Any, Any]:
    x = inputs.uniform((rows, FEATURES), seed, -1.0, 1.0).astype(dtype)
    return x, inputs.labels(rows, CLASSES, seed + 1), (x @ np.arange(1.0, FEATURES + 1.0)).astype(dtype)


def _recorder(library: ModuleType, seen: dict[str, Any]) -> Any:
    """A callback that notes the keys of the logs at each hook, the order of hooks, and the loss of each batch."""

    class Recorder(library.callbacks.Callback):  # type: ignore[misc, name-defined]
        def _note(self, hook: str, logs: dict[str, Any] | None) -> None:
            seen["hooks"].append(hook)
            seen["log_keys"].setdefault(hook, sorted(logs or {}))

        def on_train_begin(self, logs: Any = None) -> None:
            seen["params"] = {key: self.params[key] for key in ("epochs", "steps")}
            self._note("train_begin", logs)

        def on_train_end(self, logs: Any = None) -> None:
            self._note("train_end", logs)

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._note("epoch_begin", logs)

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self._note("epoch_end", logs)

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            self._note("train_batch_begin", logs)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self._note("train_batch_end", logs)
            seen["batch_losses"].append(float(logs["loss"]))

        def on_test_begin(self, logs: Any = None) -> None:
            self._note("test_begin", logs)

        def on_test_end(self, logs: Any = None) -> None:
            self._note("test_end", logs)

        def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
            self._note("test_batch_begin", logs)

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            self._note("test_batch_end", logs)

    return Recorder()


Prepare = Callable[[ModuleType, str], tuple[Any, Any, Any, dict[str, Any]]]


def _fit(library: ModuleType, dtype: str, *, prepare: Prepare) -> Results:
    """Fits, then evaluates and predicts on the held-out rows."""
    seen: dict[str, Any] = {"hooks": [], "log_keys": {}, "batch_losses": []}
    with floatx(library, dtype):
        model, train, held_out, arguments = prepare(library, dtype)
        arguments = {"batch_size": 16, "epochs": 2, "shuffle": False, "verbose": 0} | arguments
        history = model.fit(*train, callbacks=[_recorder(library, seen)], **arguments)
        evaluated = model.evaluate(*held_out, batch_size=8, verbose=0, return_dict=True)
        predicted = model.predict(held_out[0], batch_size=8, verbose=0)
    predicted = predicted if isinstance(predicted, list) else [predicted]
    return seen | {
        "history": history.history,
        "epochs": list(history.epoch),
        "evaluated": evaluated,
        "predicted": [np.asarray(values[:3], np.float64) for values in predicted],
        "weights": [np.asarray(weight, np.float64) for weight in model.get_weights()],
    }


def _plain(library: ModuleType, dtype: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    (x, y, _), (xv, yv, _) = _data(ROWS, 81, dtype), _data(HELD_OUT, 91, dtype)
    return _classifier(library, metrics=["accuracy"]), (x, y), (xv, yv), {"validation_data": (xv, yv)}


def _validation_split(library: ModuleType, dtype: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    (x, y, _), (xv, yv, _) = _data(ROWS, 81, dtype), _data(HELD_OUT, 91, dtype)
    arguments = {"validation_split": 0.25, "validation_batch_size": 5}
    return _classifier(library, metrics=["sparse_categorical_accuracy"]), (x, y), (xv, yv), arguments


def _sample_weight(library: ModuleType, dtype: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    (x, y, _), (xv, yv, _) = _data(ROWS, 81, dtype), _data(HELD_OUT, 91, dtype)
    weights, held_out_weights = (inputs.uniform((n,), 99, 0.0, 2.0).astype(dtype) for n in (ROWS, HELD_OUT))
    model = _classifier(library, metrics=["accuracy"], weighted_metrics=["sparse_categorical_crossentropy"])
    arguments = {"sample_weight": weights, "validation_data": (xv, yv, held_out_weights)}
    return model, (x, y), (xv, yv), arguments


def _class_weight(library: ModuleType, dtype: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    (x, y, _), (xv, yv, _) = _data(ROWS, 81, dtype), _data(HELD_OUT, 91, dtype)
    arguments = {"class_weight": {0: 1.0, 1: 2.0, 2: 0.5}, "validation_data": (xv, yv)}
    return _classifier(library, metrics=["accuracy"]), (x, y), (xv, yv), arguments


def _regression(library: ModuleType, dtype: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    (x, _, y), (xv, _, yv) = _data(ROWS, 81, dtype), _data(HELD_OUT, 91, dtype)
    model = _regressor(library, metrics=["mae", library.metrics.RootMeanSquaredError(name="rmse")])
    return model, (x, y), (xv, yv), {"validation_data": (xv, yv), "epochs": 3, "validation_freq": 2}


def _initial_epoch(library: ModuleType, dtype: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    (x, _, y), (xv, _, yv) = _data(ROWS, 81, dtype), _data(HELD_OUT, 91, dtype)
    return _regressor(library), (x, y), (xv, yv), {"epochs": 4, "initial_epoch": 2}


def _regularized(library: ModuleType, dtype: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    (x, _, y), (xv, _, yv) = _data(ROWS, 81, dtype), _data(HELD_OUT, 91, dtype)
    inputs_ = library.Input(shape=(FEATURES,), name="features")
    dense = library.layers.Dense(
        1, name="value", kernel_regularizer=library.regularizers.L2(0.02), bias_regularizer="l1"
    )
    model = _prepared(library, library.Model(inputs_, dense(inputs_)), {"loss": "mse", "metrics": ["mse"]})
    return model, (x, y), (xv, yv), {"validation_data": (xv, yv)}


def _outputs(library: ModuleType, dtype: str, **compile_arguments: Any) -> tuple[Any, Any, Any, dict[str, Any]]:
    (x, y, z), (xv, yv, zv) = _data(ROWS, 81, dtype), _data(HELD_OUT, 91, dtype)
    model = _two_outputs(library, **compile_arguments)
    return model, (x, [z, y]), (xv, [zv, yv]), {"validation_data": (xv, [zv, yv])}


def _outputs_weighted(library: ModuleType, dtype: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    return _outputs(library, dtype, loss_weights=[0.25, 2.0], metrics=[["mae"], ["accuracy"]])


def _outputs_by_name(library: ModuleType, dtype: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    logits = library.losses.SparseCategoricalCrossentropy(from_logits=True)
    return _outputs(
        library,
        dtype,
        loss={"class": logits, "score": "mae"},
        loss_weights={"class": 2.0, "score": 0.25},
        metrics={"class": ["accuracy"]},
    )


CASES: dict[str, Callable[[ModuleType, str], Results]] = {
    "plain": partial(_fit, prepare=_plain),
    "validation_split": partial(_fit, prepare=_validation_split),
    "sample_weight": partial(_fit, prepare=_sample_weight),
    "class_weight": partial(_fit, prepare=_class_weight),
    "regression": partial(_fit, prepare=_regression),
    "initial_epoch": partial(_fit, prepare=_initial_epoch),
    "regularized": partial(_fit, prepare=_regularized),
    "outputs": partial(_fit, prepare=_outputs),
    "outputs_weighted": partial(_fit, prepare=_outputs_weighted),
    "outputs_by_name": partial(_fit, prepare=_outputs_by_name),
}
