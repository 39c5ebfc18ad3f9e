"""Pooling, padding, cropping and upsampling layers: values against NumPy, unknown sizes, masks, errors."""

import numpy as np
import pytest

import nnfit
from layer_testing import check_config, check_gradients, check_model, check_shapes, run_layer_test, sample
from nnfit import layers
from nnfit.masks import get_mask, set_mask
from reference.pooling import largest, mean

WINDOWS = [
    ({}, (None, 7, 3), (None, 3, 3)),
    ({"pool_size": 3, "strides": 2, "padding": "same"}, (None, 7, 3), (None, 4, 3)),
    ({"pool_size": (2,), "strides": (3,), "data_format": "channels_first"}, (None, 3, 7), (None, 3, 2)),
    ({}, (None, 5, 6, 3), (None, 2, 3, 3)),
    ({"pool_size": (3, 2), "strides": 1, "padding": "same"}, (None, 5, 6, 17), (None, 5, 6, 17)),
    ({"pool_size": 2, "data_format": "channels_first"}, (None, 3, 5, 6), (None, 3, 2, 3)),
]


def expected_pooling(function, x, init):
    first = init.get("data_format") == "channels_first"
    x = np.moveaxis(x, 1, -1) if first else x
    y = function(x, init.get("pool_size", 2), init.get("strides"), init.get("padding", "valid"))
    return np.moveaxis(y, -1, 1) if first else y


