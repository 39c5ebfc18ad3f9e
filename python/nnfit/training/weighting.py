"""Weights of samples from weights of classes, and the split of arrays for validation."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from nnfit import tree
from nnfit.training.data_source import is_array_like


def weights_of_classes(y: Any, sample_weight: Any, class_weight: dict[int, float], owner: str) -> np.ndarray:
    """Returns a weight for each sample: its class's, times its own if it has one.

    Args:
        y: Targets: class indices, shape `(samples,)` or `(samples, 1)`, or one-hot rows.
        sample_weight: Weights, or `None`.
        class_weight: Weight by class index; a class that is not named weighs 1.
        owner: Name of the model, for errors.

    Raises:
        ValueError: If there are no targets or several outputs, or a class is not among the targets' indices.
    """
    if y is None or tree.is_nested(y):
        raise ValueError(f"[{owner}] class_weight needs the targets of one output as one array `y`.")
    targets = np.asarray(y)
    if targets.ndim > 1 and targets.shape[-1] > 1:
        classes, known = targets.argmax(axis=-1), targets.shape[-1]
    else:
        classes = targets.reshape(len(targets)).astype(np.int64)
        known = int(max(classes.max(initial=-1), max(class_weight, default=-1))) + 1
    if any(not 0 <= int(key) < known for key in class_weight):
        raise ValueError(f"[{owner}] expected class_weight for classes 0 to {known - 1}; got {sorted(class_weight)}.")
    if classes.min(initial=0) < 0:
        raise ValueError(f"[{owner}] expected class indices of at least 0; got {classes.min()}.")
    table = np.ones(known, dtype=np.float32)
    for key, weight in class_weight.items():
        table[int(key)] = weight
    weights: np.ndarray = table[classes]
    if sample_weight is not None:
        weights = weights * np.asarray(sample_weight).reshape(weights.shape)
    return weights


def split_validation(x: Any, y: Any, sample_weight: Any, fraction: float, owner: str) -> tuple[Any, Any]:
    """Returns `(x, y, sample_weight)` of the first and of the last samples.

    Args:
        x: Arrays.
        y: Targets, or `None`.
        sample_weight: Weights, or `None`.
        fraction: How much goes to the end part, in (0, 1).
        owner: Name of the model, for errors.

    Raises:
        ValueError: If `x` is no array, or one part would be empty.
    """
    if not 0 < fraction < 1:
        raise ValueError(f"[{owner}] expected validation_split in (0, 1); got {fraction!r}.")
    if not is_array_like(x):
        raise ValueError(f"[{owner}] validation_split is for arrays; pass validation_data beside an iterable.")
    data = tree.map_structure(lambda a: a if a is None or hasattr(a, "shape") else np.asarray(a), (x, y, sample_weight))
    rows = len(tree.flatten(x)[0])
    at = int(rows * (1 - fraction))
    if at == 0 or at == rows:
        raise ValueError(f"[{owner}] validation_split={fraction} of {rows} samples leaves one part empty.")
    _warn_of_unlike_labels(data[1], at, owner)
    first, last = slice(None, at), slice(at, None)
    return (
        tree.map_structure(lambda a: None if a is None else _rows(a)[first], data),
        tree.map_structure(lambda a: None if a is None else _rows(a)[last], data),
    )


def _rows(array: Any) -> Any:
    return array.iloc if hasattr(array, "iloc") else array


def _warn_of_unlike_labels(y: Any, at: int, owner: str) -> None:
    """Labels sorted by class make a tail of classes that training never sees."""
    labels = None if tree.is_nested(y) or y is None else np.asarray(y)
    if labels is None or labels.dtype.kind not in "iub" or labels.size != len(labels):
        return
    unseen = set(np.unique(labels[at:])) - set(np.unique(labels[:at]))
    if unseen:
        warnings.warn(
            f"[{owner}] validation_split takes the last samples, and classes {sorted(map(int, unseen))} are in no "
            "other. Shuffle the data first.",
            stacklevel=4,
        )
