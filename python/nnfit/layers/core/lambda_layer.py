"""Lambda: a function as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from nnfit.layers.layer import Layer
from nnfit.layers.shapes import map_shapes
from nnfit.registry import serialize_object
from nnfit.symbolic.keras_tensor import KerasTensor

__all__ = ["Lambda"]


class Lambda(Layer):
    """Calls a function of its input. Weights that the function uses are not found: write a `Layer` for those.

    Args:
        function: Called with the input, and with `mask` and `training` if it takes them.
        output_shape: Shape of the output without the batch axis, or a function from the input's shape to it. Found
            by tracing by default.
        mask: The output's mask, or a function `(inputs, mask)` that gives it.
        arguments: Dict of further keyword arguments for the function.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        TypeError: If `function` cannot be called.

    Example:
        >>> float(nnfit.layers.Lambda(lambda x: 2 * x)(np.ones((1,)))[0])
        2.0
    """

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Any = None,
        mask: Any = None,
        arguments: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise TypeError(f"[{self.name}] expected a function; got {function!r}.")
        self.function = function
        self.arguments = dict(arguments or {})
        self._set_untracked("_output_shape", output_shape)
        self._set_untracked("_mask", mask)
        self.supports_masking = mask is not None
        try:
            parameters = inspect.signature(function).parameters
        except ValueError:  # a function of an extension module
            parameters = {}  # type: ignore[assignment]
        self._takes_mask = "mask" in parameters
        self._takes_training = "training" in parameters

    _output_shape: Any
    _mask: Any

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        arguments = dict(self.arguments)
        if self._takes_mask:
            arguments["mask"] = mask
        if self._takes_training:
            arguments["training"] = training
        return self.function(inputs, **arguments)

    def compute_output_spec(self, inputs: Any, **kwargs: Any) -> Any:
        if self._output_shape is None:
            return super().compute_output_spec(inputs, **kwargs)
        return map_shapes(lambda s: KerasTensor(s, self.dtype), self.compute_output_shape(inputs.shape))

    def compute_output_shape(self, input_shape: Any) -> Any:
        if self._output_shape is None:
            return super().compute_output_shape(input_shape)
        if callable(self._output_shape):
            return self._output_shape(input_shape)
        return (input_shape[0], *self._output_shape)

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        return self._mask(inputs, previous_mask) if callable(self._mask) else self._mask

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "function": serialize_object(self.function),
            "output_shape": serialize_object(self._output_shape),
            "mask": serialize_object(self._mask),
            "arguments": serialize_object(self.arguments),
        }
