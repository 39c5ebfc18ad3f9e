"""Values of each loss for every reduction and kind of sample weight."""

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

FILE = "losses.json"
ROWS, CLASSES = 6, 4
REDUCTIONS = ("none", "sum", "sum_over_batch_size", "mean_with_sample_weight")
Pair = tuple[NDArray[Any], NDArray[Any]]


def _labels() -> NDArray[Any]:
    return inputs.labels(ROWS, CLASSES, 30)


def _logits(shape: tuple[int, ...] = (ROWS, CLASSES)) -> NDArray[Any]:
    return inputs.uniform(shape, 31, -4.0, 4.0)


def _binary(shape: tuple[int, ...] = (ROWS, CLASSES)) -> NDArray[Any]:
    return inputs.labels(int(np.prod(shape)), 2, 32).reshape(shape).astype(np.float64)


def _certain() -> NDArray[Any]:
    """Probabilities of exactly 0 and 1, right and wrong: what is kept away from log(0), and how far."""
    return inputs.one_hot(np.array([0, 1, 2, 3, 0, 1]), CLASSES)


def _embeddings() -> NDArray[Any]:
    points = inputs.uniform((ROWS, 3), 66, -1.0, 1.0)
    lengths: NDArray[Any] = np.linalg.norm(points, axis=-1, keepdims=True)
    return points / lengths


def _pairs() -> dict[str, tuple[str, dict[str, Any], Pair]]:
    labels, logits = _labels(), _logits()
    steps = inputs.labels(ROWS * 3, CLASSES, 37).reshape(ROWS, 3)
    one_hot, binary = inputs.one_hot(labels, CLASSES), _binary()
    probabilities = inputs.probabilities((ROWS, CLASSES), 33)
    sigmoids = inputs.uniform((ROWS, CLASSES), 34)
    real, far = inputs.uniform((ROWS, CLASSES), 35, -2.0, 2.0), inputs.uniform((ROWS, CLASSES), 36, -2.0, 2.0)
    sparse, dense, two = "SparseCategoricalCrossentropy", "CategoricalCrossentropy", "BinaryCrossentropy"
    return {
        "sparse_crossentropy_logits": (sparse, {"from_logits": True}, (labels, logits)),
        "sparse_crossentropy_column": (sparse, {"from_logits": True}, (labels[:, None], logits)),
        "sparse_crossentropy_probabilities": (sparse, {}, (labels, probabilities)),
        "sparse_crossentropy_certain": (sparse, {}, (labels, _certain())),
        "sparse_crossentropy_extreme_logits": (sparse, {"from_logits": True}, (labels, 200.0 * logits)),
        "sparse_crossentropy_ignore_class": (sparse, {"from_logits": True, "ignore_class": 2}, (labels, logits)),
        "sparse_crossentropy_steps": (sparse, {"from_logits": True}, (steps, _logits((ROWS, 3, CLASSES)))),
        "categorical_crossentropy_logits": (dense, {"from_logits": True}, (one_hot, logits)),
        "categorical_crossentropy_probabilities": (dense, {}, (one_hot, probabilities)),
        "categorical_crossentropy_certain": (dense, {}, (one_hot, _certain())),
        "categorical_crossentropy_unnormalised": (dense, {}, (one_hot, 3.0 * probabilities)),
        "categorical_crossentropy_smoothed": (dense, {"from_logits": True, "label_smoothing": 0.2}, (one_hot, logits)),
        "categorical_crossentropy_axis": (
            dense,
            {"from_logits": True, "axis": 1},
            (inputs.one_hot(steps, CLASSES).swapaxes(1, 2), _logits((ROWS, CLASSES, 3))),
        ),
        "binary_crossentropy_logits": (two, {"from_logits": True}, (binary, logits)),
        "binary_crossentropy_extreme_logits": (two, {"from_logits": True}, (binary, 200.0 * logits)),
        "binary_crossentropy_probabilities": (two, {}, (binary, sigmoids)),
        "binary_crossentropy_certain": (two, {}, (binary, _binary()[::-1].copy())),
        "binary_crossentropy_smoothed": (two, {"label_smoothing": 0.2}, (binary, sigmoids)),
        "binary_crossentropy_flat_targets": (two, {"from_logits": True}, (_binary((ROWS,)), _logits((ROWS, 1)))),
        "mean_squared_error": ("MeanSquaredError", {}, (real, far)),
        "mean_squared_error_flat_targets": ("MeanSquaredError", {}, (real[:, 0], far[:, :1])),
        "mean_squared_error_steps": ("MeanSquaredError", {}, (_binary((6, 3, 2)), _logits((6, 3, 2)))),
        "mean_absolute_error": ("MeanAbsoluteError", {}, (real, far)),
        "mean_absolute_error_steps": ("MeanAbsoluteError", {}, (_binary((6, 3, 2)), _logits((6, 3, 2)))),
        "mean_absolute_error_flat_targets": ("MeanAbsoluteError", {}, (real[:, 0], far[:, :1])),
    }


