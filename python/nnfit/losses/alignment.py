"""Bringing targets, predictions and weights to shapes that belong together, without silent broadcasting."""

from __future__ import annotations

from typing import Any

from nnfit import config, ops


def align_ranks(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Adds or drops a trailing axis of size 1 where the ranks differ by one.

    `(batch,)` beside `(batch, 1)` becomes `(batch, 1)`. At higher ranks the trailing axis is dropped.

    Args:
        y_true: Tensor.
        y_pred: Tensor.

    Returns:
        Both, of one rank where that was possible.
    """
    ranks = len(y_true.shape), len(y_pred.shape)
    if ranks[0] == ranks[1] + 1:
        y_pred, y_true = _align(y_pred, y_true)
    elif ranks[1] == ranks[0] + 1:
        y_true, y_pred = _align(y_true, y_pred)
    return y_true, y_pred


def _align(lower: Any, higher: Any) -> tuple[Any, Any]:
    if higher.shape[-1] != 1:
        return lower, higher
    if len(lower.shape) == 1:
        return ops.expand_dims(lower, -1), higher
    return lower, ops.squeeze(higher, -1)


def same_shape(y_true: Any, y_pred: Any) -> bool:
    """Returns whether two shapes agree; an unknown size agrees with any."""
    return len(y_true.shape) == len(y_pred.shape) and all(
        a == b or a is None or b is None for a, b in zip(y_true.shape, y_pred.shape, strict=True)
    )


def elementwise_pair(y_true: Any, y_pred: Any, tag: str) -> tuple[Any, Any]:
    """Returns targets and predictions as tensors of one dtype and shape.

    Args:
        y_true: Targets: anything that a tensor can be made of.
        y_pred: Predictions. They give the dtype; integers become floats.
        tag: Name of the function, for the error.

    Raises:
        ValueError: If the shapes differ by more than a trailing axis of size 1.
    """
    y_pred = ops.convert_to_tensor(y_pred)
    if not y_pred.dtype.startswith("float"):
        y_pred = ops.cast(y_pred, config.floatx())
    y_true, y_pred = align_ranks(ops.convert_to_tensor(y_true, y_pred.dtype), y_pred)
    if not same_shape(y_true, y_pred):
        raise ValueError(
            f"[{tag}] expected y_true of shape {tuple(y_pred.shape)}, as y_pred has; got {tuple(y_true.shape)}. "
            "Give both the same shape: targets are not broadcast."
        )
    return y_true, y_pred


def class_labels(y_true: Any, y_pred: Any, tag: str) -> tuple[Any, bool]:
    """Returns class indices in the shape of `y_pred` without its last axis, and whether they had it with size 1.

    Args:
        y_true: Class indices, `(batch, …)` or `(batch, …, 1)`.
        y_pred: Predictions, `(batch, …, classes)`.
        tag: Name of the function, for the error.

    Raises:
        ValueError: If the shapes do not fit.
    """
    labels = y_true
    trailing = len(y_true.shape) == len(y_pred.shape) and y_true.shape[-1] == 1
    if trailing:
        labels = ops.squeeze(y_true, -1)
    classes = tuple(y_pred.shape[:-1])
    if len(labels.shape) != len(classes) or any(
        a != b and None not in (a, b) for a, b in zip(labels.shape, classes, strict=True)
    ):
        raise ValueError(
            f"[{tag}] expected y_true of shape {classes} or {(*classes, 1)} beside y_pred of shape "
            f"{tuple(y_pred.shape)}; got {tuple(y_true.shape)}. For one-hot labels use the categorical loss or metric."
        )
    return labels, trailing


def as_columns(y_true: Any, y_pred: Any, sample_weight: Any) -> tuple[Any, Any]:
    """Gives targets and weights `(batch,)` beside predictions `(batch, d)` a trailing axis of size 1.

    Losses and metrics of users, written for that, would otherwise broadcast one sample's target against another's
    prediction.

    Args:
        y_true: Targets, or `None`.
        y_pred: Predictions.
        sample_weight: Weights, or `None`.

    Returns:
        Targets and weights.
    """
    if len(y_pred.shape) != 2:
        return y_true, sample_weight
    y_true, sample_weight = (
        ops.expand_dims(x, -1) if len(getattr(x, "shape", ())) == 1 else x for x in (y_true, sample_weight)
    )
    return y_true, sample_weight


def check_not_between_samples(values: Any, y_true: Any, y_pred: Any, tag: str) -> None:
    """Refuses values `(batch, batch)`, which come of broadcasting `(batch,)` against `(batch, 1)`.

    Args:
        values: What a function of targets and predictions returned.
        y_true: The targets.
        y_pred: The predictions, `(batch, …)`.
        tag: Name of the loss or metric, for the error.

    Raises:
        ValueError: If that is what happened.
    """
    true, pred, shape = (tuple(getattr(x, "shape", ())) for x in (y_true, y_pred, values))
    batch = pred[0] if pred else None
    if batch is None or shape[:2] != (batch, batch) or batch in (1, *true[1:], *pred[1:]):
        return
    raise ValueError(
        f"[{tag}] expected one value for each of the {batch} samples; got values of shape {shape}, of each sample with "
        f"each other. Broadcasting made them: y_true has shape {true}, y_pred {pred}; bring what is computed from them "
        "to one shape, for instance by `ops.squeeze(y_true, -1)`."
    )


def align_weights(weights: Any, values: Any) -> Any:
    """Returns weights with the rank of values, each beside the value or the sample that it belongs to.

    Weights of shape `(batch,)` beside values `(batch, d1, …)` count for all values of a sample.

    Args:
        weights: Tensor: a scalar, or of the shape of `values` or of its leading axes, with sizes of 1 broadcast.
        values: Tensor.

    Raises:
        ValueError: If they do not fit.
    """
    given = tuple(weights.shape)
    while 0 < len(weights.shape) < len(values.shape):
        weights = ops.expand_dims(weights, -1)
    while len(weights.shape) > len(values.shape) and weights.shape[-1] == 1:
        weights = ops.squeeze(weights, -1)
    fits = len(given) == 0 or (
        len(weights.shape) == len(values.shape)
        and all(w in (v, 1) or None in (w, v) for w, v in zip(weights.shape, values.shape, strict=True))
    )
    if not fits and len(values.shape) == 0:
        raise ValueError(
            f"[sample_weight] expected one weight, since the loss or metric gives one value for the whole batch; got "
            f"weights of shape {given}. Give a value for each sample, shape (batch,), for them to be weighted."
        )
    if not fits:
        raise ValueError(
            f"[sample_weight] expected weights that fit values of shape {tuple(values.shape)}; got shape {given}. "
            "Give one weight for each sample, or one for each value."
        )
    return weights
