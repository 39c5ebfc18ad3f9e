"""Permute: axes in another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer

__all__ = ["Permute"]


class Permute(Layer):
    """Reorders the axes of each sample.

    Args:
        dims: Tuple of the axes in their new order, counted from 1, without the batch axis.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `dims` is not a permutation of 1, 2, ….

    Example:
        >>> nnfit.layers.Permute((2, 1))(np.zeros((5, 3, 4))).shape
        (5, 4, 3)
    """

    def __init__(self, dims: Sequence[int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(f"[{self.name}] expected dims to be a permutation of 1 to {len(self.dims)}; got {dims!r}.")
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Any) -> Any:
        return ops.transpose(inputs, (0, *self.dims))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dims": self.dims}
