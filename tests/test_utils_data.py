"""Helpers that cut, pad and arrange data; figures of Keras 3 where it has them."""

import numpy as np
import pytest

import nnfit
from nnfit.utils import (
    normalize,
    pack_x_y_sample_weight,
    pad_sequences,
    split_dataset,
    timeseries_dataset_from_array,
    unpack_x_y_sample_weight,
)


def windows(**options):
    dataset = timeseries_dataset_from_array(**options)
    return [tuple(part.tolist() for part in batch) if isinstance(batch, tuple) else batch.tolist() for batch in dataset]


def test_windows_of_a_series():
    assert windows(data=np.arange(5), targets=None, sequence_length=3) == [[[0, 1, 2], [1, 2, 3], [2, 3, 4]]]
    assert windows(data=np.arange(6), targets=np.arange(10, 16), sequence_length=2, batch_size=3) == [
        ([[0, 1], [1, 2], [2, 3]], [10, 11, 12]),
        ([[3, 4], [4, 5]], [13, 14]),
    ]
    assert windows(data=np.arange(9), targets=None, sequence_length=3, sampling_rate=2, sequence_stride=2) == [
        [[0, 2, 4], [2, 4, 6], [4, 6, 8]]
    ]
    assert windows(data=np.arange(9), targets=None, sequence_length=2, start_index=3, end_index=6) == [[[3, 4], [4, 5]]]
    assert windows(data=np.arange(9), targets=np.arange(4), sequence_length=2, batch_size=None)[-1] == ([3, 4], 3)


def test_windows_share_the_memory_of_the_series():
    series = np.random.default_rng(0).normal(size=(100, 4)).astype("float32")
    dataset = timeseries_dataset_from_array(series, series[5:, 0], sequence_length=5, batch_size=16)
    rows = dataset.as_rows()
    assert np.shares_memory(rows.data[0], series)
    x, y = (np.concatenate(parts) for parts in zip(*dataset.as_numpy_iterator(), strict=True))
    assert x.shape == (95, 5, 4)
    np.testing.assert_array_equal(x[7], series[7:12])
    np.testing.assert_array_equal(y, series[5:, 0])


def test_shuffled_windows_keep_their_targets():
    dataset = timeseries_dataset_from_array(np.arange(50), np.arange(50), 4, shuffle=True, seed=1, batch_size=8)
    x, y = (np.concatenate(parts) for parts in zip(*dataset.as_numpy_iterator(), strict=True))
    assert sorted(y) == list(range(47))
    assert list(y) != sorted(y)
    np.testing.assert_array_equal(x[:, 0], y)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sequence_length": 0}, "sequence_length of at least 1"),
        ({"sequence_length": 9}, "too few for a window"),
        ({"sequence_length": 2, "start_index": 5, "end_index": 3}, "start_index < end_index"),
    ],
)
def test_impossible_windows(options, message):
    with pytest.raises(ValueError, match=message):
        timeseries_dataset_from_array(np.arange(8), None, **options)


def test_a_model_trains_on_windows():
    series = np.sin(np.arange(200) / 5).astype("float32")[:, None]
    dataset = timeseries_dataset_from_array(series, series[8:], 8, batch_size=16, shuffle=True, seed=0)
    model = nnfit.Sequential([nnfit.Input((8, 1)), nnfit.layers.Flatten(), nnfit.layers.Dense(1)])
    model.compile(nnfit.optimizers.Adam(0.02), "mse")
    losses = model.fit(dataset, epochs=8, verbose=0).history["loss"]
    assert losses[-1] < losses[0] / 4


def test_pad_sequences():
    given = [[1], [2, 3], [4, 5, 6]]
    assert pad_sequences(given, padding="post").tolist() == [[1, 0, 0], [2, 3, 0], [4, 5, 6]]
    assert pad_sequences(given, maxlen=2).tolist() == [[0, 1], [2, 3], [5, 6]]
    assert pad_sequences(given, 2, truncating="post", value=-1).tolist() == [[-1, 1], [2, 3], [4, 5]]
    steps = [np.ones((1, 2)), np.full((3, 2), 2.0), np.ones((0, 2))]
    padded = pad_sequences(steps, dtype="float32")
    assert padded.shape == (3, 3, 2)
    assert padded.sum(axis=(1, 2)).tolist() == [2, 12, 0]
    assert pad_sequences([]).shape == (0, 0)
    for wrong in ({"padding": "left"}, {"truncating": "right"}):
        with pytest.raises(ValueError, match="'pre' or 'post'"):
            pad_sequences(given, **wrong)
    with pytest.raises(ValueError, match="item 1 is a int"):
        pad_sequences([[1], 2])
    with pytest.raises(ValueError, match="steps of one shape"):
        pad_sequences([np.ones((1, 2)), np.ones((1, 3))])


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("order", [1, 2])
def test_normalize(axis, order):
    x = np.array([[3.0, 4.0, 0.0], [0.0, -2.0, 0.0]])
    norms = np.linalg.norm(x, order, axis, keepdims=True)
    np.testing.assert_allclose(normalize(x, axis, order), x / np.where(norms == 0, 1, norms))


def test_pack_and_unpack():
    x, y, w = np.zeros(1), np.ones(1), np.full(1, 2.0)
    assert pack_x_y_sample_weight(x) is x
    assert pack_x_y_sample_weight([x, y]) == ([x, y],)
    for packed in ((x, y), (x, y, w)):
        assert pack_x_y_sample_weight(*packed) == packed
        assert unpack_x_y_sample_weight(packed) == (*packed, None)[:3]
    assert unpack_x_y_sample_weight(x) == (x, None, None)


def test_split_dataset():
    x, y = np.arange(10), np.arange(10) * 2
    for given in ((x, y), [x, y], nnfit.data.Dataset.from_tensor_slices((x, y))):
        left, right = split_dataset(given, left_size=0.7)
        assert [int(a) for a, b in left] == list(range(7))
        assert [int(b) for a, b in right] == [14, 16, 18]
    left, right = split_dataset(x, right_size=4, shuffle=True, seed=3)
    assert sorted([int(n) for n in left] + [int(n) for n in right]) == list(range(10))
    assert [int(n) for n in left] != list(range(6))