def _further_pairs() -> dict[str, tuple[str, dict[str, Any], Pair]]:
    labels, logits = _labels(), _logits()
    one_hot, binary = inputs.one_hot(labels, CLASSES), _binary()
    probabilities, others = inputs.probabilities((ROWS, CLASSES), 33), inputs.probabilities((ROWS, CLASSES), 60)
    sigmoids = inputs.uniform((ROWS, CLASSES), 34)
    real, far = inputs.uniform((ROWS, CLASSES), 35, -2.0, 2.0), inputs.uniform((ROWS, CLASSES), 36, -2.0, 2.0)
    positive = inputs.uniform((ROWS, CLASSES), 61, 0.1, 5.0), inputs.uniform((ROWS, CLASSES), 62, 0.1, 5.0)
    counts = np.floor(positive[0])
    signs = 2 * binary - 1
    two, many = "BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"
    balanced = {"apply_class_balancing": True, "alpha": 0.3, "gamma": 1.5}
    images = _binary((ROWS, 3, 2)), inputs.uniform((ROWS, 3, 2), 63)
    return {
        "mean_absolute_percentage_error": ("MeanAbsolutePercentageError", {}, positive),
        "mean_squared_logarithmic_error": ("MeanSquaredLogarithmicError", {}, positive),
        "huber": ("Huber", {}, (real, far)),
        "huber_delta": ("Huber", {"delta": 0.5}, (real, far)),
        "huber_flat_targets": ("Huber", {}, (real[:, 0], far[:, :1])),
        "log_cosh": ("LogCosh", {}, (real, 10.0 * far)),
        "binary_focal_logits": (two, {"from_logits": True}, (binary, logits)),
        "binary_focal_probabilities": (two, {}, (binary, sigmoids)),
        "binary_focal_balanced": (two, balanced, (binary, sigmoids)),
        "binary_focal_smoothed": (two, {"label_smoothing": 0.2}, (binary, sigmoids)),
        "binary_focal_flat_targets": (two, {}, (binary[:, 0], sigmoids[:, :1])),
        "categorical_focal_logits": (many, {"from_logits": True}, (one_hot, logits)),
        "categorical_focal_probabilities": (many, {"alpha": 0.5, "gamma": 3.0}, (one_hot, 2.0 * probabilities)),
        "categorical_focal_smoothed": (many, {"label_smoothing": 0.2}, (one_hot, probabilities)),
        "kl_divergence": ("KLDivergence", {}, (probabilities, others)),
        "kl_divergence_certain": ("KLDivergence", {}, (one_hot, others)),
        "poisson": ("Poisson", {}, (counts, positive[1])),
        "poisson_steps": ("Poisson", {}, (_binary((6, 3, 2)), inputs.uniform((6, 3, 2), 64, 0.1, 3.0))),
        "cosine_similarity": ("CosineSimilarity", {}, (real, far)),
        "cosine_similarity_axis": ("CosineSimilarity", {"axis": 1}, (_binary((6, 3, 2)), _logits((6, 3, 2)))),
        "hinge": ("Hinge", {}, (signs, far)),
        "hinge_of_zeros_and_ones": ("Hinge", {}, (binary, far)),
        "squared_hinge": ("SquaredHinge", {}, (signs, far)),
        "categorical_hinge": ("CategoricalHinge", {}, (one_hot, far)),
        "dice": ("Dice", {}, images),
        "dice_of_each_sample": ("Dice", {"axis": (1, 2)}, images),
        "tversky": ("Tversky", {}, images),
        "circle": ("Circle", {}, (inputs.labels(ROWS, 2, 65), _embeddings())),
        "circle_gamma": ("Circle", {"gamma": 4.0, "margin": 0.25}, (labels[:, None], _embeddings())),
        "circle_diagonal": ("Circle", {"gamma": 4.0, "remove_diagonal": False}, (labels, _embeddings())),
        "generalized_crossentropy": ("CategoricalGeneralizedCrossEntropy", {"q": 0.7}, (labels, probabilities)),
        "tversky_of_each_sample": ("Tversky", {"alpha": 0.3, "beta": 0.7, "axis": (1, 2)}, images),
    }


def _weights(shape: tuple[int, ...]) -> dict[str, NDArray[Any] | None]:
    """One weight for each row, or one for each value of the unreduced loss; none for a value of the whole batch."""
    if not shape:
        return {"unweighted": None}
    rows = (shape[0],) + (1,) * (len(shape) - 1)
    weights: dict[str, NDArray[Any] | None] = {
        "unweighted": None,
        "weighted": inputs.uniform(rows, 38, 0.1, 2.0),
        "some_zero": inputs.uniform(rows, 38) * (np.arange(shape[0]) % 2).reshape(rows),
        "all_zero": np.zeros(rows),
    }
    if len(shape) > 1:
        weights["weighted_steps"] = inputs.uniform(shape, 39, 0.1, 2.0)
    return weights


def _values(library: ModuleType, dtype: str, *, name: str, arguments: dict[str, Any], pair: Pair) -> Results:
    y_true, y_pred = pair[0], pair[1].astype(dtype)
    y_true = y_true if y_true.dtype == np.int64 else y_true.astype(dtype)
    results: Results = {"name": getattr(library.losses, name)(**arguments).name}
    with floatx(library, dtype):
        loss_class = getattr(library.losses, name)
        unreduced = np.asarray(loss_class(reduction="none", **arguments)(y_true, y_pred))
        for reduction in REDUCTIONS:
            loss = loss_class(reduction=reduction, **arguments)
            for kind, weight in _weights(unreduced.shape).items():
                weight = None if weight is None else weight.astype(dtype)
                results[f"{reduction}/{kind}"] = np.asarray(loss(y_true, y_pred, sample_weight=weight), np.float64)
    return results


CASES: dict[str, Callable[[ModuleType, str], Results]] = {
    case: partial(_values, name=name, arguments=arguments, pair=pair)
    for case, (name, arguments, pair) in (_pairs() | _further_pairs()).items()
}
