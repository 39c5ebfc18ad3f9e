"""ScaledNormalization: the base of normalisations that end with a learned scale and offset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import constraints, initializers, regularizers
from nnfit.layers.layer import Layer
from nnfit.variable import Variable

__all__ = ["ScaledNormalization"]


class ScaledNormalization(Layer):
    """Base of normalisations with a scale `gamma` and an offset `beta`.

    Args:
        axis: The axis, or axes, that `gamma` and `beta` are of.
        epsilon: What is added to variances.
        center: Whether there is an offset.
        scale: Whether there is a scale.
        beta_initializer: Initializer of `beta`.
        gamma_initializer: Initializer of `gamma`.
        beta_regularizer: Regularizer of `beta`, or `None`.
        gamma_regularizer: Regularizer of `gamma`, or `None`.
        beta_constraint: Constraint of `beta`, or `None`.
        gamma_constraint: Constraint of `gamma`, or `None`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `epsilon` is negative.
    """

    def __init__(
        self,
        axis: Any,
        epsilon: float,
        center: bool,
        scale: bool,
        beta_initializer: Any,
        gamma_initializer: Any,
        beta_regularizer: Any,
        gamma_regularizer: Any,
        beta_constraint: Any,
        gamma_constraint: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not epsilon >= 0:
            raise ValueError(f"[{self.name}] expected epsilon to be at least 0; got {epsilon!r}.")
        self.axis = axis
        self.epsilon = float(epsilon)
        self.center = center
        self.scale = scale
        self.beta_initializer = initializers.get(beta_initializer)
        self.gamma_initializer = initializers.get(gamma_initializer)
        self.beta_regularizer = regularizers.get(beta_regularizer)
        self.gamma_regularizer = regularizers.get(gamma_regularizer)
        self.beta_constraint = constraints.get(beta_constraint)
        self.gamma_constraint = constraints.get(gamma_constraint)
        self.gamma: Variable | None = None
        self.beta: Variable | None = None
        self.supports_masking = True

    def _channels(self, input_shape: Any, axes: Sequence[int]) -> tuple[int, ...]:
        """The sizes of the input along axes that parameters are of."""
        rank = len(input_shape)
        if any(not -rank <= axis < rank for axis in axes):
            raise ValueError(f"[{self.name}] expected axis within input {tuple(input_shape)}; got {self.axis}.")
        sizes = tuple(input_shape[axis] for axis in axes)
        if None in sizes:
            raise ValueError(
                f"[{self.name}] expected a known size along axis {self.axis}; got {tuple(input_shape)}. Give the "
                "`Input` that size."
            )
        return sizes

    def _add_scale_and_offset(self, shape: Sequence[int]) -> None:
        if self.scale:
            self.gamma = self.add_weight(
                shape,
                self.gamma_initializer,
                regularizer=self.gamma_regularizer,
                constraint=self.gamma_constraint,
                name="gamma",
            )
        if self.center:
            self.beta = self.add_weight(
                shape,
                self.beta_initializer,
                regularizer=self.beta_regularizer,
                constraint=self.beta_constraint,
                name="beta",
            )

    def compute_output_shape(self, input_shape: Any) -> Any:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "axis": self.axis,
            "epsilon": self.epsilon,
            "center": self.center,
            "scale": self.scale,
            "beta_initializer": initializers.serialize(self.beta_initializer),
            "gamma_initializer": initializers.serialize(self.gamma_initializer),
            "beta_regularizer": regularizers.serialize(self.beta_regularizer),
            "gamma_regularizer": regularizers.serialize(self.gamma_regularizer),
            "beta_constraint": constraints.serialize(self.beta_constraint),
            "gamma_constraint": constraints.serialize(self.gamma_constraint),
        }
