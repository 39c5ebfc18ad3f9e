"""Initializers that keep the variance of signals or of gradients from layer to layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from nnfit import random
from nnfit._core import Tensor
from nnfit.initializers.random import RandomInitializer

_MODES = ("fan_in", "fan_out", "fan_avg")
_DISTRIBUTIONS = ("truncated_normal", "untruncated_normal", "uniform")

# Standard deviation of the standard normal distribution truncated at +-2.
_TRUNCATED_STDDEV = 0.87962566103423978

Axes = Sequence[int] | None
Seed = int | random.SeedGenerator | None


class VarianceScaling(RandomInitializer):
    """Values of mean 0 and variance `scale / n`, where n is a fan of the weight tensor.

    A kernel of shape `(..., inputs, outputs)` has `fan_in = receptive_field * inputs` and
    `fan_out = receptive_field * outputs`, the receptive field being the product of the leading sizes.

    Args:
        scale: Positive factor. Defaults to 1.
        mode: `n` is `"fan_in"`, `"fan_out"`, or `"fan_avg"`, their mean. Defaults to `"fan_in"`.
        distribution: `"truncated_normal"`, `"untruncated_normal"` or `"uniform"`. Defaults to `"truncated_normal"`.
        seed: See `RandomInitializer`.
        input_axes: Axes whose sizes make `fan_in`, if not those above; given together with `output_axes`.
        output_axes: Axes whose sizes make `fan_out`.

    Raises:
        ValueError: for an argument that is not one of those above.

    Reference:
        He et al., Delving Deep into Rectifiers, 2015.
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Seed = None,
        input_axes: Axes = None,
        output_axes: Axes = None,
    ) -> None:
        super().__init__(seed)
        tag = type(self).__name__
        if not scale > 0:
            raise ValueError(f"[{tag}] expected a positive scale; got {scale!r}.")
        if mode not in _MODES:
            raise ValueError(f"[{tag}] expected mode to be one of {_MODES}; got {mode!r}.")
        distribution = "truncated_normal" if distribution.lower() == "normal" else distribution.lower()
        if distribution not in _DISTRIBUTIONS:
            raise ValueError(f"[{tag}] expected distribution to be one of {_DISTRIBUTIONS}; got {distribution!r}.")
        if (input_axes is None) != (output_axes is None):
            raise ValueError(f"[{tag}] expected both input_axes and output_axes, or neither.")
        self.scale = scale
        self.mode = mode
        self.distribution = distribution
        self.input_axes = input_axes
        self.output_axes = output_axes

    def __call__(self, shape: Sequence[int], dtype: str | None = None) -> Tensor:
        fan_in, fan_out = compute_fans(shape, self.input_axes, self.output_axes)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return random.uniform(shape, minval=-limit, maxval=limit, dtype=dtype, seed=self.seed)
        if self.distribution == "untruncated_normal":
            return random.normal(shape, stddev=math.sqrt(variance), dtype=dtype, seed=self.seed)
        stddev = math.sqrt(variance) / _TRUNCATED_STDDEV
        return random.truncated_normal(shape, stddev=stddev, dtype=dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "scale": self.scale,
            "mode": self.mode,
            "distribution": self.distribution,
            "input_axes": self.input_axes,
            "output_axes": self.output_axes,
        }


def compute_fans(shape: Sequence[int], input_axes: Axes = None, output_axes: Axes = None) -> tuple[int, int]:
    """Returns `(fan_in, fan_out)` of a weight tensor; see `VarianceScaling`.

    Args:
        shape: Shape of the weights.
        input_axes: Axes whose sizes make `fan_in`.
        output_axes: Axes whose sizes make `fan_out`.

    Example:
        >>> compute_fans((3, 3, 16, 32))
        (144, 288)
    """
    shape = tuple(shape)
    if input_axes is not None and output_axes is not None:
        return math.prod(shape[axis] for axis in input_axes), math.prod(shape[axis] for axis in output_axes)
    if len(shape) < 2:
        fan = math.prod(shape)
        return fan, fan
    receptive_field = math.prod(shape[:-2])
    return shape[-2] * receptive_field, shape[-1] * receptive_field


class _Preset(VarianceScaling):
    """A `VarianceScaling` whose scale, mode and distribution are given by its class."""

    _settings: tuple[float, str, str]

    def __init__(self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None) -> None:
        super().__init__(*self._settings, seed=seed, input_axes=input_axes, output_axes=output_axes)

    def get_config(self) -> dict[str, Any]:
        config = super().get_config()
        return {name: config[name] for name in ("seed", "input_axes", "output_axes")}


class GlorotUniform(_Preset):
    """`VarianceScaling(1.0, "fan_avg", "uniform")`.

    Reference:
        Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks, 2010.
    """

    _settings = (1.0, "fan_avg", "uniform")


class GlorotNormal(_Preset):
    """`VarianceScaling(1.0, "fan_avg", "truncated_normal")`; see `GlorotUniform`."""

    _settings = (1.0, "fan_avg", "truncated_normal")


class HeUniform(_Preset):
    """`VarianceScaling(2.0, "fan_in", "uniform")`.

    Reference:
        He et al., Delving Deep into Rectifiers, 2015.
    """

    _settings = (2.0, "fan_in", "uniform")


class HeNormal(_Preset):
    """`VarianceScaling(2.0, "fan_in", "truncated_normal")`; see `HeUniform`."""

    _settings = (2.0, "fan_in", "truncated_normal")


class LecunUniform(_Preset):
    """`VarianceScaling(1.0, "fan_in", "uniform")`.

    Reference:
        LeCun et al., Efficient BackProp, 1998.
    """

    _settings = (1.0, "fan_in", "uniform")


class LecunNormal(_Preset):
    """`VarianceScaling(1.0, "fan_in", "truncated_normal")`; see `LecunUniform`."""

    _settings = (1.0, "fan_in", "truncated_normal")
