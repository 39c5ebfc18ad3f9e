"""RepeatVector: a vector at each step of a series."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer

__all__ = ["RepeatVector"]


class RepeatVector(Layer):
    """Repeats the input `(batch, features)` along a new axis: `(batch, n, features)`.

    Args:
        n: How often, a positive int.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        TypeError: If `n` is not an int.
        ValueError: If `n` is not positive.

    Example:
        >>> nnfit.layers.RepeatVector(3)(np.zeros((2, 4))).shape
        (2, 3, 4)
    """

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if isinstance(n, bool) or not isinstance(n, int):
            raise TypeError(f"[{self.name}] expected n to be an int; got {n!r}.")
        if n <= 0:
            raise ValueError(f"[{self.name}] expected n to be positive; got {n}.")
        self.n = n
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Any) -> Any:
        batch, features = inputs.shape
        return ops.broadcast_to(ops.expand_dims(inputs, 1), (batch, self.n, features))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (input_shape[0], self.n, input_shape[1])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "n": self.n}
