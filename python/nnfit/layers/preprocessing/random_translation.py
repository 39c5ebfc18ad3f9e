"""RandomTranslation: images moved at random during training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnfit import ops, random
from nnfit.layers.preprocessing.image_layer import ImageLayer
from nnfit.layers.preprocessing.image_sampling import resample

__all__ = ["RandomTranslation"]

_FILL_MODES = ("constant", "nearest", "reflect", "wrap")
_INTERPOLATIONS = ("nearest", "bilinear")


class RandomTranslation(ImageLayer):
    """Moves each image by a random part of its size during training.

    Images `(batch, rows, columns, channels)`, or one image, come out in the layer's dtype. Without `training=True`,
    which `fit` sets, nothing else is done.

    Args:
        height_factor: How far down, as a part of the height: a pair of bounds in [-1, 1], or one number f for
            `(-f, f)`.
        width_factor: How far to the right, as a part of the width, likewise.
        fill_mode: What comes in from outside: `"reflect"`, the image mirrored at its border; `"wrap"`, its other end;
            `"nearest"`, its border; `"constant"`, `fill_value`. Defaults to `"reflect"`.
        interpolation: `"bilinear"` or `"nearest"`. Defaults to `"bilinear"`.
        seed: Int, or `None` for a random one.
        fill_value: See `fill_mode`. Defaults to 0.
        data_format: `"channels_last"` or `"channels_first"`. Defaults to `"channels_last"`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For factors outside [-1, 1], or another `fill_mode`, `interpolation` or `data_format`.

    Example:
        >>> images = np.ones((2, 4, 4, 1))
        >>> float(nnfit.ops.min(nnfit.layers.RandomTranslation(0.2, 0.2)(images, training=True)))
        1.0
    """

    def __init__(
        self,
        height_factor: float | Sequence[float],
        width_factor: float | Sequence[float],
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format, **kwargs)
        self.height_factor = height_factor
        self.width_factor = width_factor
        if fill_mode not in _FILL_MODES:
            raise ValueError(f"[{self.name}] expected fill_mode to be one of {_FILL_MODES}; got {fill_mode!r}.")
        if interpolation not in _INTERPOLATIONS:
            raise ValueError(
                f"[{self.name}] expected interpolation to be one of {_INTERPOLATIONS}; got {interpolation!r}."
            )
        self.fill_mode = fill_mode
        self.interpolation = interpolation
        self.seed = seed
        self.fill_value = fill_value
        self._bounds = (self._factor_bounds("height_factor"), self._factor_bounds("width_factor"))
        self.seed_generator = random.SeedGenerator(seed)

    def _factor_bounds(self, argument: str) -> tuple[float, float]:
        factor = getattr(self, argument)
        bounds = sorted((-factor, factor)) if isinstance(factor, (int, float)) else sorted(factor)
        if len(bounds) != 2 or not -1 <= bounds[0] <= bounds[1] <= 1:
            raise ValueError(
                f"[{self.name}] expected {argument} to be a number in [-1, 1], or two of them; got {factor!r}."
            )
        return (bounds[0], bounds[1])

    def transform(self, images: Any, training: bool) -> Any:
        if not training:
            return images
        for axis, (low, high) in zip((1, 2), self._bounds, strict=True):
            size = images.shape[axis]
            moved = random.uniform(
                (images.shape[0], 1), low * size, high * size, dtype=images.dtype, seed=self.seed_generator
            )
            positions = ops.convert_to_tensor(np.arange(size, dtype=images.dtype)) - moved
            images = resample(images, positions, axis, self.interpolation, self.fill_mode, self.fill_value)
        return images

    def compute_output_shape(self, input_shape: Any) -> Any:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "height_factor": self.height_factor,
            "width_factor": self.width_factor,
            "fill_mode": self.fill_mode,
            "interpolation": self.interpolation,
            "seed": self.seed,
            "fill_value": self.fill_value,
        }
