"""RandomCrop: a part of images at a random place during training."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnfit import random
from nnfit.layers.preprocessing.image_crop import ImageCrop
from nnfit.layers.preprocessing.image_sampling import take_lines

__all__ = ["RandomCrop"]


class RandomCrop(ImageCrop):
    """Cuts `height` rows and `width` columns out of each image, at a place of its own during training.

    Images `(batch, rows, columns, channels)`, or one image, come out in the layer's dtype. Without `training=True`,
    which `fit` sets, the centre is cut out. Of images that are too small the largest centred part with the proportions
    of `height` and `width` is enlarged. (In Keras the images of a batch share a place.)

    Args:
        height: Rows of the result.
        width: Columns of the result.
        seed: Int, or `None` for a random one.
        data_format: `"channels_last"` or `"channels_first"`. Defaults to `"channels_last"`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: If a size is not a positive int, or for another `data_format`.

    Example:
        >>> nnfit.layers.RandomCrop(28, 28)(np.zeros((2, 32, 32, 3)), training=True).shape
        (2, 28, 28, 3)
    """

    def __init__(
        self, height: int, width: int, seed: int | None = None, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(height, width, data_format, **kwargs)
        self.seed = seed
        self.seed_generator = random.SeedGenerator(seed)

    def transform(self, images: Any, training: bool) -> Any:
        batch, rows, columns = images.shape[:3]
        if not training or rows < self.height or columns < self.width:
            return self._center(images)
        for axis, size, available in ((1, self.height, rows), (2, self.width, columns)):
            first = random.randint((batch, 1), 0, available - size + 1, seed=self.seed_generator)
            images = take_lines(images, first + np.arange(size, dtype=np.int32), axis)
        return images

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "seed": self.seed}
