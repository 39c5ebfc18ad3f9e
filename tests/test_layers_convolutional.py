"""Convolutional layers: what all layers do, shapes with unknown sizes, errors, training on series of any length."""

import numpy as np
import pytest

import nnfit
from layer_testing import run_layer_test, sample
from nnfit import layers, ops

LAYERS = [
    (layers.Conv1D, {"filters": 4, "kernel_size": 3}, (None, 7, 3), (None, 5, 4), 2),
    (layers.Conv1D, {"filters": 4, "kernel_size": 3, "padding": "causal"}, (None, 7, 3), (None, 7, 4), 2),
    (
        layers.Conv1D,
        {"filters": 4, "kernel_size": 2, "strides": 2, "padding": "same", "dilation_rate": 2, "groups": 2},
        (None, 7, 6),
        (None, 4, 4),
        2,
    ),
    (
        layers.Conv1D,
        {"filters": 2, "kernel_size": 3, "data_format": "channels_first", "activation": "softmax"},
        (None, 3, 7),
        (None, 2, 5),
        2,
    ),
    (layers.Conv2D, {"filters": 4, "kernel_size": 3, "activation": "tanh"}, (None, 5, 6, 3), (None, 3, 4, 4), 2),
    (layers.Conv2D, {"filters": 1, "kernel_size": (1, 1), "use_bias": False}, (None, 1, 1, 1), (None, 1, 1, 1), 1),
    (
        layers.Conv2D,
        {"filters": 2, "kernel_size": (5, 3), "strides": (1, 2), "padding": "same", "activation": "gelu"},
        (None, 2, 5, 3),
        (None, 2, 3, 2),
        2,
    ),
    (
        layers.Conv2D,
        {"filters": 6, "kernel_size": 3, "groups": 3, "data_format": "channels_first", "padding": "same"},
        (None, 3, 5, 4),
        (None, 6, 5, 4),
        2,
    ),
    (layers.Conv1DTranspose, {"filters": 4, "kernel_size": 3, "strides": 2}, (None, 4, 3), (None, 9, 4), 2),
    (
        layers.Conv1DTranspose,
        {"filters": 2, "kernel_size": 3, "strides": 3, "padding": "same", "output_padding": 2},
        (None, 4, 3),
        (None, 12, 2),
        2,
    ),
    (
        layers.Conv2DTranspose,
        {"filters": 2, "kernel_size": (3, 2), "strides": 2, "padding": "same", "activation": "sigmoid"},
        (None, 3, 4, 3),
        (None, 6, 8, 2),
        2,
    ),
    (
        layers.Conv2DTranspose,
        {"filters": 2, "kernel_size": 2, "strides": (2, 3), "data_format": "channels_first"},
        (None, 3, 3, 2),
        (None, 2, 6, 6),
        2,
    ),
    (layers.DepthwiseConv1D, {"kernel_size": 3, "depth_multiplier": 2}, (None, 7, 3), (None, 5, 6), 2),
    (layers.DepthwiseConv1D, {"kernel_size": 3, "padding": "causal"}, (None, 7, 3), (None, 7, 3), 2),
    (
        layers.DepthwiseConv2D,
        {"kernel_size": 3, "strides": 2, "padding": "same", "activation": "sigmoid"},
        (None, 5, 4, 3),
        (None, 3, 2, 3),
        2,
    ),
    (
        layers.DepthwiseConv2D,
        {"kernel_size": 2, "data_format": "channels_first", "depth_multiplier": 2, "use_bias": False},
        (None, 3, 4, 4),
        (None, 6, 3, 3),
        1,
    ),
    (layers.SeparableConv1D, {"filters": 4, "kernel_size": 3, "depth_multiplier": 2}, (None, 7, 3), (None, 5, 4), 3),
    (
        layers.SeparableConv2D,
        {"filters": 4, "kernel_size": 3, "padding": "same", "dilation_rate": 2, "activation": "tanh"},
        (None, 5, 4, 3),
        (None, 5, 4, 4),
        3,
    ),
]


