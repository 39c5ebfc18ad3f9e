"""Initializers without chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import config, ops
from nnfit._core import Tensor
from nnfit.initializers.initializer import Initializer
from nnfit.registry import deserialize_object, serialize_object


class Zeros(Initializer):
    """All zeros."""

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Tensor:
        return ops.zeros(tuple(shape), dtype=dtype or config.floatx())


class Ones(Initializer):
    """All ones."""

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Tensor:
        return ops.ones(tuple(shape), dtype=dtype or config.floatx())


class Constant(Initializer):
    """One value everywhere, or a given array.

    Args:
        value: A number, or an array that broadcasts to the shape asked for. Defaults to 0.
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Tensor:
        value = ops.convert_to_tensor(self.value, dtype=dtype or config.floatx())
        return ops.broadcast_to(value, tuple(shape))

    def get_config(self) -> dict[str, Any]:
        return {"value": serialize_object(self.value)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Constant:
        return cls(deserialize_object(config["value"]))


class Identity(Initializer):
    """The identity matrix times a factor.

    Args:
        gain: The factor. Defaults to 1.

    Raises:
        ValueError: when called with a shape that is not of rank 2.
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Tensor:
        if len(shape) != 2:
            raise ValueError(f"[Identity] expected a shape of rank 2; got {tuple(shape)}.")
        return ops.multiply(ops.eye(shape[0], shape[1], dtype=dtype or config.floatx()), self.gain)

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain}
