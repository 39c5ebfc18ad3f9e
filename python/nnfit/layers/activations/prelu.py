"""PReLU as a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import constraints, initializers, ops, regularizers
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer

__all__ = ["PReLU"]


class PReLU(Layer):
    """Parametric rectified linear unit: `x` where `x >= 0`, `alpha * x` below, with `alpha` learned.

    Args:
        alpha_initializer: Initializer of `alpha`, which has the shape of the input without the batch axis. Defaults to
            `"zeros"`.
        alpha_regularizer: Regularizer of `alpha`, or `None`.
        alpha_constraint: Constraint of `alpha`, or `None`.
        shared_axes: Axes along which one `alpha` serves, such as `[1, 2]` for those of an image. Defaults to none.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Example:
        >>> nnfit.layers.PReLU(alpha_initializer="ones")(np.array([[-1.0, 2.0]])).numpy()
        array([[-1.,  2.]], dtype=float32)

    Reference:
        He et al., Delving Deep into Rectifiers, 2015.
    """

    def __init__(
        self,
        alpha_initializer: Any = "zeros",
        alpha_regularizer: Any = None,
        alpha_constraint: Any = None,
        shared_axes: int | Sequence[int] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        if isinstance(shared_axes, int):
            shared_axes = (shared_axes,)
        self.shared_axes = None if shared_axes is None else tuple(shared_axes)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        rank = len(input_shape)
        shared = {axis % rank for axis in self.shared_axes or ()}
        sizes = [1 if axis in shared else input_shape[axis] for axis in range(1, rank)]
        if None in sizes:
            raise ValueError(
                f"[{self.name}] expected known sizes but for the batch and shared axes; got {tuple(input_shape)}. Name "
                "the axes of unknown size in `shared_axes`."
            )
        self.alpha = self.add_weight(
            sizes,
            self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
            name="alpha",
        )
        self.input_spec = InputSpec(ndim=rank, axes={i: input_shape[i] for i in range(1, rank) if i not in shared})

    def call(self, inputs: Any) -> Any:
        return ops.where(inputs > 0, inputs, self.alpha * inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "alpha_initializer": initializers.serialize(self.alpha_initializer),
            "alpha_regularizer": regularizers.serialize(self.alpha_regularizer),
            "alpha_constraint": constraints.serialize(self.alpha_constraint),
            "shared_axes": self.shared_axes,
        }
