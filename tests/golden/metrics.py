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


def _of_distributions() -> dict[str, tuple[str, dict[str, Any], Pair]]:
    """Means over samples of further functions."""
    probabilities = inputs.probabilities((ROWS, CLASSES), 41), inputs.probabilities((ROWS, CLASSES), 70)
    positive = inputs.uniform((ROWS, CLASSES), 71, 0.1, 5.0), inputs.uniform((ROWS, CLASSES), 72, 0.1, 5.0)
    real, other = inputs.uniform((ROWS, CLASSES), 44, -2.0, 2.0), inputs.uniform((ROWS, CLASSES), 45, -2.0, 2.0)
    labels = inputs.labels(ROWS, CLASSES, 40)
    one_hot, signs = inputs.one_hot(labels, CLASSES), np.sign(real)
    steps = inputs.uniform((ROWS, 3, 5), 73), inputs.uniform((ROWS, 3, 5), 74)
    ranks = inputs.uniform((ROWS, 10), 75).astype(np.float32)  # the only type that TensorFlow ranks
    return {
        "mean_absolute_percentage_error": ("MeanAbsolutePercentageError", {}, positive),
        "mean_squared_logarithmic_error": ("MeanSquaredLogarithmicError", {}, positive),
        "log_cosh_error": ("LogCoshError", {}, (real, other)),
        "cosine_similarity": ("CosineSimilarity", {}, (real, other)),
        "cosine_similarity_axis": ("CosineSimilarity", {"axis": 1}, steps),
        "kl_divergence": ("KLDivergence", {}, probabilities),
        "poisson": ("Poisson", {}, (np.floor(positive[0]), positive[1])),
        "hinge": ("Hinge", {}, (signs, other)),
        "squared_hinge": ("SquaredHinge", {}, (signs, other)),
        "categorical_hinge": ("CategoricalHinge", {}, (one_hot, other)),
        "top_k_categorical_accuracy": ("TopKCategoricalAccuracy", {"k": 3}, (inputs.one_hot(labels, 10), ranks)),
        "sparse_top_k_categorical_accuracy": ("SparseTopKCategoricalAccuracy", {"k": 2}, (labels, ranks)),
        "pearson_correlation": ("PearsonCorrelation", {}, (real, other)),
        "pearson_correlation_axis": ("PearsonCorrelation", {"axis": 1}, steps),
        "concordance_correlation": ("ConcordanceCorrelation", {}, (real, other)),
    }


