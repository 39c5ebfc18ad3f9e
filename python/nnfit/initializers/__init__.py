"""First values of variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nnfit import config, ops
from nnfit.initializers.constant import Constant, Identity, Ones, Zeros
from nnfit.initializers.initializer import Initializer
from nnfit.initializers.orthogonal import Orthogonal
from nnfit.initializers.random import RandomInitializer, RandomNormal, RandomUniform, TruncatedNormal
from nnfit.initializers.variance_scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
    compute_fans,
)
from nnfit.registry import Registry

registry = Registry("nnfit.initializers", Initializer)
registry.register(Zeros, aliases=("zero",))
registry.register(Ones, aliases=("one",))
registry.register(Constant)
registry.register(Identity, aliases=("IdentityInitializer",))
registry.register(RandomNormal, aliases=("normal",))
registry.register(RandomUniform, aliases=("uniform",))
registry.register(TruncatedNormal)
registry.register(VarianceScaling)
registry.register(GlorotUniform)
registry.register(GlorotNormal)
registry.register(HeUniform)
registry.register(HeNormal)
registry.register(LecunUniform)
registry.register(LecunNormal)
registry.register(Orthogonal, aliases=("OrthogonalInitializer",))

constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
orthogonal = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros

serialize = registry.serialize


def get(identifier: Any) -> Any:
    """Returns an initializer.

    Args:
        identifier: A name such as `"glorot_uniform"`, a configuration made by `serialize`, a class, a callable
            `(shape, dtype=None) -> tensor`, or an array or tensor, which is then the value itself. `None` gives `None`.

    Returns:
        An `Initializer` or a callable like one.

    Raises:
        ValueError: for an unknown name; the message lists the known ones.
        TypeError: for anything else.

    Example:
        >>> nnfit.initializers.get("zeros")((2,)).numpy()
        array([0., 0.], dtype=float32)
    """
    if hasattr(identifier, "__array__") and not callable(identifier):
        return _given(identifier)
    return registry.get(identifier)


def _given(value: Any) -> Any:
    def initialize(shape: Sequence[int], dtype: str | None = None) -> Any:
        if tuple(shape) != tuple(value.shape):
            raise ValueError(f"[initializers] expected a value of shape {tuple(shape)}; got {tuple(value.shape)}.")
        return ops.cast(value, dtype or config.floatx())

    return initialize


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Returns the initializer that `serialize` described."""
    return registry.deserialize(config, custom_objects)


__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "RandomInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "compute_fans",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "registry",
    "serialize",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]
