"""Activation: any activation function as a layer."""

from __future__ import annotations

from typing import Any

from nnfit import activations
from nnfit.layers.layer import Layer

__all__ = ["Activation"]


class Activation(Layer):
    """Applies an activation function.

    Args:
        activation: Function of a tensor, or its name such as `"relu"`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> nnfit.layers.Activation("relu")(np.array([-1.0, 2.0])).numpy()
        array([0., 2.], dtype=float32)
    """

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.activation = activations.get(activation)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        return self.activation(inputs)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "activation": activations.serialize(self.activation)}
