"""LeakyReLU as a layer."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.layer import Layer

__all__ = ["LeakyReLU"]


class LeakyReLU(Layer):
    """Leaky rectified linear unit: `x` where `x >= 0`, `negative_slope * x` below.

    Args:
        negative_slope: Float of at least 0. Defaults to 0.3.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`. `alpha` is an older name of `negative_slope`.

    Raises:
        ValueError: If the slope is negative.

    Example:
        >>> nnfit.layers.LeakyReLU(negative_slope=0.5)(np.array([-2.0, 2.0])).numpy()
        array([-1.,  2.], dtype=float32)

    Reference:
        Maas et al., Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        negative_slope = kwargs.pop("alpha", negative_slope)
        super().__init__(**kwargs)
        if negative_slope is None or not negative_slope >= 0:
            raise ValueError(f"[{self.name}] expected negative_slope to be at least 0; got {negative_slope!r}.")
        self.negative_slope = negative_slope
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        return ops.leaky_relu(inputs, negative_slope=self.negative_slope)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "negative_slope": self.negative_slope}