def _of_yes_and_no() -> dict[str, tuple[str, dict[str, Any], Pair]]:
    """Counts at thresholds, and what is made of them."""
    binary = inputs.labels(ROWS * CLASSES, 2, 42).reshape(ROWS, CLASSES).astype(np.float64)
    sigmoids = inputs.uniform((ROWS, CLASSES), 43)
    both, flat, column = (binary, sigmoids), (binary[:, 0], sigmoids[:, 0]), (binary[:, 0], sigmoids[:, :1])
    logits = binary, inputs.uniform((ROWS, CLASSES), 76, -3.0, 3.0)
    quarters = binary, np.round(4 * sigmoids) / 4  # many of them at thresholds
    several, uneven, top = {"thresholds": [0.0, 0.5, 1.0]}, {"thresholds": [0.7, 0.2, 0.4]}, {"top_k": 2}
    by_label: dict[str, Any] = {"multi_label": True, "num_labels": CLASSES}
    label_weights: dict[str, Any] = {"label_weights": [0.5, 1.0, 2.0, 0.0]}
    cases: dict[str, tuple[str, dict[str, Any], Pair]] = {}
    for name in ("TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives"):
        cases |= {name: (name, {}, both), f"{name}_uneven": (name, uneven, both), f"{name}_flat": (name, {}, column)}
    for name in ("Precision", "Recall"):
        cases |= {
            name: (name, {}, flat),
            f"{name}_column": (name, {}, column),
            f"{name}_several": (name, several, quarters),
            f"{name}_uneven": (name, uneven, both),
            f"{name}_class": (name, {"class_id": 2}, both),
            f"{name}_top": (name, top, both),
            f"{name}_top_class": (name, {"top_k": 2, "class_id": 1, "thresholds": 0.6}, both),
        }
    cases |= {
        "sensitivity": ("SensitivityAtSpecificity", {"specificity": 0.6}, both),
        "specificity": ("SpecificityAtSensitivity", {"sensitivity": 0.7, "num_thresholds": 20}, both),
        "precision_at_recall": ("PrecisionAtRecall", {"recall": 0.5, "class_id": 1}, both),
        "recall_at_precision": ("RecallAtPrecision", {"precision": 0.6, "num_thresholds": 1}, both),
        "recall_at_precision_flat": ("RecallAtPrecision", {"precision": 0.5}, column),
        "auc_flat": ("AUC", {}, column),
        "auc_ties": ("AUC", {"num_thresholds": 5}, quarters),
        "auc_logits": ("AUC", {"from_logits": True}, logits),
        "auc_thresholds": ("AUC", {"thresholds": [0.8, 0.1, 0.3]}, both),
        "auc_label_weights": ("AUC", {**label_weights, "thresholds": [0.2, 0.7]}, both),
        "auc_by_label": ("AUC", by_label, both),
        "auc_by_label_weights": ("AUC", {**by_label, **label_weights}, both),
        "auc_by_label_pr": ("AUC", {**by_label, "curve": "PR"}, both),
    }
    for curve in ("ROC", "PR", "PRGAIN"):
        for summation in ("interpolation", "minoring", "majoring"):
            arguments = {"curve": curve, "summation_method": summation, "num_thresholds": 30}
            cases[f"auc_{curve}_{summation}"] = ("AUC", arguments, both)
    return cases


def _of_classes_and_outputs() -> dict[str, tuple[str, dict[str, Any], Pair]]:
    """F-scores, intersections over unions and R2, whose state is made at the first batch or is of whole numbers."""
    labels, others = inputs.labels(ROWS, CLASSES, 40), inputs.labels(ROWS, CLASSES, 48)
    one_hot, scores = inputs.one_hot(labels, CLASSES), inputs.probabilities((ROWS, CLASSES), 41)
    binary = inputs.labels(ROWS * CLASSES, 2, 42).reshape(ROWS, CLASSES).astype(np.float64)
    sigmoids = inputs.uniform((ROWS, CLASSES), 43)
    real, other = inputs.uniform((ROWS, CLASSES), 44, -2.0, 2.0), inputs.uniform((ROWS, CLASSES), 45, -2.0, 2.0)
    near = real, real + 0.3 * other
    targets = {"num_classes": CLASSES, "target_class_ids": [0, 2]}
    cases: dict[str, tuple[str, dict[str, Any], Pair]] = {
        "f1_threshold": ("F1Score", {"threshold": 0.4, "average": "macro"}, (binary, sigmoids)),
        "f_half": ("FBetaScore", {"beta": 0.5, "average": "micro"}, (one_hot, scores)),
        "iou": ("IoU", targets, (labels, others)),
        "iou_ignored": ("IoU", {**targets, "ignore_class": 2}, (labels, others)),
        "iou_of_scores": ("IoU", {**targets, "sparse_y_pred": False}, (labels, scores)),
        "binary_iou": ("BinaryIoU", {"threshold": 0.4}, (binary[:, 0], sigmoids[:, 0])),
        "mean_iou": ("MeanIoU", {"num_classes": CLASSES + 1}, (labels, others)),
        "one_hot_iou": ("OneHotIoU", targets, (one_hot, scores)),
        "one_hot_mean_iou": ("OneHotMeanIoU", {"num_classes": CLASSES}, (one_hot, scores)),
        "r2_by_output": ("R2Score", {"class_aggregation": None}, near),
        "r2_by_variance": ("R2Score", {"class_aggregation": "variance_weighted_average"}, near),
        "r2": ("R2Score", {}, near),
        "r2_flat": ("R2Score", {}, (near[0][:, 0], near[1][:, :1])),
        "r2_adjusted": ("R2Score", {"num_regressors": 2}, near),
    }
    for average in (None, "micro", "macro", "weighted"):
        cases[f"f2_{average}"] = ("FBetaScore", {"beta": 2.0, "average": average}, (one_hot, scores))
    return cases


