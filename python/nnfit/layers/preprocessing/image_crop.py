"""ImageCrop: the base of layers that cut images to a size."""

from __future__ import annotations

from typing import Any

from nnfit.layers.preprocessing.image_layer import ImageLayer
from nnfit.layers.preprocessing.image_sampling import center_crop, crop_to_aspect_ratio, resize

__all__ = ["ImageCrop", "standardize_image_size"]


def standardize_image_size(height: Any, width: Any, owner: str) -> tuple[int, int]:
    """Returns a checked height and width.

    Raises:
        ValueError: If one is not a positive int.
    """
    for argument, value in (("height", height), ("width", width)):
        if isinstance(value, bool) or not hasattr(value, "__index__") or value <= 0:
            raise ValueError(f"[{owner}] expected {argument} to be a positive int; got {value!r}.")
    return height.__index__(), width.__index__()


class ImageCrop(ImageLayer):
    """Base of layers that give images of `height` rows and `width` columns, cut from larger ones.

    Args:
        height: Rows of the result.
        width: Columns of the result.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If a size is not a positive int, or for another `data_format`.
    """

    def __init__(self, height: int, width: int, data_format: str | None, **kwargs: Any) -> None:
        super().__init__(data_format, **kwargs)
        self.height, self.width = standardize_image_size(height, width, self.name)

    def _center(self, images: Any) -> Any:
        """The centre; of images that are too small, the centre of the right proportions, enlarged."""
        if images.shape[1] >= self.height and images.shape[2] >= self.width:
            return center_crop(images, self.height, self.width)
        return resize(crop_to_aspect_ratio(images, self.height, self.width), self.height, self.width)

    def compute_output_shape(self, input_shape: Any) -> Any:
        size = (self.height, self.width)
        if self.data_format == "channels_first":
            return (*input_shape[:-2], *size)
        return (*input_shape[:-3], *size, input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "height": self.height, "width": self.width}
