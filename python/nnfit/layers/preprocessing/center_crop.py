"""CenterCrop: the centre of images."""

from __future__ import annotations

from typing import Any

from nnfit.layers.preprocessing.image_crop import ImageCrop

__all__ = ["CenterCrop"]


class CenterCrop(ImageCrop):
    """Cuts the centre of `height` rows and `width` columns out of images.

    Images `(batch, rows, columns, channels)`, or one image, come out in the layer's dtype. Of those that are too small
    the largest centred part with the proportions of `height` and `width` is enlarged.

    Args:
        height: Rows of the result.
        width: Columns of the result.
        data_format: `"channels_last"` or `"channels_first"`. Defaults to `"channels_last"`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If a size is not a positive int, or for another `data_format`.

    Example:
        >>> nnfit.layers.CenterCrop(2, 2)(np.arange(16.0).reshape(4, 4, 1))[:, :, 0].numpy()
        array([[ 5.,  6.],
               [ 9., 10.]], dtype=float32)
    """

    def __init__(self, height: int, width: int, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(height, width, data_format, **kwargs)

    def transform(self, images: Any, training: bool) -> Any:
        return self._center(images)