@pytest.mark.parametrize("kind", ["Max", "Average"])
@pytest.mark.parametrize(("init", "shape", "output"), WINDOWS)
def test_pooling(kind, init, shape, output):
    by_rank = {
        ("Max", 3): layers.MaxPooling1D,
        ("Max", 4): layers.MaxPooling2D,
        ("Average", 3): layers.AveragePooling1D,
        ("Average", 4): layers.AveragePooling2D,
    }
    layer = run_layer_test(by_rank[kind, len(shape)], init, shape, output, supports_masking=False)
    x = sample(shape)
    want = expected_pooling(largest if kind == "Max" else mean, x, init)
    np.testing.assert_allclose(layer(x).numpy(), want, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("data_format", [None, "channels_first"])
@pytest.mark.parametrize("rank", [1, 2])
def test_global_pooling(rank, data_format, keepdims):
    channels, spatial = 3, (5, 4)[:rank]
    first = data_format == "channels_first"
    shape = (None, channels, *spatial) if first else (None, *spatial, channels)
    ones = (1,) * rank if keepdims else ()
    output = (None, channels, *ones) if first else (None, *ones, channels)
    axes = tuple(range(2, 2 + rank)) if first else tuple(range(1, 1 + rank))
    init = {"data_format": data_format, "keepdims": keepdims}
    x = sample(shape)
    maximum = layers.GlobalMaxPooling1D if rank == 1 else layers.GlobalMaxPooling2D
    layer = run_layer_test(maximum, init, shape, output, supports_masking=False)
    np.testing.assert_array_equal(layer(x).numpy(), x.max(axis=axes, keepdims=keepdims))
    if rank == 2:
        layer = run_layer_test(layers.GlobalAveragePooling2D, init, shape, output, supports_masking=False)
    else:  # hands no mask on, though it takes one
        check_config(layers.GlobalAveragePooling1D, init)
        layer = layers.GlobalAveragePooling1D(**init)
        check_model(layer, x, check_shapes(layer, x, shape, output, "float32"), shape, "float32")
        check_gradients(layers.GlobalAveragePooling1D, init, sample(shape, "float64"))
    np.testing.assert_allclose(layer(x).numpy(), x.mean(axis=axes, keepdims=keepdims), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_masked_steps_do_not_count_in_the_mean(data_format):
    x = sample((None, 4, 3))
    mask = np.array([[True, True, False, True], [False, True, False, False]])
    want = np.stack([x[0, [0, 1, 3]].mean(axis=0), x[1, 1]])
    values = nnfit.ops.convert_to_tensor(np.swapaxes(x, 1, 2) if data_format == "channels_first" else x)
    layer = layers.GlobalAveragePooling1D(data_format)
    np.testing.assert_allclose(layer(values, mask=mask).numpy(), want, rtol=1e-6)
    set_mask(values, nnfit.ops.convert_to_tensor(mask))
    pooled = layer(values)
    np.testing.assert_allclose(pooled.numpy(), want, rtol=1e-6)
    assert get_mask(pooled) is None


@pytest.mark.parametrize(
    ("cls", "init", "shape", "output", "unknown"),
    [
        (layers.ZeroPadding1D, {"padding": (1, 2)}, (None, 4, 3), (None, 7, 3), (None, None, 3)),
        (
            layers.ZeroPadding1D,
            {"padding": 2, "data_format": "channels_first"},
            (None, 3, 4),
            (None, 3, 8),
            (None, 3, None),
        ),
        (layers.ZeroPadding2D, {}, (None, 3, 4, 2), (None, 5, 6, 2), (None, None, None, 2)),
        (
            layers.ZeroPadding2D,
            {"padding": ((0, 1), (2, 3)), "data_format": "channels_first"},
            (None, 2, 3, 4),
            (None, 2, 4, 9),
            (None, 2, None, None),
        ),
        (layers.Cropping1D, {"cropping": (1, 2)}, (None, 5, 3), (None, 2, 3), (None, None, 3)),
        (layers.Cropping2D, {"cropping": (1, 0)}, (None, 5, 4, 3), (None, 3, 4, 3), (None, None, None, 3)),
        (
            layers.Cropping2D,
            {"cropping": ((1, 0), (0, 2)), "data_format": "channels_first"},
            (None, 3, 5, 4),
            (None, 3, 4, 2),
            (None, 3, None, None),
        ),
        (layers.UpSampling1D, {"size": 3}, (None, 4, 3), (None, 12, 3), (None, None, 3)),
        (layers.UpSampling2D, {}, (None, 3, 4, 2), (None, 6, 8, 2), (None, None, None, 2)),
        (
            layers.UpSampling2D,
            {"size": (2, 3), "interpolation": "bilinear", "data_format": "channels_first"},
            (None, 2, 3, 4),
            (None, 2, 6, 12),
            (None, 2, None, None),
        ),
    ],
)
def test_edges_and_sizes(cls, init, shape, output, unknown):
    run_layer_test(cls, init, shape, output, supports_masking=False)
    assert cls(**init)(nnfit.Input(unknown[1:])).shape == unknown


def test_values_of_edges_and_sizes():
    x = sample((None, 4, 5, 3))
    padded = layers.ZeroPadding2D(((1, 2), (0, 3)))(x).numpy()
    np.testing.assert_array_equal(padded, np.pad(x, ((0, 0), (1, 2), (0, 3), (0, 0))))
    np.testing.assert_array_equal(layers.Cropping2D(((1, 2), (0, 3)))(padded).numpy(), x)
    np.testing.assert_array_equal(layers.ZeroPadding1D((2, 1))(x[0]).numpy(), np.pad(x[0], ((0, 0), (2, 1), (0, 0))))
    np.testing.assert_array_equal(layers.Cropping1D((0, 2))(x[0]).numpy(), x[0, :, :3])
    np.testing.assert_array_equal(layers.UpSampling1D(2)(x[0]).numpy(), x[0].repeat(2, axis=1))


def test_bilinear_upsampling_reads_between_pixels():
    x = sample((None, 4, 3, 2))
    up = layers.UpSampling2D((2, 4), interpolation="bilinear")(x).numpy()
    rows = np.clip((np.arange(8) + 0.5) / 2 - 0.5, 0, 3)
    columns = np.clip((np.arange(12) + 0.5) / 4 - 0.5, 0, 2)
    want = np.zeros((2, 8, 12, 2))
    for i, row in enumerate(rows):
        for k, column in enumerate(columns):
            r, c = min(int(row), 2), min(int(column), 1)
            above, below = (x[:, r + d, c] * (1 - column + c) + x[:, r + d, c + 1] * (column - c) for d in (0, 1))
            want[:, i, k] = above * (1 - row + r) + below * (row - r)
    np.testing.assert_allclose(up, want, rtol=1e-5, atol=1e-6)


def test_aliases():
    assert layers.MaxPool1D is layers.MaxPooling1D
    assert layers.AvgPool2D is layers.AveragePooling2D
    assert layers.GlobalMaxPool2D is layers.GlobalMaxPooling2D
    assert layers.GlobalAvgPool1D is layers.GlobalAveragePooling1D


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.MaxPooling2D((2, 2, 2)), r"\[max_pooling2d.*expected pool_size to be an int, or 2 positive"),
        (lambda: layers.MaxPooling1D(2, strides=0), r"\[max_pooling1d.*expected strides"),
        (lambda: layers.MaxPooling1D(2, padding="causal"), r"\[max_pooling1d.*padding to be one of 'valid', 'same'"),
        (lambda: layers.MaxPooling1D(2, data_format="first"), r"\[max_pooling1d.*expected data_format"),
        (lambda: layers.MaxPooling1D(4)(nnfit.Input((3, 2))), r"\[max_pooling1d.*expected an input of at least 4"),
        (lambda: layers.MaxPooling2D()(np.ones((2, 5, 3))), r"\[max_pooling2d.*expected input of rank 4; got"),
        (lambda: layers.GlobalMaxPooling2D("first"), r"\[global_max_pooling2d.*expected data_format"),
        (lambda: layers.ZeroPadding1D(-1), r"\[zero_padding1d.*expected padding"),
        (lambda: layers.ZeroPadding2D((1, 2, 3)), r"\[zero_padding2d.*an int or a pair for each axis; got \(1, 2, 3\)"),
        (lambda: layers.Cropping1D(2)(np.ones((1, 4, 1))), r"\[cropping1d.*expected more than 4 elements along axis 1"),
        (lambda: layers.UpSampling1D(0), r"\[up_sampling1d.*expected size"),
        (
            lambda: layers.UpSampling2D(2, interpolation="cubic"),
            r"\[up_sampling2d.*'nearest' or 'bilinear'; got 'cubic'",
        ),
    ],
)
def test_errors_name_the_layer_and_what_was_expected(make, message):
    with pytest.raises(ValueError, match=message):
        make()
