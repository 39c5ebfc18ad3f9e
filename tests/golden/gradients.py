"""Gradients of a scalar function with respect to variables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray


def gradients(library: ModuleType, function: Callable[[], Any], variables: Sequence[Any]) -> list[NDArray[np.float64]]:
    with library.GradientTape() as tape:
        value = function()
    return [np.asarray(gradient, np.float64) for gradient in tape.gradient(value, list(variables))]
