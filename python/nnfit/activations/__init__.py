"""Activation functions, by name or as functions. Those that `nnfit.ops` has are the same functions here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nnfit.activations.gelu import gelu
from nnfit.activations.linear import exponential, linear
from nnfit.activations.mish import mish
from nnfit.activations.relu import relu
from nnfit.activations.sparse import sparse_plus, sparse_sigmoid, sparsemax
from nnfit.ops import (
    celu,
    elu,
    glu,
    hard_shrink,
    hard_sigmoid,
    hard_silu,
    hard_tanh,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink,
    softmax,
    softplus,
    softsign,
    squareplus,
    tanh,
    tanh_shrink,
    threshold,
)
from nnfit.registry import Registry

hard_swish = hard_silu
swish = silu

registry = Registry("nnfit.activations")
registry.register(celu)
registry.register(elu)
registry.register(exponential)
registry.register(gelu)
registry.register(glu)
registry.register(hard_shrink)
registry.register(hard_sigmoid)
registry.register(hard_tanh)
registry.register(leaky_relu)
registry.register(linear)
registry.register(log_sigmoid)
registry.register(log_softmax)
registry.register(mish)
registry.register(relu)
registry.register(relu6)
registry.register(selu)
registry.register(sigmoid)
registry.register(soft_shrink)
registry.register(softmax)
registry.register(softplus)
registry.register(softsign)
registry.register(sparse_plus)
registry.register(sparse_sigmoid)
registry.register(sparsemax)
registry.register(squareplus)
registry.register(tanh)
registry.register(tanh_shrink)
registry.register(threshold)
registry.register(silu, aliases=("swish",))
registry.register(hard_silu, aliases=("hard_swish",))

serialize = registry.serialize


def get(identifier: Any) -> Any:
    """Returns an activation function.

    Args:
        identifier: A name such as `"relu"`, a configuration made by `serialize`, or a callable. `None` means `linear`.

    Returns:
        A callable that takes a tensor and returns one.

    Raises:
        ValueError: for an unknown name; the message lists the known ones.
        TypeError: for anything else.

    Example:
        >>> nnfit.activations.get("relu") is nnfit.activations.relu
        True
    """
    return linear if identifier is None else registry.get(identifier)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Returns the activation that `serialize` described."""
    return registry.deserialize(config, custom_objects)


__all__ = [
    "celu",
    "deserialize",
    "elu",
    "exponential",
    "gelu",
    "get",
    "glu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "registry",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh",
    "tanh_shrink",
    "threshold",
]
