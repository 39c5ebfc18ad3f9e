"""TimeDistributed: a layer for each step of a series."""

from __future__ import annotations

import math
from typing import Any

from nnfit import ops
from nnfit.layers.core.wrapper import Wrapper

__all__ = ["TimeDistributed"]


class TimeDistributed(Wrapper):
    """Applies a layer to each step of a series: input `(batch, steps, …)`, output `(batch, steps, …)`.

    All steps go through the layer at once, as one batch of `batch * steps` samples; so it is with tf.keras for batches
    of unknown size. Statistics of the batch, as those of `BatchNormalization`, are therefore over all steps.

    Args:
        layer: The layer, for inputs without the axis of steps.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    `call` takes `training` and `mask`, whose first axes are `(batch, steps)`.

    Raises:
        ValueError: If `layer` is not a layer, or the input has fewer than 3 axes.

    Example:
        >>> nnfit.layers.TimeDistributed(nnfit.layers.Dense(8))(np.zeros((2, 5, 3))).shape
        (2, 5, 8)
    """

    def __init__(self, layer: Any, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def _step_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        if len(input_shape) < 3:
            raise ValueError(f"[{self.name}] expected input (batch, steps, …); got {tuple(input_shape)}.")
        return (None, *input_shape[2:])

    def build(self, input_shape: Any) -> None:
        super().build(self._step_shape(input_shape))

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        leading = inputs.shape[:2]
        options: dict[str, Any] = {} if training is None else {"training": training}
        if mask is not None and self.layer._signature.mask:
            if tuple(mask.shape[:2]) != tuple(leading):
                raise ValueError(
                    f"[{self.name}] expected a mask whose first axes are {tuple(leading)}, those of the input; got "
                    f"{tuple(mask.shape)}."
                )
            options["mask"] = ops.reshape(mask, (math.prod(leading), *mask.shape[2:]))
        outputs = self.layer(ops.reshape(inputs, (math.prod(leading), *inputs.shape[2:])), **options)
        return ops.reshape(outputs, (*leading, *outputs.shape[1:]))

    def compute_output_shape(self, input_shape: Any) -> Any:
        step = self.layer.compute_output_shape(self._step_shape(input_shape))
        return (*input_shape[:2], *step[1:])
