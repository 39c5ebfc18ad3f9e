"""Handwritten digits, 8 x 8, that come with the package."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from nnfit.datasets.labelled_images import LabelledImages, read_split

_FOLDER = Path(__file__).parent / "data"


def load_data(test_split: float = 0.2, seed: int = 113) -> LabelledImages:
    """Load the UCI optical digits: 1,797 images of handwritten digits by 13 people, which come with the package.

    The images are shuffled by `seed` and split, so training and test data have the same writers.

    Args:
        test_split: The share of the images to keep for testing, between 0 and 1.
        seed: Seed of the shuffle. The same seed gives the same split in every version of NumPy.

    Returns:
        `((x_train, y_train), (x_test, y_test))`: images (n, 8, 8) of uint8, 0 for background to 16, and labels (n,)
        of uint8, 0 to 9.

    Raises:
        ValueError: If `test_split` is not between 0 and 1.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = nnfit.datasets.digits.load_data()
        >>> x_train.shape, x_test.shape
        ((1437, 8, 8), (360, 8, 8))

    Reference:
        E. Alpaydin, C. Kaynak: Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998,
        doi:10.24432/C50P49 (CC BY 4.0).
    """
    if not 0 <= test_split <= 1:
        raise ValueError(f"[digits] expected test_split between 0 and 1; got {test_split}.")
    images, labels = read_split(_FOLDER / "digits-images-idx3-ubyte.gz", _FOLDER / "digits-labels-idx1-ubyte.gz")
    # The stream of RandomState is frozen; that of Generator may change between versions.
    order = np.random.RandomState(seed).permutation(len(images))
    train, test = np.split(order, [int(len(images) * (1 - test_split))])
    return (images[train], labels[train]), (images[test], labels[test])
