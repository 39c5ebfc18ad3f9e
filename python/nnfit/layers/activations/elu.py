"""ELU as a layer."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.layer import Layer

__all__ = ["ELU"]


class ELU(Layer):
    """Exponential linear unit: `x` where `x >= 0`, `alpha * (exp(x) - 1)` below.

    Args:
        alpha: Float, minus the limit towards -inf. Defaults to 1.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> nnfit.layers.ELU()(np.array([-1.0, 2.0])).numpy().round(4)
        array([-0.6321,  2.    ], dtype=float32)

    Reference:
        Clevert et al., Fast and Accurate Deep Network Learning by Exponential Linear Units, 2015.
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        return ops.elu(inputs, alpha=self.alpha)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "alpha": self.alpha}
