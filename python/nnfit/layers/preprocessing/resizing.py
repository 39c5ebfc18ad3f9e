"""Resizing: images of another size."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.dtypes import FLOAT_DTYPES
from nnfit.layers.preprocessing.image_crop import ImageCrop
from nnfit.layers.preprocessing.image_sampling import crop_to_aspect_ratio, resize
from nnfit.symbolic.keras_tensor import KerasTensor

__all__ = ["Resizing"]

_INTERPOLATIONS = ("nearest", "bilinear")


class Resizing(ImageCrop):
    """Makes images `height` rows high and `width` columns wide: pixel i is read at `(i + 0.5) * old / new - 0.5`.

    Images `(batch, rows, columns, channels)`, or one image. Integers stay integers, rounded.

    Args:
        height: Rows of the result.
        width: Columns of the result.
        interpolation: `"bilinear"` or `"nearest"`. Defaults to `"bilinear"`.
        crop_to_aspect_ratio: Whether to cut images to the proportions of the result first, so that nothing is
            distorted. Defaults to `False`.
        pad_to_aspect_ratio: Whether to pad them to those proportions first. Defaults to `False`.
        fill_mode: `"constant"`.
        fill_value: What is padded with. Defaults to 0.
        antialias: Must be `False`.
        data_format: `"channels_last"` or `"channels_first"`. Defaults to `"channels_last"`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If a size is not a positive int, for another `interpolation`, `fill_mode`, `antialias` or
            `data_format`, or if images shall be cut and padded both.

    Example:
        >>> nnfit.layers.Resizing(1, 2)(np.array([[[0.0], [1.0], [2.0], [3.0]]])).numpy().ravel()
        array([0.5, 2.5], dtype=float32)
    """

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(height, width, data_format, **kwargs)
        if interpolation not in _INTERPOLATIONS:
            raise ValueError(
                f"[{self.name}] expected interpolation to be one of {_INTERPOLATIONS}; got {interpolation!r}."
            )
        if fill_mode != "constant" or antialias:
            raise ValueError(
                f"[{self.name}] expected fill_mode='constant' and antialias=False; got {fill_mode!r}, {antialias!r}."
            )
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise ValueError(f"[{self.name}] expected at most one of crop_to_aspect_ratio and pad_to_aspect_ratio.")
        self.interpolation = interpolation
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = fill_mode
        self.fill_value = fill_value
        self.antialias = antialias

    def _to_compute_dtype(self, images: Any) -> Any:
        return images

    def transform(self, images: Any, training: bool) -> Any:
        floats = images if images.dtype in FLOAT_DTYPES else ops.cast(images, self.compute_dtype)
        if self.crop_to_aspect_ratio:
            floats = crop_to_aspect_ratio(floats, self.height, self.width)
        elif self.pad_to_aspect_ratio:
            floats = self._padded(floats)
        resized = resize(floats, self.height, self.width, self.interpolation)
        return resized if images.dtype in FLOAT_DTYPES else ops.cast(ops.round(resized), images.dtype)

    def _padded(self, images: Any) -> Any:
        rows, columns = images.shape[1:3]
        height = max(rows, int(columns * self.height / self.width))
        width = max(columns, int(rows * self.width / self.height))
        top, left = (height - rows) // 2, (width - columns) // 2
        pads = ((0, 0), (top, height - rows - top), (left, width - columns - left), (0, 0))
        return ops.pad(images, pads, constant_values=self.fill_value)

    def compute_output_spec(self, inputs: Any, **kwargs: Any) -> Any:
        return KerasTensor(self.compute_output_shape(inputs.shape), inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "interpolation": self.interpolation,
            "crop_to_aspect_ratio": self.crop_to_aspect_ratio,
            "pad_to_aspect_ratio": self.pad_to_aspect_ratio,
            "fill_mode": self.fill_mode,
            "fill_value": self.fill_value,
            "antialias": self.antialias,
        }