def name_of(value):
    return value.__name__ if isinstance(value, type) else None


@pytest.mark.parametrize(("cls", "init", "shape", "output", "weights"), LAYERS, ids=name_of)
def test_convolution(cls, init, shape, output, weights):
    bias = {"bias_initializer": "random_normal"} if init.get("use_bias", True) else {}
    run_layer_test(cls, init | bias, shape, output, weights=weights, supports_masking=False)


@pytest.mark.parametrize(("cls", "init", "shape", "output", "weights"), LAYERS, ids=name_of)
def test_unknown_sizes_are_inferred(cls, init, shape, output, weights):
    first = init.get("data_format") == "channels_first"
    unknown = (None, shape[1], *[None] * (len(shape) - 2)) if first else (*[None] * (len(shape) - 1), shape[-1])
    inferred = (None, output[1], *[None] * (len(shape) - 2)) if first else (*[None] * (len(shape) - 1), output[-1])
    layer = cls(**init)
    assert layer(nnfit.Input(unknown[1:])).shape == inferred
    assert layer.compute_output_shape(shape) == output
    assert layer(sample(shape)).shape == (2, *output[1:])


@pytest.mark.parametrize("groups", [1, 3])
def test_values_follow_from_kernel_bias_and_activation(groups):
    layer = layers.Conv2D(6, 3, strides=2, padding="same", groups=groups, activation="relu")
    x = sample((None, 7, 6, 3))
    layer.build(x.shape)
    layer.bias.assign(np.linspace(-1, 1, 6))
    z = ops.conv(x, layer.kernel, strides=2, padding="same").numpy() + layer.bias.numpy()
    np.testing.assert_allclose(layer(x).numpy(), np.maximum(z, 0), rtol=1e-5, atol=1e-6)


def test_causal_outputs_see_no_later_step():
    layer = layers.Conv1D(2, 3, dilation_rate=2, padding="causal")
    x = sample((None, 9, 3))
    before = layer(x).numpy()
    x[:, 5:] += 1
    after = layer(x).numpy()
    np.testing.assert_array_equal(before[:, :5], after[:, :5])
    assert not np.allclose(before[:, 5], after[:, 5])


def test_weights_have_the_shapes_and_names_of_keras():
    shapes = {
        layers.Conv1D(4, 3, groups=2): [("kernel", (3, 1, 4)), ("bias", (4,))],
        layers.Conv1DTranspose(4, 3): [("kernel", (3, 4, 2)), ("bias", (4,))],
        layers.DepthwiseConv1D(3, depth_multiplier=2): [("kernel", (3, 2, 2)), ("bias", (4,))],
        layers.SeparableConv1D(4, 3, depth_multiplier=3): [
            ("depthwise_kernel", (3, 2, 3)),
            ("pointwise_kernel", (1, 6, 4)),
            ("bias", (4,)),
        ],
    }
    for layer, expected in shapes.items():
        layer.build((None, 8, 2))
        assert [(w.name, tuple(w.shape)) for w in layer.weights] == expected


def test_regularizers_and_constraints_reach_their_weights():
    layer = layers.SeparableConv2D(
        2,
        3,
        depthwise_regularizer="l2",
        pointwise_regularizer="l1",
        bias_regularizer="l2",
        activity_regularizer="l2",
        depthwise_constraint="non_neg",
        pointwise_constraint="non_neg",
        bias_constraint="non_neg",
    )
    layer(sample((None, 4, 4, 2)))
    assert len(layer.losses) == 4
    assert all(w.constraint is not None for w in layer.weights)
    layer = layers.Conv2D(2, 3, kernel_regularizer="l2", bias_regularizer="l1", kernel_constraint="non_neg")
    layer(sample((None, 4, 4, 2)))
    assert len(layer.losses) == 2
    layer = layers.Conv2DTranspose(2, 3, kernel_regularizer="l2", bias_constraint="non_neg")
    layer(sample((None, 4, 4, 2)))
    assert len(layer.losses) == 1


