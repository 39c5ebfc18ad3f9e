"""Dense: a matrix product, a bias and an activation."""

from __future__ import annotations

from typing import Any

from nnfit import _core, activations, constraints, initializers, regularizers
from nnfit.layers.fused_activation import split_activation
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.variable import Variable

__all__ = ["Dense"]

_dense = _core.ops.dense


class Dense(Layer):
    """A densely connected layer: `activation(x @ kernel + bias)`.

    Input `(…, inputs)`, at least two axes; output `(…, units)`.

    Args:
        units: Positive int, the size of the output's last axis.
        activation: Function, its name, or `None` for none.
        use_bias: Whether there is a bias. Defaults to `True`.
        kernel_initializer: Initializer of the kernel, `(inputs, units)`. Defaults to `"glorot_uniform"`.
        bias_initializer: Initializer of the bias, `(units,)`. Defaults to `"zeros"`.
        kernel_regularizer: Regularizer of the kernel, or `None`.
        bias_regularizer: Regularizer of the bias, or `None`.
        activity_regularizer: Regularizer of the output, or `None`.
        kernel_constraint: Constraint of the kernel, or `None`.
        bias_constraint: Constraint of the bias, or `None`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `units` is not a positive int.

    Example:
        >>> nnfit.layers.Dense(4, activation="relu")(np.ones((2, 3))).shape
        (2, 4)
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if isinstance(units, bool) or not hasattr(units, "__index__") or units <= 0:
            raise ValueError(f"[{self.name}] expected units to be a positive int; got {units!r}.")
        self.units = units.__index__()
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.bias: Variable | None = None
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        inputs = input_shape[-1]
        if inputs is None:
            raise ValueError(
                f"[{self.name}] expected an input whose last axis has a known size; got {tuple(input_shape)}. Give the "
                "`Input` that size."
            )
        self.kernel = self.add_weight(
            (inputs, self.units),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        if self.use_bias:
            self.bias = self.add_weight(
                (self.units,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: inputs})

    def call(self, inputs: Any) -> Any:
        fused, left = split_activation(self.activation)
        y = _dense(inputs, self.kernel, self.bias, fused)
        return y if left is None else left(y)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "units": self.units,
            "activation": activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": initializers.serialize(self.kernel_initializer),
            "bias_initializer": initializers.serialize(self.bias_initializer),
            "kernel_regularizer": regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": regularizers.serialize(self.bias_regularizer),
            "kernel_constraint": constraints.serialize(self.kernel_constraint),
            "bias_constraint": constraints.serialize(self.bias_constraint),
        }
