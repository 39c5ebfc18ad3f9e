"""Softmax as a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.layer import Layer

__all__ = ["Softmax"]

# Small enough that its exponential is 0 beside any other, and finite, so that a row of nothing else has no NaN.
_MASKED_SCORE = -1e9


class Softmax(Layer):
    """Softmax: `exp(x) / sum(exp(x))`.

    Args:
        axis: Axis, or axes, along which the result sums to 1. Defaults to the last.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    `call` takes `mask`, a boolean tensor that broadcasts to the input: where it is false the result is 0.

    Example:
        >>> nnfit.layers.Softmax()(np.array([1.0, 1.0])).numpy()
        array([0.5, 0.5], dtype=float32)
    """

    def __init__(self, axis: int | Sequence[int] = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is not None:
            mask = ops.cast(mask, "bool")
            inputs = ops.where(mask, inputs, _MASKED_SCORE)
        if isinstance(self.axis, int):
            outputs = ops.softmax(inputs, axis=self.axis)
        else:
            outputs = ops.exp(inputs - ops.logsumexp(inputs, axis=tuple(self.axis), keepdims=True))
        return outputs if mask is None else ops.where(mask, outputs, 0.0)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}
