"""timeseries_dataset_from_array: windows that slide over a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nnfit.data import Dataset


def timeseries_dataset_from_array(
    data: Any,
    targets: Any,
    sequence_length: int,
    sequence_stride: int = 1,
    sampling_rate: int = 1,
    batch_size: int | None = 128,
    shuffle: bool = False,
    seed: int | None = None,
    start_index: int | None = None,
    end_index: int | None = None,
    format: str = "tf",
) -> Dataset:
    """Returns a data set of batches of windows of a series.

    Window `i` has the steps `i * sequence_stride + sampling_rate * (0, 1, …, sequence_length - 1)`. Windows are not
    copied before they are put into a batch, unless `sampling_rate` is above 1.

    Args:
        data: Series, shape `(steps, …)`.
        targets: Target of the window that begins at each step, or `None`.
        sequence_length: Steps in a window.
        sequence_stride: Steps between the beginnings of windows. Defaults to 1.
        sampling_rate: Steps between those in a window. Defaults to 1.
        batch_size: Windows in a batch. Defaults to 128; `None`: no batches.
        shuffle: Whether windows come in a random order. Defaults to False.
        seed: Seed of the order.
        start_index: The first step used. Defaults to 0.
        end_index: The step before which to end. Defaults to all.
        format: Accepted as in Keras.

    Returns:
        `nnfit.data.Dataset` of windows of shape `(batch, sequence_length, …)`, or of pairs of windows and targets.

    Raises:
        ValueError: If a length or stride is not positive, or an index is outside of the series.

    Example:
        >>> dataset = nnfit.utils.timeseries_dataset_from_array(np.arange(6), np.arange(3, 6), sequence_length=3)
        >>> for x, y in dataset:
        ...     print(x.tolist(), y.tolist())
        [[0, 1, 2], [1, 2, 3], [2, 3, 4]] [3, 4, 5]
    """
    from nnfit.data import Dataset

    for name, value in (
        ("sequence_length", sequence_length),
        ("sequence_stride", sequence_stride),
        ("sampling_rate", sampling_rate),
    ):
        if value < 1:
            raise ValueError(f"[timeseries_dataset_from_array] expected {name} of at least 1; got {value}.")
    series = np.asarray(data)
    first, last = 0 if start_index is None else start_index, len(series) if end_index is None else end_index
    if not 0 <= first < last <= len(series):
        raise ValueError(
            "[timeseries_dataset_from_array] expected 0 <= start_index < end_index <= the "
            f"{len(series)} steps there are; got {start_index} and {end_index}."
        )
    count = last - first - (sequence_length - 1) * sampling_rate
    if targets is not None:
        targets = np.asarray(targets)[first:last]
        count = min(count, len(targets))
    if count < 1:
        raise ValueError(
            f"[timeseries_dataset_from_array] {last - first} steps are too few for a window of {sequence_length} with "
            f"sampling_rate {sampling_rate}."
        )
    windows = _windows(series[first:last], sequence_length, sampling_rate)[:count:sequence_stride]
    dataset = Dataset.from_tensor_slices(windows if targets is None else (windows, targets[:count:sequence_stride]))
    if shuffle:
        dataset = dataset.shuffle(None, seed)
    return dataset if batch_size is None else dataset.batch(batch_size)


def _windows(series: np.ndarray, length: int, rate: int) -> np.ndarray:
    """A view of all windows: row `i` begins at step `i`."""
    span = (length - 1) * rate + 1
    views = np.lib.stride_tricks.sliding_window_view(series, span, axis=0)
    return np.moveaxis(views, -1, 1)[:, ::rate]
