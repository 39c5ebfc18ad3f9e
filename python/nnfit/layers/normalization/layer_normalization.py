"""LayerNormalization: each sample at mean 0 and variance 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.normalization.scaled_normalization import ScaledNormalization

__all__ = ["LayerNormalization"]


class LayerNormalization(ScaledNormalization):
    """Computes `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, with statistics of each sample along `axis`.

    Training makes no difference: samples do not depend on each other.

    Args:
        axis: Axis, or axes, that the statistics are taken over and that `gamma` and `beta` are of. Defaults to the
            last.
        epsilon: What is added to the variance. Defaults to 0.001.
        center: Whether there is an offset `beta`. Defaults to `True`.
        scale: Whether there is a scale `gamma`. Defaults to `True`.
        beta_initializer: Initializer of `beta`. Defaults to `"zeros"`.
        gamma_initializer: Initializer of `gamma`. Defaults to `"ones"`.
        beta_regularizer: Regularizer of `beta`, or `None`.
        gamma_regularizer: Regularizer of `gamma`, or `None`.
        beta_constraint: Constraint of `beta`, or `None`.
        gamma_constraint: Constraint of `gamma`, or `None`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        TypeError: If `axis` is neither an int nor a sequence of ints.
        ValueError: If `epsilon` is negative.

    Example:
        >>> nnfit.layers.LayerNormalization(epsilon=0.0)(np.array([[1.0, 3.0], [5.0, 3.0]])).numpy()
        array([[-1.,  1.],
               [ 1., -1.]], dtype=float32)

    Reference:
        Ba et al., Layer Normalization, 2016.
    """

    def __init__(
        self,
        axis: int | Sequence[int] = -1,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(axis, (int, list, tuple)):
            raise TypeError(f"[LayerNormalization] expected axis to be an int or a list of ints; got {axis!r}.")
        super().__init__(
            axis if isinstance(axis, int) else list(axis),
            epsilon,
            center,
            scale,
            beta_initializer,
            gamma_initializer,
            beta_regularizer,
            gamma_regularizer,
            beta_constraint,
            gamma_constraint,
            **kwargs,
        )

    def _axes(self, rank: int) -> list[int]:
        axes = [self.axis] if isinstance(self.axis, int) else self.axis
        return sorted(axis if axis >= 0 else axis + rank for axis in axes)

    def build(self, input_shape: Any) -> None:
        self._add_scale_and_offset(self._channels(input_shape, self._axes(len(input_shape))))

    def call(self, inputs: Any) -> Any:
        shape = inputs.shape
        axes = self._axes(len(shape))
        first = axes[0]
        if axes != list(range(first, len(shape))):
            return ops.layer_normalization(inputs, self.gamma, self.beta, axes, self.epsilon)
        if len(axes) == 1:
            return ops.layer_normalization(inputs, self.gamma, self.beta, -1, self.epsilon)
        # The axes are the last ones: as one axis they are rows in memory.
        gamma, beta = (None if p is None else ops.reshape(p, (-1,)) for p in (self.gamma, self.beta))
        rows = ops.reshape(inputs, (*shape[:first], -1))
        return ops.reshape(ops.layer_normalization(rows, gamma, beta, -1, self.epsilon), shape)
