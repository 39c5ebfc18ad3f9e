"""UpSampling2D: images of several times the size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nnfit import ops
from nnfit.layers.data_format import standardize_data_format
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer
from nnfit.layers.preprocessing.image_sampling import resize
from nnfit.ops.spatial import channels_to_last, channels_to_second, per_axis

__all__ = ["UpSampling2D"]


class UpSampling2D(Layer):
    """Makes images several times as large, by repeating pixels or by linear interpolation between them.

    Input `(batch, rows, columns, channels)`, output `(batch, size[0] * rows, size[1] * columns, channels)`.

    Args:
        size: Positive int, or two for rows and columns. Defaults to 2.
        data_format: `"channels_last"` (the default) or `"channels_first"`, for `(batch, channels, rows, columns)`.
        interpolation: `"nearest"` (the default): each pixel repeated; or `"bilinear"`: pixel i of an axis is read at
            `(i + 0.5) / size - 0.5`, between the pixels beside it.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If `size` is not positive ints, or for another data format or interpolation.

    Example:
        >>> nnfit.layers.UpSampling2D((1, 2))(np.float32([1, 2]).reshape(1, 1, 2, 1)).numpy().ravel()
        array([1., 1., 2., 2.], dtype=float32)
    """

    def __init__(
        self,
        size: int | Sequence[int] = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.size = per_axis(self.name, "size", size, 2)
        self.data_format = standardize_data_format(data_format, self.name)
        if interpolation not in ("nearest", "bilinear"):
            raise ValueError(
                f"[{self.name}] expected interpolation to be 'nearest' or 'bilinear'; got {interpolation!r}."
            )
        self.interpolation = interpolation
        self.input_spec = InputSpec(ndim=4)

    def call(self, inputs: Any) -> Any:
        first = 2 if self.data_format == "channels_first" else 1
        if self.interpolation == "nearest":
            return ops.repeat(ops.repeat(inputs, self.size[0], axis=first), self.size[1], axis=first + 1)
        images = channels_to_last(inputs, 4) if first == 2 else inputs
        _, rows, columns, _ = images.shape
        images = resize(images, self.size[0] * rows, self.size[1] * columns)
        return channels_to_second(images, 4) if first == 2 else images

    def compute_output_shape(self, input_shape: Any) -> Any:
        shape = list(input_shape)
        first = 2 if self.data_format == "channels_first" else 1
        for axis, size in enumerate(self.size, first):
            shape[axis] = None if shape[axis] is None else size * shape[axis]
        return tuple(shape)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "size": self.size,
            "data_format": self.data_format,
            "interpolation": self.interpolation,
        }
