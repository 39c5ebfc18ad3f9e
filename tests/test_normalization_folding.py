"""Prediction folds normalisation by given statistics into the product before it: the same to rounding."""

import numpy as np
import pytest

import nnfit
from execution import names_of, plan_of
from nnfit import _core, layers, ops

R = np.random.default_rng(0)


def randomized(model):
    """Weights as training might leave them, and a channel whose variance is 0."""
    for layer in model.layers:
        for weight in layer.weights:
            value = 0.3 * R.normal(size=weight.shape)
            if "variance" in weight.path:
                value = value**2 + 0.5
                value[0] = 0.0
            weight.assign(value)
    return model


def chain(shape, *parts):
    x = y = nnfit.Input(shape)
    for part in parts:
        y = part(y)
    return randomized(nnfit.Model(x, y))


MODELS = {
    "conv2d": lambda: chain((9, 8, 3), layers.Conv2D(6, 3), layers.BatchNormalization()),
    "conv2d without bias": lambda: chain((9, 8, 3), layers.Conv2D(6, 3, use_bias=False), layers.BatchNormalization()),
    "neither scale nor centre": lambda: chain(
        (9, 8, 3), layers.Conv2D(6, 3), layers.BatchNormalization(scale=False, center=False)
    ),
    "relu": lambda: chain(
        (9, 8, 3), layers.Conv2D(6, 3, strides=2, padding="same"), layers.BatchNormalization(), layers.ReLU()
    ),
    "relu and pooling": lambda: chain(
        (9, 8, 3), layers.Conv2D(6, 3), layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D(2)
    ),
    "winograd": lambda: chain((12, 12, 16), layers.Conv2D(32, 3, padding="same"), layers.BatchNormalization()),
    "conv1d": lambda: chain((40, 3), layers.Conv1D(5, 3, padding="causal"), layers.BatchNormalization()),
    "groups": lambda: chain((9, 8, 6), layers.Conv2D(8, 3, groups=2), layers.BatchNormalization()),
    "depthwise": lambda: chain(
        (9, 8, 5), layers.DepthwiseConv2D(3, depth_multiplier=2), layers.BatchNormalization(), layers.ReLU()
    ),
    "dense": lambda: chain((6,), layers.Dense(4), layers.BatchNormalization(), layers.ReLU()),
}
BATCH = 32


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", MODELS)
def test_prediction_is_that_of_the_layers_one_by_one(name, dtype):
    before = nnfit.config.floatx()
    nnfit.config.set_floatx(dtype)
    try:
        model = MODELS[name]()
        x = ops.cast(R.normal(size=(BATCH, *model.input_shape[1:])), dtype)
        eager = model(x, training=False).numpy()
        names = names_of(plan_of(lambda t: model(t, training=False), x))
        got = nnfit.function(lambda t: model(t, training=False))(x).numpy()
    finally:
        nnfit.config.set_floatx(before)
    assert not {"normalize_channels", "relu", "max_pool"} & set(names)
    assert got.dtype == eager.dtype == dtype
    tolerance = 64 * np.finfo(dtype).eps * max(1.0, float(np.abs(eager).max()))
    np.testing.assert_allclose(got, eager, rtol=0, atol=tolerance)


def both(x, kernel, *statistics):
    y = ops.conv(x, kernel)
    return _core.ops.normalize_channels(y, *statistics) + ops.sum(y)


def moved(x, kernel, mean, scale, offset):
    return _core.ops.normalize_channels(ops.conv(x, kernel), mean, scale, offset)


def activated(x, kernel, *statistics):
    return _core.ops.normalize_channels(_core.ops.conv(x, kernel, activation="relu"), *statistics)


def by_its_own_moments(x, kernel, mean, scale, offset):
    y = ops.conv(x, kernel)
    return _core.ops.normalize_channels(y, ops.mean(y, (0, 1, 2)), scale, offset)


def arrays_of(images, kernel):
    shapes = images, kernel, *[kernel[-1:]] * 3
    return [ops.cast(R.normal(size=shape), "float32") for shape in shapes]


@pytest.mark.parametrize("function", [both, activated, by_its_own_moments])
def test_what_is_read_or_changed_in_between_is_not_folded(function):
    arrays = arrays_of((16, 8, 8, 3), (3, 3, 3, 4))
    assert "normalize_channels" in names_of(plan_of(function, *arrays))
    np.testing.assert_array_equal(nnfit.function(function)(*arrays).numpy(), function(*arrays).numpy())


def test_kernels_larger_than_the_images_are_not_scaled():
    arrays = arrays_of((1, 4, 4, 32), (3, 3, 32, 32))
    assert "normalize_channels" in names_of(plan_of(moved, *arrays))
    np.testing.assert_array_equal(nnfit.function(moved)(*arrays).numpy(), moved(*arrays).numpy())


def test_a_normalisation_of_two_convolutions_is_folded_into_each():
    first, second, shared = layers.Conv2D(4, 3), layers.Conv2D(4, 3), layers.BatchNormalization()
    x = nnfit.Input((8, 8, 3))
    model = nnfit.Model(x, [shared(first(x)), shared(second(x))])
    shared.moving_mean.assign([1.0, -1.0, 0.5, 0.0])
    images = ops.cast(R.normal(size=(BATCH, 8, 8, 3)), "float32")
    for got, eager in zip(model.predict(images, verbose=0), model(images, training=False), strict=True):
        np.testing.assert_allclose(got, eager.numpy(), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("trainable", [False, True])
def test_gradients_through_frozen_statistics_are_those_of_the_layers_one_by_one(trainable):
    """Those of the scale read what is normalised; where the layer is frozen, only the kernel is differentiated."""
    model = MODELS["relu"]()
    normalization = model.layers[2]
    normalization.trainable = trainable
    variables = model.trainable_variables
    x = ops.cast(R.normal(size=(BATCH, 9, 8, 3)), "float32")

    def gradients(x):
        with nnfit.GradientTape() as tape:
            y = model(x, training=False)
            loss = ops.mean(ops.square(y - 1.0))
        return tape.gradient(loss, variables)

    for got, eager in zip(nnfit.function(gradients)(x), gradients(x), strict=True):
        np.testing.assert_allclose(got.numpy(), eager.numpy(), rtol=1e-4, atol=1e-6)


def test_prediction_after_a_step_uses_the_new_weights():
    model = MODELS["conv2d"]()
    model.compile("sgd", "mse")
    x = R.normal(size=(BATCH, 9, 8, 3)).astype("float32")
    model.predict(x, verbose=0)
    model.fit(x, np.zeros((BATCH, 7, 6, 6)), batch_size=BATCH, verbose=0)
    np.testing.assert_allclose(model.predict(x, verbose=0), model(x).numpy(), rtol=1e-5, atol=1e-4)