def test_aliases():
    assert layers.Convolution2D is layers.Conv2D
    assert layers.Convolution1DTranspose is layers.Conv1DTranspose
    assert layers.SeparableConvolution2D is layers.SeparableConv2D
    assert {"Conv2D", "Convolution2D"} <= set(dir(layers))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Conv2D(0, 3), r"\[conv2d.*expected filters to be .*got 0"),
        (lambda: layers.Conv2D(4, (3, 3, 3)), r"\[conv2d.*expected kernel_size to be an int, or 2 positive ints; got"),
        (lambda: layers.Conv2D(4, 3, strides=0), r"\[conv2d.*expected strides"),
        (
            lambda: layers.Conv2D(4, 3, padding="causal"),
            r"\[conv2d.*padding to be one of 'valid', 'same'; got 'causal'",
        ),
        (lambda: layers.Conv1D(4, 3, padding="full"), r"\[conv1d.*padding to be one of 'valid', 'same', 'causal'"),
        (lambda: layers.Conv1D(4, 3, groups=3), r"\[conv1d.*expected filters to be a multiple of groups"),
        (lambda: layers.Conv1D(4, 3, data_format="last"), r"\[conv1d.*expected data_format"),
        (lambda: layers.Conv1D(4, 3, groups=2).build((None, 7, 3)), r"\[conv1d.*channels that is a multiple of groups"),
        (lambda: layers.Conv1D(4, 3).build((None, 7, None)), r"\[conv1d.*whose axis of channels, -1, has a known size"),
        (lambda: layers.Conv1D(4, 3)(nnfit.Input((2, 3))), r"\[conv1d.*expected an input of at least 3"),
        (lambda: layers.Conv2D(4, 3)(np.ones((2, 5, 3))), r"\[conv2d.*expected input of rank 4"),
        (lambda: layers.Conv1DTranspose(4, 3, strides=2, output_padding=2), r"output_padding to be less than strides"),
        (lambda: layers.DepthwiseConv1D(3, depth_multiplier=0), r"\[depthwise_conv1d.*depth_multiplier"),
    ],
)
def test_errors_name_the_layer_and_what_was_expected(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_another_number_of_channels_is_refused():
    layer = layers.Conv2D(4, 3)
    layer(np.ones((2, 5, 5, 3), "float32"))
    with pytest.raises(ValueError, match=r"conv2d.*expected input \(batch, None, None, 3\); got \(2, 5, 5, 4\)"):
        layer(np.ones((2, 5, 5, 4), "float32"))


def test_series_and_images_of_any_size_train():
    """One model, batches of several sizes: each is planned once, and all of them train the same weights."""
    nnfit.utils.set_random_seed(1)
    inputs = nnfit.Input((None, 2))
    x = layers.Conv1D(8, 3, padding="same", activation="relu")(inputs)
    x = layers.MaxPooling1D(2)(x)
    x = layers.Conv1D(8, 3, padding="causal", activation="relu")(x)
    model = nnfit.Model(inputs, layers.Dense(1)(layers.GlobalMaxPooling1D()(x)))
    model.compile(optimizer=nnfit.optimizers.Adam(1e-2), loss="mse")
    rng = np.random.default_rng(0)
    losses = []
    for _ in range(12):
        for steps in (8, 12, 21):
            x = rng.standard_normal((16, steps, 2)).astype("float32")
            losses.append(float(model.train_on_batch(x, x.max(axis=(1, 2), keepdims=True)[:, 0])))
    assert np.mean(losses[-6:]) < 0.5 * np.mean(losses[:6])

    inputs = nnfit.Input((None, None, 3))
    x = layers.SeparableConv2D(4, 3, padding="same", activation="relu")(inputs)
    x = layers.AveragePooling2D(2, padding="same")(x)
    model = nnfit.Model(inputs, layers.GlobalAveragePooling2D()(x))
    for size in ((5, 6), (9, 4)):
        assert model.predict(np.ones((2, *size, 3), "float32"), verbose=0).shape == (2, 4)
