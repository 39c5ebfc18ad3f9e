"""ActivityRegularization: a penalty on its input."""

from __future__ import annotations

from typing import Any

from nnfit import regularizers
from nnfit.layers.layer import Layer

__all__ = ["ActivityRegularization"]


class ActivityRegularization(Layer):
    """Returns its input, and adds `(l1 * sum(|x|) + l2 * sum(x ** 2)) / batch` to the losses.

    Args:
        l1: Factor of the sum of absolute values. Defaults to 0.
        l2: Factor of the sum of squares. Defaults to 0.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> layer = nnfit.layers.ActivityRegularization(l1=0.5)
        >>> _ = layer(np.ones((2, 3)))
        >>> float(layer.losses[0])
        1.5
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=regularizers.L1L2(l1=l1, l2=l2), **kwargs)
        self.l1 = l1
        self.l2 = l2
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        return inputs

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        del config["activity_regularizer"]  # made of l1 and l2
        return {**config, "l1": self.l1, "l2": self.l2}
