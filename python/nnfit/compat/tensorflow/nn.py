"""`tf.nn`: names over `nnfit.ops`."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit import random as _random
from nnfit.compat.tensorflow.math import (
    in_top_k,
    l2_normalize,
    log_softmax,
    sigmoid,
    softmax,
    softplus,
    softsign,
    top_k,
)
from nnfit.compat.tensorflow.spelling import spelled, unknown_name

__all__ = [
    "bias_add",
    "crelu",
    "dropout",
    "elu",
    "embedding_lookup",
    "gelu",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "log_softmax",
    "moments",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "silu",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "swish",
    "tanh",
    "top_k",
]

elu = spelled(ops.elu, features="x")
leaky_relu = spelled(ops.leaky_relu, features="x", alpha="negative_slope")
moments = spelled(ops.moments)
relu = spelled(ops.relu, features="x")
relu6 = spelled(ops.relu6, features="x")
selu = spelled(ops.selu, features="x")
silu = spelled(ops.silu, features="x")
swish = silu
tanh = spelled(ops.tanh)


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> Any:
    """Returns the Gaussian error linear unit, by default not approximated."""
    return ops.gelu(features, approximate)


def crelu(features: Any, axis: int = -1, name: str | None = None) -> Any:
    """Returns the rectified positive and negative parts side by side."""
    return ops.relu(ops.concatenate([features, ops.negative(features)], axis))


def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> Any:
    """Returns `value + bias` along the last axis.

    Raises:
        ValueError: For channels that are not last.
    """
    if data_format not in (None, "NHWC", "N...C"):
        raise ValueError(f"[tf.nn.bias_add] expected channels last; got data_format {data_format!r}.")
    return ops.add(value, bias)


def dropout(x: Any, rate: float, noise_shape: Any = None, seed: Any = None, name: str | None = None) -> Any:
    """Returns `x` with a fraction `rate` of its elements 0, the others scaled up."""
    return _random.dropout(x, rate, noise_shape, seed)


def embedding_lookup(params: Any, ids: Any, max_norm: None = None, name: str | None = None) -> Any:
    """Returns the rows `ids` of a table."""
    return ops.take(params, ids, 0)


def l2_loss(t: Any, name: str | None = None) -> Any:
    """Returns half the sum of squares."""
    return ops.multiply(ops.sum(ops.square(t)), 0.5)


def sigmoid_cross_entropy_with_logits(labels: Any, logits: Any, name: str | None = None) -> Any:
    """Returns the binary crossentropy of each element."""
    return ops.binary_crossentropy(labels, logits, from_logits=True)


def softmax_cross_entropy_with_logits(labels: Any, logits: Any, axis: int = -1, name: str | None = None) -> Any:
    """Returns the crossentropy of each sample, for distributions over classes."""
    return ops.categorical_crossentropy(labels, logits, from_logits=True, axis=axis)


def sparse_softmax_cross_entropy_with_logits(labels: Any, logits: Any, name: str | None = None) -> Any:
    """Returns the crossentropy of each sample, for indices of classes."""
    return ops.sparse_categorical_crossentropy(labels, logits, from_logits=True)


def __getattr__(name: str) -> Any:
    raise unknown_name(__name__, name)
