"""split_dataset: a part to train on and a part to test with."""

from __future__ import annotations

from typing import Any


def split_dataset(
    dataset: Any,
    left_size: float | int | None = None,
    right_size: float | int | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> Any:
    """Returns two data sets: the first samples, and those after them.

    Args:
        dataset: `nnfit.data.Dataset`; or an array, or a list or tuple of arrays of as many rows each.
        left_size: Samples in the first: a number, or a fraction between 0 and 1.
        right_size: Samples in the second, likewise. Defaults to the rest.
        shuffle: Whether samples are shuffled first, once. Defaults to False.
        seed: Seed of the shuffle.
        preferred_backend: Accepted as in Keras.

    Returns:
        Pair of `nnfit.data.Dataset`.

    Raises:
        ValueError: If neither size is given, or they do not fit the number of samples.

    Example:
        >>> left, right = nnfit.utils.split_dataset(np.arange(10), left_size=0.8)
        >>> len(left), [int(n) for n in right]
        (8, [8, 9])
    """
    from nnfit.data import Dataset  # imported when it is used

    if not isinstance(dataset, Dataset):
        arrays = tuple(dataset) if isinstance(dataset, list) and hasattr(dataset[0], "shape") else dataset
        dataset = Dataset.from_tensor_slices(arrays)
    return dataset.split(left_size, right_size, shuffle, seed)
