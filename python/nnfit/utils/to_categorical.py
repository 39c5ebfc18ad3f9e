"""to_categorical: class indices as one-hot rows."""

from __future__ import annotations

from typing import Any

import numpy as np


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """Returns `y[..., c] = 1 if x[...] == c else 0`.

    Args:
        x: Class indices, any shape; a last axis of size 1 is dropped.
        num_classes: Number of classes. Defaults to the largest index plus one.

    Returns:
        Float array with one more axis.

    Raises:
        ValueError: If an index is not in `[0, num_classes)`.

    Example:
        >>> nnfit.utils.to_categorical([0, 2])
        array([[1., 0., 0.],
               [0., 0., 1.]], dtype=float32)
    """
    classes = np.asarray(x).astype(np.int64)
    if classes.ndim > 1 and classes.shape[-1] == 1:
        classes = classes[..., 0]
    count = int(classes.max(initial=-1)) + 1 if num_classes is None else num_classes
    if classes.size and not (classes.min() >= 0 and classes.max() < count):
        raise ValueError(
            f"[to_categorical] expected classes in [0, {count}); got {int(classes.min())} to {int(classes.max())}."
        )
    return np.eye(count, dtype=np.float32)[classes]
