"""Flatten: all axes but the batch's as one."""

from __future__ import annotations

import math
from typing import Any

from nnfit import ops
from nnfit.layers.data_format import standardize_data_format
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer

__all__ = ["Flatten"]


class Flatten(Layer):
    """Makes one axis of all but the first: `(batch, a, b, …)` becomes `(batch, a * b * …)`.

    Args:
        data_format: `"channels_last"` (the default) or `"channels_first"`, whose channels are moved last before.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For another `data_format`.

    Example:
        >>> nnfit.layers.Flatten()(np.zeros((2, 3, 4))).shape
        (2, 12)
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format, self.name)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any) -> Any:
        shape = inputs.shape
        if self.data_format == "channels_first" and len(shape) > 2:
            inputs = ops.transpose(inputs, (0, *range(2, len(shape)), 1))
        return ops.reshape(inputs, (shape[0], math.prod(shape[1:])))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_format": self.data_format}
