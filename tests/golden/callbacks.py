"""What callbacks do: every hook of a run in order, and the callbacks that follow a figure along scripted logs.

The scripts need no training: the callback is told of epochs as `fit` would tell it, with the logs that the script has.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from . import inputs
from .precision import floatx
from .store import Results

FILE = "callbacks.json"
HOOKS = [
    f"{stage}_{side}"
    for stage in ("train", "test", "predict", "epoch", "train_batch", "test_batch", "predict_batch")
    for side in ("begin", "end")
]

# Values of the monitored figure, epoch by epoch.
FALLING = (1.0, 0.75, 0.5, 0.5625, 0.46875, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5)
RISING = (0.25, 0.5, 0.5, 0.4375, 0.625, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5)
EARLY_STOPPING: dict[str, tuple[Sequence[float], dict[str, Any]]] = {
    "defaults": (FALLING, {}),
    "patience": (FALLING, {"patience": 3}),
    "max": (RISING, {"patience": 2, "mode": "max"}),
    "min_delta": (FALLING, {"patience": 2, "min_delta": 0.125}),
    "restored": (FALLING, {"patience": 3, "restore_best_weights": True}),
    "restored_by_the_end_of_epochs": (FALLING, {"patience": 20, "restore_best_weights": True}),
    "baseline": (FALLING, {"patience": 2, "baseline": 0.4375, "restore_best_weights": True}),
    "baseline_beaten": (FALLING, {"patience": 3, "baseline": 0.875}),
    "start_from_epoch": (FALLING, {"patience": 1, "start_from_epoch": 5, "restore_best_weights": True}),
    "worse_at_once": ((0.5, 1.0, 2.0), {"restore_best_weights": True}),
}
REDUCE_LR: dict[str, tuple[Sequence[float], dict[str, Any]]] = {
    "patience": (FALLING, {"patience": 2, "factor": 0.5}),
    "max": (RISING, {"patience": 2, "factor": 0.5, "mode": "max"}),
    "min_delta": (FALLING, {"patience": 2, "factor": 0.5, "min_delta": 0.25}),
    "cooldown": (FALLING, {"patience": 1, "factor": 0.5, "cooldown": 2}),
    "min_lr": (FALLING, {"patience": 1, "factor": 0.25, "min_lr": 2**-4}),
}
CSV_LOGS = [
    {"loss": 0.5, "accuracy": 0.1},
    {"loss": 0.1 + 0.2, "accuracy": 1e-20},
    {"loss": float("nan"), "accuracy": 1},
]


def _recorder(library: ModuleType, seen: list[str]) -> Any:
    """A callback that overrides every hook and notes when each is called, with which number and which keys."""

    def noting(name: str) -> Callable[..., None]:
        def hook(self: Any, *arguments: Any, logs: Any = None) -> None:
            numbers = [str(argument) for argument in arguments if isinstance(argument, int)]
            keys = sorted(next((a for a in (*arguments, logs) if isinstance(a, Mapping)), ()))
            seen.append(" ".join([name, *numbers, *keys]))

        return hook

    hooks = {f"on_{name}": noting(name) for name in HOOKS}
    recorder: Any = type("Recorder", (library.callbacks.Callback,), hooks)
    return recorder()


def _hooks(library: ModuleType, dtype: str, *, older: bool) -> Results:
    seen: list[str] = []
    recorder = _recorder(library, seen)
    if older:
        hooks = {f"on_batch_{side}": lambda self, batch, logs=None, side=side: seen.append(f"batch_{side} {batch}")
                 for side in ("begin", "end")}  # fmt: skip
        recorder = type("Older", (library.callbacks.Callback,), hooks)()
    with floatx(library, dtype):
        features = library.Input(shape=(2,))
        model = library.Model(features, library.layers.Dense(1)(features))
        model.compile(optimizer=library.optimizers.SGD(2**-4), loss="mse", metrics=["mae"])
        x, y = inputs.uniform((5, 2), 3).astype(dtype), inputs.uniform((5, 1), 4).astype(dtype)
        arguments: dict[str, Any] = {"batch_size": 2, "verbose": 0, "callbacks": [recorder]}
        model.fit(x, y, epochs=2, shuffle=False, validation_data=(x[:3], y[:3]), **arguments)
        model.evaluate(x, y, **arguments)
        model.predict(x, **arguments)
    return {"hooks": seen}


class _Model:
    """As much of a model as a callback sees; its weights say which epoch they are of."""

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.stop_training = False
        self.metrics: list[Any] = []
        self.epoch = -1

    def get_weights(self) -> list[Any]:
        return [np.asarray(self.epoch)]

    def set_weights(self, weights: list[Any]) -> None:
        self.epoch = int(weights[0])


def _follow(
    library: ModuleType, dtype: str, *, callback: str, script: Sequence[float], arguments: dict[str, Any]
) -> Results:
    figure = "score" if arguments.get("mode") == "max" else "val_loss"
    follower = getattr(library.callbacks, callback)(monitor=figure, **arguments)
    model = _Model(library.optimizers.SGD(learning_rate=0.5))
    follower.set_model(model)
    follower.set_params({"epochs": len(script)})
    follower.on_train_begin()
    rates = []
    for epoch, value in enumerate(script):
        follower.on_epoch_begin(epoch)
        model.epoch = epoch
        follower.on_epoch_end(epoch, {figure: value})
        rates.append(float(np.asarray(getattr(model.optimizer.learning_rate, "value", model.optimizer.learning_rate))))
        if model.stop_training:
            break
    follower.on_train_end({})
    return {"epochs": len(rates), "weights_of": model.epoch, "rates": rates, "best": follower.best}


def _csv(library: ModuleType, dtype: str, *, separator: str, appended: bool) -> Results:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "log.csv")
        for _ in range(2 if appended else 1):
            logger = library.callbacks.CSVLogger(str(path), separator=separator, append=appended)
            logger.set_params({"do_validation": True})
            logger.on_train_begin()
            for epoch, logs in enumerate(CSV_LOGS):
                logger.on_epoch_end(epoch, logs | ({"val_loss": 0.25} if epoch == 1 else {}))
            logger.on_train_end()
        return {"text": path.read_text().split()}


CASES: dict[str, Callable[[ModuleType, str], Results]] = (
    {"hooks": partial(_hooks, older=False), "hooks/older_names": partial(_hooks, older=True)}
    | {
        f"early_stopping/{name}": partial(_follow, callback="EarlyStopping", script=script, arguments=arguments)
        for name, (script, arguments) in EARLY_STOPPING.items()
    }
    | {
        f"reduce_lr/{name}": partial(_follow, callback="ReduceLROnPlateau", script=script, arguments=arguments)
        for name, (script, arguments) in REDUCE_LR.items()
    }
    | {
        "csv": partial(_csv, separator=",", appended=False),
        "csv/appended": partial(_csv, separator=";", appended=True),
    }
)
