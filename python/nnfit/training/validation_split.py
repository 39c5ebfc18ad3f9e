"""The split of arrays into those to train on and those to evaluate on."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnfit import _core, tree
from nnfit.training.arrays import with_arrays
from nnfit.training.data_source import is_array_like
from nnfit.warn import warn


def split_validation(x: Any, y: Any, sample_weight: Any, fraction: float, owner: str) -> tuple[Any, Any]:
    """Returns `(x, y, sample_weight)` of the first and of the last samples, as views.

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
    data = (with_arrays(x), with_arrays(y), with_arrays(sample_weight))
    rows = len(tree.flatten(data[0])[0])
    at = int(rows * (1 - fraction))
    if at == 0 or at == rows:
        raise ValueError(f"[{owner}] validation_split={fraction} of {rows} samples leaves one part empty.")
    for labels in tree.flatten(data[1]):
        _warn_of_unlike_labels(labels, at, owner)
    first, last = slice(None, at), slice(at, None)
    return (
        tree.map_structure(lambda a: None if a is None else _rows(a)[first], data),
        tree.map_structure(lambda a: None if a is None else _rows(a)[last], data),
    )


def _rows(array: Any) -> Any:
    """What slices of give rows: of tensors a view, since slices of tensors are copies."""
    if isinstance(array, _core.Tensor):
        return array.numpy()
    return array.iloc if hasattr(array, "iloc") else array


def _warn_of_unlike_labels(y: Any, at: int, owner: str) -> None:
    """Labels sorted by class make a tail of classes that training never sees."""
    labels = None if y is None else np.asarray(y)
    if labels is None or labels.dtype.kind not in "iubf" or labels.size == 0:
        return
    if labels.ndim == 2 and labels.shape[1] > 1 and _is_one_hot(labels):
        labels = labels.argmax(axis=1)
    if labels.size != len(labels):
        return
    before, after = np.unique(labels[:at]), np.unique(labels[at:])
    # Whole numbers that hardly ever recur are quantities, not classes.
    if len(before) + len(after) > max(2, len(labels) // 4) or not np.all(np.rint(after) == after):
        return
    unseen = np.setdiff1d(after, before)
    if len(unseen):
        warn(
            f"[{owner}] validation_split takes the last samples, and classes {[int(c) for c in unseen]} are in no "
            "other. Shuffle the data first."
        )


def _is_one_hot(labels: np.ndarray) -> bool:
    return bool(np.all((labels == 0) | (labels == 1)) and np.all(labels.sum(axis=1) == 1))
