"""The activations that the ops of dense and convolutional layers apply themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit import activations

__all__ = ["split_activation"]

_FUSED = {activations.linear: None, activations.relu: "relu", activations.sigmoid: "sigmoid", activations.tanh: "tanh"}


def split_activation(activation: Callable[..., Any]) -> tuple[str | None, Callable[..., Any] | None]:
    """Returns what the op applies while its result is still in registers, and what is left to apply to the result.

    Example:
        >>> split_activation(nnfit.activations.relu)
        ('relu', None)
    """
    if activation in _FUSED:
        return _FUSED[activation], None
    return None, activation
