"""The running result of each metric after each of several batches, without weights and with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import inputs
from .precision import floatx
from .store import Results

FILE = "metrics.json"
CLASSES = 4
BATCHES = (5, 5, 3)
ROWS = sum(BATCHES)
Pair = tuple[NDArray[Any], NDArray[Any]]


def _of_targets() -> dict[str, tuple[str, dict[str, Any], Pair]]:
    labels = inputs.labels(ROWS, CLASSES, 40)
    scores = inputs.probabilities((ROWS, CLASSES), 41)
    one_hot = inputs.one_hot(labels, CLASSES)
    binary = inputs.labels(ROWS * CLASSES, 2, 42).reshape(ROWS, CLASSES).astype(np.float64)
    sigmoids = inputs.uniform((ROWS, CLASSES), 43)
    real, other = inputs.uniform((ROWS, CLASSES), 44, -2.0, 2.0), inputs.uniform((ROWS, CLASSES), 45, -2.0, 2.0)
    sparse, dense, two = "SparseCategorical", "Categorical", "Binary"
    steps = inputs.labels(ROWS * 3, CLASSES, 46).reshape(ROWS, 3)
    return {
        "sparse_categorical_accuracy": (f"{sparse}Accuracy", {}, (labels, scores)),
        "sparse_categorical_accuracy_column": (f"{sparse}Accuracy", {}, (labels[:, None], scores)),
        "sparse_categorical_accuracy_steps": (
            f"{sparse}Accuracy",
            {},
            (steps, inputs.probabilities((ROWS, 3, CLASSES), 47)),
        ),
        "categorical_accuracy": (f"{dense}Accuracy", {}, (one_hot, scores)),
        "binary_accuracy": (f"{two}Accuracy", {}, (binary, sigmoids)),
        "binary_accuracy_threshold": (f"{two}Accuracy", {"threshold": 0.8}, (binary, sigmoids)),
        "binary_accuracy_flat_targets": (f"{two}Accuracy", {}, (binary[:, 0], sigmoids[:, :1])),
        "accuracy": ("Accuracy", {}, (labels[:, None], inputs.labels(ROWS, CLASSES, 48)[:, None])),
        "sparse_categorical_crossentropy": (f"{sparse}Crossentropy", {}, (labels, scores)),
        "categorical_crossentropy": (f"{dense}Crossentropy", {"from_logits": True}, (one_hot, other)),
        "binary_crossentropy": (f"{two}Crossentropy", {}, (binary, sigmoids)),
        "mean_squared_error": ("MeanSquaredError", {}, (real, other)),
        "mean_squared_error_flat_targets": ("MeanSquaredError", {}, (real[:, 0], other[:, :1])),
        "root_mean_squared_error": ("RootMeanSquaredError", {}, (real, other)),
        "mean_absolute_error": ("MeanAbsoluteError", {}, (real, other)),
    }


def _batches() -> list[slice]:
    ends = np.cumsum(BATCHES)
    return [slice(int(end) - size, int(end)) for end, size in zip(ends, BATCHES, strict=True)]


def _run(metric: Any, arguments: Callable[[slice], tuple[Any, ...]], weights: NDArray[Any] | None) -> NDArray[Any]:
    """The result before any batch, after each batch, and after a reset."""
    results = [float(metric.result())]
    for rows in _batches():
        metric.update_state(*arguments(rows), sample_weight=None if weights is None else weights[rows])
        results.append(float(metric.result()))
    metric.reset_state()
    return np.array([*results, float(metric.result())])


def _targets(library: ModuleType, dtype: str, *, name: str, arguments: dict[str, Any], pair: Pair) -> Results:
    y_true, y_pred = pair[0], pair[1].astype(dtype if pair[1].dtype == np.float64 else pair[1].dtype)
    y_true = y_true if y_true.dtype == np.int64 else y_true.astype(dtype)
    weights = {"unweighted": None, "weighted": inputs.uniform((ROWS,), 49).astype(dtype)}
    with floatx(library, dtype):
        metric = getattr(library.metrics, name)(**arguments)
        return {kind: _run(metric, lambda rows: (y_true[rows], y_pred[rows]), w) for kind, w in weights.items()} | {
            "name": metric.name
        }


def _values(library: ModuleType, dtype: str, *, name: str, shape: tuple[int, ...]) -> Results:
    values = inputs.uniform(shape, 50, -1.0, 3.0).astype(dtype)
    weights = {"unweighted": None, "weighted": inputs.uniform((ROWS,), 49).astype(dtype)}
    with floatx(library, dtype):
        metric = getattr(library.metrics, name)()
        return {kind: _run(metric, lambda rows: (values[rows],), w) for kind, w in weights.items()} | {
            "name": metric.name
        }


CASES: dict[str, Callable[[ModuleType, str], Results]] = {
    case: partial(_targets, name=name, arguments=arguments, pair=pair)
    for case, (name, arguments, pair) in _of_targets().items()
}
CASES |= {
    "mean": partial(_values, name="Mean", shape=(ROWS,)),
    "mean_of_rows": partial(_values, name="Mean", shape=(ROWS, 2)),
    "sum": partial(_values, name="Sum", shape=(ROWS,)),
}
