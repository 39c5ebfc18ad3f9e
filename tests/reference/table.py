"""What a reference is: an op written again in float64 NumPy, its adjoint, and the cases on which they are compared."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Case:
    """Arguments of one call.

    Arrays of float64 stand for "the float type under test"; other arrays keep their type. `smooth` tells whether
    central differences hold at this point; `gradient`, whether gradients are compared at all; `dtype` is the type of
    the results where it is not the type of the first argument.
    """

    arguments: tuple[Any, ...]
    attributes: dict[str, Any] = field(default_factory=dict)
    smooth: bool = True
    gradient: bool = True
    dtype: str | None = None

    def __str__(self) -> str:
        shapes = ",".join(
            "x".join(map(str, a.shape)) + ("" if a.dtype == np.float64 else f":{a.dtype}") for a in self.arguments
        )
        attributes = ",".join(f"{key}={value}" for key, value in self.attributes.items())
        return f"({shapes}){attributes}".replace(" ", "")


def direct(op: Callable[..., Any], *tensors: Any, **attributes: Any) -> Any:
    return op(*tensors, **attributes)


def as_list(op: Callable[..., Any], *tensors: Any, **attributes: Any) -> Any:
    return op(list(tensors), **attributes)


@dataclass(frozen=True)
class Reference:
    """An op in float64.

    Args:
        forward: `forward(*arrays, **attributes)` gives the result, or a tuple of results.
        cases: Calls to compare.
        adjoint: `adjoint(dy, *arrays, **attributes)` gives the gradient for each array (None for none) of
            `sum(dy * forward(...))`; dy is a tuple if the results are. None: the op has no gradient.
        magnitude: Like `forward`; the size of the terms that a result is summed from, by which rounding is measured.
            None: the result itself.
        ulps: Allowed error, in roundings of that size.
        gradient_ulps: Allowed error of gradients, in roundings of the largest element.
        call: `call(op, *tensors, **attributes)` calls the op with what `forward` takes.
    """

    forward: Callable[..., Any]
    cases: Sequence[Case]
    adjoint: Callable[..., Any] | None = None
    magnitude: Callable[..., Any] | None = None
    ulps: float = 4
    gradient_ulps: float = 32
    call: Callable[..., Any] = direct

    def results(self, case: Case) -> tuple[Array, ...]:
        with np.errstate(all="ignore"):
            return as_tuple(self.forward(*case.arguments, **case.attributes))

    def gradients(self, case: Case, seeds: tuple[Array, ...]) -> tuple[Array | None, ...]:
        assert self.adjoint is not None
        dy = seeds[0] if len(seeds) == 1 else seeds
        with np.errstate(all="ignore"):
            gradients = self.adjoint(dy, *case.arguments, **case.attributes)
        return gradients if isinstance(gradients, tuple) else (gradients,)


def as_tuple(results: Any) -> tuple[Array, ...]:
    return tuple(np.asarray(r) for r in (results if isinstance(results, (tuple, list)) else (results,)))


def generator(*key: Any) -> np.random.Generator:
    """Random numbers that depend on the key alone."""
    return np.random.default_rng(zlib.crc32(repr(key).encode()))


def real(*shape: int, low: float = -2.0, high: float = 2.0, key: Any = 0) -> Array:
    """Float64 numbers that float32 has too, so that both types compute the same function of the same arguments."""
    values = generator("real", shape, low, high, key).uniform(low, high, shape)
    return np.asarray(values, np.float32).astype(np.float64)


def distinct(*shape: int, key: Any = 0) -> Array:
    """Like `real`, no two elements closer than 1/64: maxima and orders stay as they are under small changes."""
    size = int(np.prod(shape))
    return np.asarray((generator("distinct", shape, key).permutation(size) - size // 2).reshape(shape) / 64.0)


def whole(*shape: int, low: int = -5, high: int = 6, dtype: str = "int32", key: Any = 0) -> Array:
    return generator("whole", shape, low, high, key).integers(low, high, shape).astype(dtype)


def boolean(*shape: int, key: Any = 0) -> Array:
    return generator("boolean", shape, key).integers(0, 2, shape).astype(bool)


def summed_to(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Sums over the axes along which an argument of `shape` was broadcast."""
    extra = gradient.ndim - len(shape)
    gradient = gradient.sum(axis=tuple(range(extra)))
    axes = tuple(i for i, size in enumerate(shape) if size == 1 and gradient.shape[i] != 1)
    return gradient.sum(axis=axes, keepdims=True)


def moved(forward: Callable[..., Any]) -> Callable[..., Any]:
    """The adjoint of an op that only moves elements of its arrays, found by moving their positions."""

    def adjoint(dy: Any, *arrays: Array, **attributes: Any) -> tuple[Array | None, ...]:
        seeds = dy if isinstance(dy, tuple) else (dy,)
        gradients: list[Array | None] = []
        start = 1  # 0 marks elements that come from nowhere: padding
        places = []
        for array in arrays:
            if array.dtype == np.float64:
                places.append(np.arange(start, start + array.size, dtype=np.float64).reshape(array.shape))
                start += array.size
            else:
                places.append(array)
        origins = as_tuple(forward(*places, **{**attributes, **_without_padding(attributes)}))
        total = np.zeros(start)
        for origin, seed in zip(origins, seeds, strict=True):
            np.add.at(total, origin.astype(np.int64).ravel(), np.asarray(seed, np.float64).ravel())
        start = 1
        for array in arrays:
            if array.dtype == np.float64:
                gradients.append(total[start : start + array.size].reshape(array.shape))
                start += array.size
            else:
                gradients.append(None)
        return tuple(gradients)

    return adjoint


def _without_padding(attributes: dict[str, Any]) -> dict[str, Any]:
    return {"constant_values": 0} if "constant_values" in attributes else {}
