"""What `"accuracy"` and `"crossentropy"` stand for: the functions that suit targets and outputs."""

from __future__ import annotations

from typing import Any

from nnfit import metrics


def is_accuracy(name: str) -> bool:
    """Whether the name stands for the accuracy that suits."""
    return name.lower() in ("accuracy", "acc")


def is_crossentropy(name: str) -> bool:
    """Whether the name stands for the cross-entropy that suits."""
    return name.lower() in ("crossentropy", "ce")


def fitting_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Returns the accuracy of each sample: binary, sparse categorical or categorical, by the shapes."""
    return getattr(metrics, f"{_kind(y_true, y_pred)}_accuracy")(y_true, y_pred)


def fitting_crossentropy(y_true: Any, y_pred: Any) -> Any:
    """Returns the cross-entropy of each sample: binary, sparse categorical or categorical, by the shapes."""
    return getattr(metrics, f"{_kind(y_true, y_pred)}_crossentropy")(y_true, y_pred)


def _kind(y_true: Any, y_pred: Any) -> str:
    """Keras's rule."""
    rank, classes = len(y_pred.shape), y_pred.shape[-1] if y_pred.shape else 1
    if classes == 1:
        return "binary"
    return "sparse_categorical" if len(y_true.shape) < rank or y_true.shape[-1] == 1 else "categorical"
