"""Gradients of a scalar function with respect to variables, under either library."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray


def gradients(library: ModuleType, function: Callable[[], Any], variables: Sequence[Any]) -> list[NDArray[np.float64]]:
    if not hasattr(library, "GradientTape"):
        return _keras_gradients(library, function, variables)
    with library.GradientTape() as tape:
        value = function()
    return [np.asarray(gradient, np.float64) for gradient in tape.gradient(value, list(variables))]


def _keras_gradients(library: Any, function: Callable[[], Any], variables: Sequence[Any]) -> list[NDArray[np.float64]]:
    """Keras has no gradient function of its own; the records are made on its JAX backend, which has."""
    jax = importlib.import_module("jax")

    def stateless(values: list[Any]) -> Any:
        with library.StatelessScope(state_mapping=list(zip(variables, values, strict=True))):
            return function()

    return [np.asarray(g, np.float64) for g in jax.grad(stateless)([v.value for v in variables])]
