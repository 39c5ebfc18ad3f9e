"""Identity: its input."""

from __future__ import annotations

from typing import Any

from nnfit.layers.layer import Layer

__all__ = ["Identity"]


class Identity(Layer):
    """Returns its input, for a place where a layer is wanted and nothing is to be done.

    Args:
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> nnfit.layers.Identity()(np.ones((2, 3))).shape
        (2, 3)
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        return inputs
