"""The form in which data sets of labelled images are loaded and returned."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnfit.datasets.idx import read_idx
from nnfit.datasets.locate import RemoteFile, locate

Split = tuple[NDArray[np.uint8], NDArray[np.uint8]]
LabelledImages = tuple[Split, Split]

_NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def mnist_files(sha256: Sequence[str], mirrors: Sequence[str]) -> tuple[RemoteFile, ...]:
    """Describe the four files in which MNIST and its replacements are published.

    Args:
        sha256: The SHA-256 of the training images and labels and of the test images and labels, compressed.
        mirrors: Addresses of the folders that hold them, each with a trailing slash.
    """
    return tuple(
        RemoteFile(name, digest, tuple(mirror + name for mirror in mirrors))
        for name, digest in zip(_NAMES, sha256, strict=True)
    )


def load_mnist_like(dataset: str, files: Sequence[RemoteFile], system_folder: Path | None = None) -> LabelledImages:
    """Load the four files of `mnist_files` as `((x_train, y_train), (x_test, y_test))`."""
    train_images, train_labels, test_images, test_labels = locate(dataset, files, system_folder)
    return read_split(train_images, train_labels), read_split(test_images, test_labels)


def read_split(images_path: Path, labels_path: Path) -> Split:
    """Read images (n, rows, columns) and labels (n,) of bytes from two IDX files that belong together."""
    images = _read_bytes(images_path, rank=3)
    labels = _read_bytes(labels_path, rank=1)
    if len(images) != len(labels):
        raise ValueError(
            f"{images_path} has {len(images)} images, but {labels_path} has {len(labels)} labels. "
            "The two files do not belong together."
        )
    return images, labels


def _read_bytes(path: Path, rank: int) -> NDArray[np.uint8]:
    array: NDArray[Any] = read_idx(path)
    if array.dtype != np.uint8 or array.ndim != rank:
        raise ValueError(f"{path}: expected {rank} dimensions of uint8; got {array.ndim} of {array.dtype.name}.")
    return array
