"""The images that every process trains on: made or loaded once, then read by each worker from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS, PIXELS, CLASSES = 49_984, 784, 10  # MNIST's training part of the guide, in whole batches of 64


def write(folder: Path, source: str) -> None:
    """Writes images and labels: `mnist` by nnfit.datasets, or `synthetic` of the same size."""
    if source == "mnist":
        from nnfit import datasets

        (images, labels), _ = datasets.mnist.load_data()
        images, labels = images[:ROWS].reshape(ROWS, PIXELS), labels[:ROWS]
    else:
        generator = np.random.default_rng(0)
        images = generator.integers(0, 256, (ROWS, PIXELS), np.uint8)
        labels = generator.integers(0, CLASSES, ROWS).astype(np.uint8)
    images.tofile(folder / "images")
    labels.tofile(folder / "labels")


def read(folder: Path, rows: int = ROWS) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Returns images (rows, 784) in [0, 1] and labels (rows,), without a second copy that would count as memory."""
    images = np.empty((rows, PIXELS), np.float32)
    with open(folder / "images", "rb") as file:
        for start in range(0, rows, 1000):
            part = images[start : start + 1000]
            np.divide(np.fromfile(file, np.uint8, part.size).reshape(part.shape), np.float32(255), out=part)
    return images, np.fromfile(folder / "labels", np.uint8, rows).astype(np.int32)


def noise(rows: int, features: int, classes: int | None) -> tuple[NDArray[np.float32], NDArray[Any]]:
    """Normal features, with labels of `classes`, or with one real target each."""
    generator = np.random.default_rng(0)
    x = generator.standard_normal((rows, features), np.float32)
    if classes is None:
        return x, generator.standard_normal((rows, 1), np.float32)
    return x, generator.integers(0, classes, rows).astype(np.int32)
