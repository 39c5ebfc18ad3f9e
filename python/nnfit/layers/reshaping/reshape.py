"""Reshape: the same values in another shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.layer import Layer

__all__ = ["Reshape"]


class Reshape(Layer):
    """Gives each sample another shape.

    Args:
        target_shape: Tuple of ints without the batch axis; one may be -1, which is what is left.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If more than one size is -1, or the sizes do not suit the input.

    Example:
        >>> nnfit.layers.Reshape((3, -1))(np.zeros((2, 12))).shape
        (2, 3, 4)
    """

    def __init__(self, target_shape: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        target_shape = (target_shape,) if isinstance(target_shape, int) else tuple(target_shape)
        if sum(size == -1 for size in target_shape) > 1:
            raise ValueError(f"[{self.name}] expected at most one -1 in target_shape; got {target_shape}.")
        self.target_shape = target_shape

    def call(self, inputs: Any) -> Any:
        return ops.reshape(inputs, (inputs.shape[0], *self.target_shape))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "target_shape": self.target_shape}
