"""RandomFlip: images mirrored at random during training."""

from __future__ import annotations

from typing import Any

from nnfit import ops, random
from nnfit.layers.preprocessing.image_layer import ImageLayer

__all__ = ["RandomFlip"]

_AXES = {"horizontal": (2,), "vertical": (1,), "horizontal_and_vertical": (1, 2)}


class RandomFlip(ImageLayer):
    """Mirrors each image with probability 1/2 during training.

    Images `(batch, rows, columns, channels)`, or one image, come out in the layer's dtype. Without `training=True`,
    which `fit` sets, nothing else is done.

    Args:
        mode: `"horizontal"` (left and right change places), `"vertical"`, or `"horizontal_and_vertical"`, the two
            independently. Defaults to `"horizontal_and_vertical"`.
        seed: Int, or `None` for a random one.
        data_format: `"channels_last"` or `"channels_first"`. Defaults to `"channels_last"`.
        **kwargs: `name`, `trainable`, `dtype` of `Layer`.

    Raises:
        ValueError: For another `mode` or `data_format`.

    Example:
        >>> image = np.arange(3.0).reshape(1, 1, 3, 1)
        >>> flipped = nnfit.layers.RandomFlip("horizontal", seed=1)(image, training=True)
        >>> flipped.numpy().ravel().tolist() in ([0.0, 1.0, 2.0], [2.0, 1.0, 0.0])
        True
    """

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format, **kwargs)
        if mode not in _AXES:
            raise ValueError(f"[{self.name}] expected mode to be one of {list(_AXES)}; got {mode!r}.")
        self.mode = mode
        self.seed = seed
        self.seed_generator = random.SeedGenerator(seed)

    def transform(self, images: Any, training: bool) -> Any:
        if training:
            for axis in _AXES[self.mode]:
                chosen = random.uniform((images.shape[0], 1, 1, 1), seed=self.seed_generator) <= 0.5
                images = ops.where(chosen, ops.flip(images, axis), images)
        return images

    def compute_output_shape(self, input_shape: Any) -> Any:
        return tuple(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "mode": self.mode, "seed": self.seed}