def _batches() -> list[slice]:
    ends = np.cumsum(BATCHES)
    return [slice(int(end) - size, int(end)) for end, size in zip(ends, BATCHES, strict=True)]


def _run(metric: Any, arguments: Callable[[slice], tuple[Any, ...]], weights: NDArray[Any] | None) -> NDArray[Any]:
    """The result before any batch, after each batch, and after a reset."""
    before = _value(metric)
    results = _after_batches(metric, arguments, weights)
    metric.reset_state()
    return np.array([before, *results, _value(metric)])


def _after_batches(
    metric: Any, arguments: Callable[[slice], tuple[Any, ...]], weights: NDArray[Any] | None
) -> list[NDArray[Any]]:
    results = []
    for rows in _batches():
        metric.update_state(*arguments(rows), sample_weight=None if weights is None else weights[rows])
        results.append(_value(metric))
    return results


def _value(metric: Any) -> NDArray[Any]:
    return np.asarray(metric.result(), np.float64)


def _state_of_its_own(library: ModuleType, dtype: str, *, name: str, arguments: dict[str, Any], pair: Pair) -> Results:
    """As `_targets`, of metrics that have no result before the first batch, with weights that are whole numbers."""
    y_true, y_pred = (array if array.dtype == np.int64 else array.astype(dtype) for array in pair)
    weights: dict[str, NDArray[Any] | None] = {"unweighted": None, "weighted": inputs.labels(ROWS, 4, 77)}
    if "IoU" not in name:
        weights["weighted"] = inputs.uniform((ROWS,), 49).astype(dtype)
    results: Results = {}
    with floatx(library, dtype):
        for kind, weight in weights.items():
            metric = getattr(library.metrics, name)(**arguments, name="mine")
            results[kind] = np.array(_after_batches(metric, lambda rows: (y_true[rows], y_pred[rows]), weight))
        library.utils.clear_session()
        return results | {"name": getattr(library.metrics, name)(**arguments).name}


def _targets(library: ModuleType, dtype: str, *, name: str, arguments: dict[str, Any], pair: Pair) -> Results:
    y_true, y_pred = pair[0], pair[1].astype(dtype if pair[1].dtype == np.float64 else pair[1].dtype)
    y_true = y_true if y_true.dtype == np.int64 else y_true.astype(dtype)
    weights = {"unweighted": None, "weighted": inputs.uniform((ROWS,), 49).astype(dtype)}
    with floatx(library, dtype):
        library.utils.clear_session()  # Keras numbers the names of metrics
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


MEANS_AND_COUNTS = _of_targets() | _of_distributions() | _of_yes_and_no()
MADE_AT_THE_FIRST_BATCH = _of_classes_and_outputs()

CASES: dict[str, Callable[[ModuleType, str], Results]] = {
    case: partial(_targets, name=name, arguments=arguments, pair=pair)
    for case, (name, arguments, pair) in MEANS_AND_COUNTS.items()
}
CASES |= {
    case: partial(_state_of_its_own, name=name, arguments=arguments, pair=pair)
    for case, (name, arguments, pair) in MADE_AT_THE_FIRST_BATCH.items()
}
CASES |= {
    "mean": partial(_values, name="Mean", shape=(ROWS,)),
    "mean_of_rows": partial(_values, name="Mean", shape=(ROWS, 2)),
    "sum": partial(_values, name="Sum", shape=(ROWS,)),
}
