"""BatchNormalization: each channel at mean 0 and variance 1 over the batch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from nnfit import _core, config, initializers, ops
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.normalization.scaled_normalization import ScaledNormalization
from nnfit.variable import Variable

__all__ = ["BatchNormalization"]


class BatchNormalization(ScaledNormalization):
    """Computes `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, with statistics of each channel.

    While training, the mean and the (biased) variance are those of the batch, over all axes but `axis`, and the moving
    statistics follow: `moving = moving * momentum + batch * (1 - momentum)`. Otherwise the moving statistics are used.
    With `trainable = False` the layer does as outside training, whatever `training` says. Set before `compile`, as for
    all layers.

    Args:
        axis: The axis of channels. Defaults to the last.
        momentum: How much of the moving statistics stays at each step. Defaults to 0.99.
        epsilon: What is added to the variance. Defaults to 0.001.
        center: Whether there is an offset `beta`. Defaults to `True`.
        scale: Whether there is a scale `gamma`. Defaults to `True`.
        beta_initializer: Initializer of `beta`. Defaults to `"zeros"`.
        gamma_initializer: Initializer of `gamma`. Defaults to `"ones"`.
        moving_mean_initializer: Initializer of `moving_mean`. Defaults to `"zeros"`.
        moving_variance_initializer: Initializer of `moving_variance`. Defaults to `"ones"`.
        beta_regularizer: Regularizer of `beta`, or `None`.
        gamma_regularizer: Regularizer of `gamma`, or `None`.
        beta_constraint: Constraint of `beta`, or `None`.
        gamma_constraint: Constraint of `gamma`, or `None`.
        renorm: Whether training normalises by moving statistics in effect (batch renormalisation): the normalised value
            z becomes `z * r + d`, with `r = deviation / renorm_stddev` and `d = (mean - renorm_mean) / renorm_stddev`
            taken for constants. Defaults to `False`.
        renorm_clipping: Dict of bounds `"rmin"`, `"rmax"` of r, and `"dmax"` of the magnitude of d; none by default.
        renorm_momentum: Momentum of `renorm_mean` and `renorm_stddev`. Defaults to 0.99.
        synchronized: Must be `False`: statistics are those of this process's batch.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    `call` takes `training` and `mask`, a boolean tensor of the input's shape without its last axis: positions where it
    is false do not count in the batch's statistics.

    Raises:
        ValueError: If `epsilon` is negative, `momentum` is outside [0, 1], `renorm_clipping` has other keys or bounds
            that contradict, or `synchronized` is set.

    Example:
        >>> layer = nnfit.layers.BatchNormalization(epsilon=0.0)
        >>> layer(np.array([[1.0], [3.0]]), training=True).numpy()
        array([[-1.],
               [ 1.]], dtype=float32)
        >>> layer.moving_mean.numpy().round(4)
        array([0.02], dtype=float32)

    Reference:
        - Ioffe and Szegedy, Batch Normalization, 2015.
        - Ioffe, Batch Renormalization, 2017.
    """

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        beta_regularizer: Any = None,
        gamma_regularizer: Any = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: dict[str, float] | None = None,
        renorm_momentum: float = 0.99,
        synchronized: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            axis[0] if isinstance(axis, (list, tuple)) and len(axis) == 1 else int(axis),
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
        if not 0 <= momentum <= 1:
            raise ValueError(f"[{self.name}] expected momentum in [0, 1]; got {momentum!r}.")
        if synchronized:
            raise ValueError(f"[{self.name}] expected synchronized=False: there is one replica in a process.")
        self.momentum = float(momentum)
        self.moving_mean_initializer = initializers.get(moving_mean_initializer)
        self.moving_variance_initializer = initializers.get(moving_variance_initializer)
        self.renorm = renorm
        self._set_untracked("renorm_clipping", renorm_clipping)
        self.renorm_momentum = renorm_momentum
        self.synchronized = synchronized
        if renorm:
            self._check_clipping()

    renorm_clipping: dict[str, float] | None

    def _check_clipping(self) -> None:
        bounds = self.renorm_clipping or {}
        contradict = bounds.get("rmin", 0.0) > bounds.get("rmax", math.inf) or bounds.get("dmax", 0.0) < 0
        if contradict or set(bounds) - {"rmin", "rmax", "dmax"}:
            raise ValueError(
                f"[{self.name}] expected renorm_clipping with 'rmin' of at most 'rmax', and 'dmax' of at least 0; got "
                f"{bounds!r}."
            )

    def build(self, input_shape: Any) -> None:
        shape = self._channels(input_shape, (self.axis,))
        self._add_scale_and_offset(shape)
        self.moving_mean = self.add_weight(shape, self.moving_mean_initializer, trainable=False, name="moving_mean")
        self.moving_variance = self.add_weight(
            shape, self.moving_variance_initializer, trainable=False, name="moving_variance"
        )
        if self.renorm:
            variance = self.moving_variance.numpy()
            for name, start in (
                ("moving_stddev", np.sqrt(variance)),
                ("renorm_mean", self.moving_mean.numpy()),
                ("renorm_stddev", np.sqrt(variance)),
            ):
                made = self.add_weight(shape, lambda *_, v=start, **__: v, trainable=False, name=name)
                setattr(self, name, made)
        self.input_spec = InputSpec(ndim=len(input_shape), axes={self.axis: shape[0]})

    moving_stddev: Variable
    renorm_mean: Variable
    renorm_stddev: Variable

    def call(self, inputs: Any, training: bool = False, mask: Any = None) -> Any:
        inputs = ops.cast(inputs, self.compute_dtype)
        if not (training and self.trainable):
            return self._normalized(inputs, self.moving_mean, self.moving_variance)
        if self.renorm or mask is not None:
            return self._by_moments(inputs, mask)
        outputs, mean, variance = self._by_batch(inputs)
        self._follow(self.moving_mean, mean, self.momentum)
        self._follow(self.moving_variance, variance, self.momentum)
        return outputs

    @staticmethod
    def _follow(moving: Variable, batch: Any, momentum: float) -> Any:
        return moving.assign(moving * momentum + batch * (1.0 - momentum))

    def _normalized(self, inputs: Any, mean: Any, variance: Any) -> Any:
        return ops.batch_normalization(
            inputs, mean, variance, self.axis, offset=self.beta, scale=self.gamma, epsilon=self.epsilon
        )

    def _by_moments(self, inputs: Any, mask: Any) -> Any:
        """What training does where the fused op does not serve: with a mask, or with moving statistics in effect."""
        mean, variance = self._moments(inputs, mask)
        self._follow(self.moving_mean, mean, self.momentum)
        if not self.renorm:
            self._follow(self.moving_variance, variance, self.momentum)
            return self._normalized(inputs, mean, variance)
        stddev = ops.sqrt(variance + self.epsilon)
        bounds = self.renorm_clipping or {}
        usual = ops.maximum(self.renorm_stddev, math.sqrt(self.epsilon))
        r = ops.clip(stddev / usual, bounds.get("rmin", 0.0), bounds.get("rmax", math.inf))
        dmax = bounds.get("dmax", math.inf)
        d = ops.clip((mean - self.renorm_mean) / usual, -dmax, dmax)
        scale, offset = ops.stop_gradient(r), ops.stop_gradient(d)
        if self.gamma is not None:
            scale, offset = scale * self.gamma, offset * self.gamma
        if self.beta is not None:
            offset = offset + self.beta
        self._follow(self.renorm_mean, mean, self.renorm_momentum)
        self._follow(self.renorm_stddev, stddev, self.renorm_momentum)
        self._follow(self.moving_stddev, stddev, self.momentum)
        self.moving_variance.assign(ops.relu(ops.square(self.moving_stddev) - self.epsilon))
        return ops.batch_normalization(
            inputs, mean, variance, self.axis, offset=offset, scale=scale, epsilon=self.epsilon
        )

    def _by_batch(self, inputs: Any) -> Any:
        """Outputs, mean and variance, in two passes over the inputs."""
        rank, axis = len(inputs.shape), self.axis % len(inputs.shape)
        channels, dtype = inputs.shape[axis], self.compute_dtype
        gamma = ops.ones((channels,), dtype) if self.gamma is None else self.gamma
        beta = ops.zeros((channels,), dtype) if self.beta is None else self.beta
        last = axis == rank - 1
        outputs, mean, variance = _core.ops.normalize_batch(
            inputs if last else ops.moveaxis(inputs, axis, -1), gamma, beta, epsilon=self.epsilon
        )
        return outputs if last else ops.moveaxis(outputs, -1, axis), mean, variance

    def _moments(self, inputs: Any, mask: Any) -> Any:
        rank = len(inputs.shape)
        others = tuple(i for i in range(rank) if i != self.axis % rank)
        if mask is None:
            return ops.moments(inputs, others)
        if len(mask.shape) != rank - 1:
            raise ValueError(
                f"[{self.name}] expected a mask of the input's shape without its last axis; got {tuple(mask.shape)} "
                f"for input {tuple(inputs.shape)}."
            )
        counts = ops.broadcast_to(ops.expand_dims(ops.cast(mask, "bool"), -1), inputs.shape)
        total = ops.sum(ops.cast(counts, inputs.dtype), axis=others, keepdims=True) + config.epsilon()
        mean = ops.sum(ops.where(counts, inputs, 0.0), axis=others, keepdims=True) / total
        off = ops.where(counts, inputs - mean, 0.0)
        variance = ops.sum(ops.square(off), axis=others, keepdims=True) / total
        return ops.squeeze(mean, others), ops.squeeze(variance, others)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "momentum": self.momentum,
            "moving_mean_initializer": initializers.serialize(self.moving_mean_initializer),
            "moving_variance_initializer": initializers.serialize(self.moving_variance_initializer),
            "renorm": self.renorm,
            "renorm_clipping": self.renorm_clipping,
            "renorm_momentum": self.renorm_momentum,
            "synchronized": self.synchronized,
        }
