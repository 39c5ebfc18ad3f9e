"""ImageLayer: the base of layers that change images."""

from __future__ import annotations

from typing import Any

from nnfit import ops
from nnfit.layers.data_format import standardize_data_format
from nnfit.layers.input_spec import InputSpec
from nnfit.layers.layer import Layer

__all__ = ["ImageLayer"]


class ImageLayer(Layer):
    """Base of layers that take images: a batch `(batch, rows, columns, channels)`, or one without the batch axis.

    A subclass defines `transform` for a batch with channels last.

    Args:
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For another `data_format`.
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = standardize_data_format(data_format, self.name)
        self.input_spec = InputSpec(min_ndim=3, max_ndim=4)

    def transform(self, images: Any, training: bool) -> Any:
        """Returns a batch of images `(batch, rows, columns, channels)`, changed."""
        raise NotImplementedError(f"[{self.name}] {type(self).__name__} needs a `transform` method; define one.")

    def call(self, inputs: Any, training: bool = False) -> Any:
        rank = len(inputs.shape)
        images = self._to_compute_dtype(inputs)
        if rank == 3:
            images = ops.expand_dims(images, 0)
        if self.data_format == "channels_first":
            images = ops.transpose(images, (0, 2, 3, 1))
        images = self.transform(images, bool(training))
        if self.data_format == "channels_first":
            images = ops.transpose(images, (0, 3, 1, 2))
        return ops.squeeze(images, 0) if rank == 3 else images

    def _to_compute_dtype(self, images: Any) -> Any:
        return ops.cast(images, self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "data_format": self.data_format}
