"""Wrapper: the base of layers that hold one other layer."""

from __future__ import annotations

from typing import Any

from nnfit.layers.layer import Layer
from nnfit.registry import serialize_object

__all__ = ["Wrapper"]


class Wrapper(Layer):
    """Base of layers that do something with one other layer, `layer`.

    Args:
        layer: The layer.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `layer` is not a layer.
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(layer, Layer):
            raise ValueError(f"[{self.name}] expected a layer; got {layer!r}.")
        self.layer = layer

    def build(self, input_shape: Any) -> None:
        if not self.layer.built:
            self.layer.build(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "layer": serialize_object(self.layer)}
