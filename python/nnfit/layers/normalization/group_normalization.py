"""GroupNormalization: groups of a sample's channels at mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.normalization.scaled_normalization import ScaledNormalization

__all__ = ["GroupNormalization"]


class GroupNormalization(ScaledNormalization):
    """Computes `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, with statistics of groups of channels.

    The channels are cut into `groups` runs of equal size; mean and variance are those of one sample's run, over all
    positions. Training makes no difference.

    Args:
        groups: How many groups there are; -1: as many as channels, which is instance normalisation. One is layer
            normalisation over all axes. Defaults to 32.
        axis: The axis of channels. Defaults to the last.
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
        ValueError: If `groups` is not a positive int or -1, `epsilon` is negative, or the channels of the input are
            not a multiple of `groups`.

    Example:
        >>> nnfit.layers.GroupNormalization(groups=2, epsilon=0.0)(np.array([[1.0, 3.0, 7.0, 5.0]])).numpy()
        array([[-1.,  1.,  1., -1.]], dtype=float32)

    Reference:
        Wu and He, Group Normalization, 2018.
    """

    def __init__(
        self,
        groups: int = 32,
        axis: int = -1,
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
        if not isinstance(groups, int) or (groups <= 0 and groups != -1):
            raise ValueError(f"[GroupNormalization] expected groups to be a positive int or -1; got {groups!r}.")
        super().__init__(
            int(axis),
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
        self.groups = groups

    def build(self, input_shape: Any) -> None:
        shape = self._channels(input_shape, (self.axis,))
        groups = shape[0] if self.groups == -1 else self.groups
        if shape[0] % groups:
            raise ValueError(
                f"[{self.name}] expected channels that are a multiple of the {groups} groups; got {shape[0]} along "
                f"axis {self.axis} of {tuple(input_shape)}."
            )
        self._add_scale_and_offset(shape)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: shape[0]})

    def call(self, inputs: Any) -> Any:
        shape = inputs.shape
        axis = self.axis % len(shape)
        groups = shape[axis] if self.groups == -1 else self.groups
        split = (*shape[:axis], groups, shape[axis] // groups, *shape[axis + 1 :])
        x = ops.reshape(inputs, split)
        others = tuple(i for i in range(1, len(split)) if i != axis)
        mean, variance = ops.moments(x, others, keepdims=True)
        parameters = [groups, shape[axis] // groups, *[1] * (len(shape) - axis - 1)]
        factor = ops.rsqrt(variance + self.epsilon)
        if self.gamma is not None:
            factor = factor * ops.reshape(self.gamma, parameters)
        y = (x - mean) * factor
        if self.beta is not None:
            y = y + ops.reshape(self.beta, parameters)
        return ops.reshape(y, shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "groups": self.groups}
