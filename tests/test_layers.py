"""Every layer: values against NumPy, and all that layers have in common."""

import math
from pathlib import Path

import numpy as np
import pytest

from layer_testing import run_layer_test, sample
from nnfit import initializers, layers, ops
from nnfit.layers import registry
from nnfit.masks import get_mask, set_mask
from nnfit.registry import register_serializable
from nnfit.symbolic import KerasTensor


def numpy_of(layer, x, **kwargs):
    return layer(x, **kwargs).numpy()


def test_every_layer_is_tested():
    files = Path(__file__).parent.glob("test_layers*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in files)
    classes = {registry.find(name).__name__ for name in registry.names()} - {"InputLayer"}
    assert sorted(name for name in classes if f"layers.{name}" not in source) == []


ACTIVATIONS = {
    None: lambda z: z,
    "linear": lambda z: z,
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "softplus": lambda z: np.log1p(np.exp(z)),
}


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("use_bias", [True, False])
def test_dense(activation, use_bias):
    init = {"units": 4, "activation": activation, "use_bias": use_bias, "bias_initializer": "random_normal"}
    layer = run_layer_test(layers.Dense, init, (None, 3), (None, 4), weights=1 + use_bias)
    x = sample((None, 3))
    z = x @ layer.kernel.numpy() + (layer.bias.numpy() if use_bias else 0)
    np.testing.assert_allclose(numpy_of(layer, x), ACTIVATIONS[activation](z), rtol=1e-5, atol=1e-6)


def test_dense_takes_more_axes():
    run_layer_test(layers.Dense, {"units": 4, "activation": "relu"}, (None, 5, 3), (None, 5, 4), weights=2)


def test_dense_regularizers_are_losses_that_follow_the_weights():
    init = {"units": 2, "kernel_regularizer": "l2", "bias_regularizer": "l1", "activity_regularizer": "l2"}
    layer = run_layer_test(layers.Dense, init, (None, 3), (None, 2), weights=2, losses=3)
    layer.bias.assign([3.0, -4.0])
    assert [float(loss) for loss in layer.losses][2] == pytest.approx(0.07)


def test_dense_activity_penalty_is_per_sample():
    layer = layers.Dense(2, kernel_initializer="ones", activity_regularizer=lambda y: ops.sum(y))
    layer(np.ones((4, 3), "float32"))
    assert float(layer.losses[0]) == 6.0


def test_dense_constraint_is_on_its_variable():
    layer = layers.Dense(2, kernel_constraint="non_neg")
    layer.build((None, 3))
    assert layer.kernel.constraint is layer.kernel_constraint


@pytest.mark.parametrize("units", [0, -1, 2.5, True, "3", None])
def test_dense_rejects_bad_units(units):
    with pytest.raises(ValueError, match="expected units to be a positive int"):
        layers.Dense(units)


def test_dense_names_itself_in_shape_errors():
    layer = layers.Dense(10, name="dense_2")
    layer.build((None, 64))
    with pytest.raises(ValueError, match=r"\[dense_2\] expected input \(batch, 64\); got \(32, 10\)"):
        layer(np.zeros((32, 10), "float32"))
    with pytest.raises(ValueError, match=r"\[dense_2\] expected input of rank 2 or more .*; got \(64,\)"):
        layer(np.zeros(64, "float32"))
    with pytest.raises(ValueError, match=r"\[dense_2\] expected input \(batch, None, 64\); got \(2, 64, 1\)"):
        layer(np.zeros((2, 64, 1), "float32"))


def test_dense_needs_a_known_last_axis():
    with pytest.raises(ValueError, match="whose last axis has a known size"):
        layers.Dense(2)(KerasTensor((None, None)))


@pytest.mark.parametrize("name", ["relu", "softmax", "tanh"])
def test_activation(name):
    run_layer_test(layers.Activation, {"activation": name}, (None, 3), (None, 3))


def test_activation_takes_registered_functions():
    @register_serializable("test_layers")
    def doubled(x):
        return 2 * x

    run_layer_test(layers.Activation, {"activation": doubled}, (None, 3), (None, 3))


@pytest.mark.parametrize("init", [{}, {"max_value": 1.5}, {"negative_slope": 0.3, "threshold": 0.05}])
def test_relu(init):
    layer = run_layer_test(layers.ReLU, init, (None, 4), (None, 4))
    x = sample((None, 4))
    slope, threshold, top = init.get("negative_slope", 0), init.get("threshold", 0), init.get("max_value", np.inf)
    expected = np.where(x >= threshold, np.minimum(x, top), slope * (x - threshold))
    np.testing.assert_allclose(numpy_of(layer, x), expected, rtol=1e-6)


def test_relu_rejects_negative_arguments():
    with pytest.raises(ValueError, match="expected threshold to be at least 0; got -1"):
        layers.ReLU(threshold=-1)


def test_leaky_relu():
    layer = run_layer_test(layers.LeakyReLU, {"negative_slope": 0.2}, (None, 4), (None, 4))
    x = sample((None, 4))
    np.testing.assert_allclose(numpy_of(layer, x), np.where(x >= 0, x, 0.2 * x), rtol=1e-6)
    assert layers.LeakyReLU().negative_slope == 0.3
    assert layers.LeakyReLU(alpha=0.1).negative_slope == 0.1


def test_elu():
    layer = run_layer_test(layers.ELU, {"alpha": 0.5}, (None, 4), (None, 4))
    x = sample((None, 4))
    np.testing.assert_allclose(numpy_of(layer, x), np.where(x > 0, x, 0.5 * np.expm1(x)), rtol=1e-5)


@pytest.mark.parametrize("shared", [None, 1, [1, 2]])
def test_prelu(shared):
    init = {"alpha_initializer": "random_uniform", "shared_axes": shared}
    layer = run_layer_test(layers.PReLU, init, (None, 4, 3), (None, 4, 3), weights=1)
    assert layer.alpha.shape == {None: (4, 3), 1: (1, 3)}.get(shared if not isinstance(shared, list) else 0, (1, 1))
    x = sample((None, 4, 3))
    np.testing.assert_allclose(numpy_of(layer, x), np.where(x >= 0, x, layer.alpha.numpy() * x), rtol=1e-6)


@pytest.mark.parametrize("axis", [-1, 1, [1, 2]])
def test_softmax(axis):
    layer = run_layer_test(layers.Softmax, {"axis": axis}, (None, 4, 3), (None, 4, 3))
    x = sample((None, 4, 3))
    e = np.exp(x)
    expected = e / e.sum(axis=tuple(axis) if isinstance(axis, list) else axis, keepdims=True)
    np.testing.assert_allclose(numpy_of(layer, x), expected, rtol=1e-5)


def test_softmax_heeds_its_mask():
    x = sample((None, 3))
    mask = np.array([[True, True, False], [False, False, False]])
    e = np.exp(x) * mask
    y = numpy_of(layers.Softmax(), x, mask=mask)
    np.testing.assert_allclose(y[0], e[0] / e[0].sum(), rtol=1e-5)
    np.testing.assert_array_equal(y[1], 0)


def test_flatten():
    run_layer_test(layers.Flatten, {}, (None, 3, 4), (None, 12), supports_masking=False)
    run_layer_test(layers.Flatten, {}, (None,), (None, 1), supports_masking=False)
    channels_first = {"data_format": "channels_first"}
    layer = run_layer_test(layers.Flatten, channels_first, (None, 2, 3, 4), (None, 24), supports_masking=False)
    x = sample((None, 2, 3, 4))
    np.testing.assert_array_equal(numpy_of(layer, x), x.transpose(0, 2, 3, 1).reshape(2, 24))
    assert layers.Flatten()(KerasTensor((None, None, 3))).shape == (None, None)


def test_reshape():
    layer = run_layer_test(
        layers.Reshape, {"target_shape": (2, -1)}, (None, 3, 4), (None, 2, 6), supports_masking=False
    )
    x = sample((None, 3, 4))
    np.testing.assert_array_equal(numpy_of(layer, x), x.reshape(2, 2, 6))
    assert layers.Reshape((-1, 4))(KerasTensor((None, None, 2))).shape == (None, None, 4)
    with pytest.raises(ValueError, match="at most one -1"):
        layers.Reshape((-1, -1))


def test_permute():
    layer = run_layer_test(layers.Permute, {"dims": (2, 1)}, (None, 3, 4), (None, 4, 3), supports_masking=False)
    x = sample((None, 3, 4))
    np.testing.assert_array_equal(numpy_of(layer, x), x.transpose(0, 2, 1))
    with pytest.raises(ValueError, match="permutation of 1 to 2"):
        layers.Permute((0, 1))


def test_identity():
    run_layer_test(layers.Identity, {}, (None, 3), (None, 3))


def test_lambda():
    layer = layers.Lambda(lambda x, factor: x * factor, arguments={"factor": 3.0})
    assert layer(KerasTensor((None, 2))).shape == (None, 2)
    np.testing.assert_allclose(numpy_of(layer, np.ones((2, 2), "float32")), 3)
    with pytest.raises(ValueError, match="lambda has no name"):
        layer.get_config()


def test_lambda_with_a_registered_function():
    @register_serializable("test_layers")
    def halved(x):
        return x / 2

    run_layer_test(layers.Lambda, {"function": halved}, (None, 3), (None, 3), supports_masking=False)


def test_lambda_passes_training():
    layer = layers.Lambda(lambda x, training: x * (2.0 if training else 1.0))
    x = np.ones((1,), "float32")
    assert float(layer(x, training=True)[0]) == 2
    assert float(layer(x)[0]) == 1


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_rescaling(dtype):
    init = {"scale": 1 / 255, "offset": 0.5}
    layer = run_layer_test(layers.Rescaling, init, (None, 3), (None, 3), input_dtype=dtype)
    x = sample((None, 3), dtype)
    np.testing.assert_allclose(numpy_of(layer, x), x.astype("float32") / 255 + 0.5, rtol=1e-6)


def test_dropout():
    layer = run_layer_test(layers.Dropout, {"rate": 0.25, "seed": 3}, (None, 3), (None, 3), seed_generators=1)
    x = np.ones((200, 100), "float32")
    y = numpy_of(layer, x, training=True)
    assert set(np.unique(y)) == {0.0, np.float32(1 / 0.75)}
    assert abs((y == 0).mean() - 0.25) < 5 * math.sqrt(0.25 * 0.75 / y.size)
    assert not np.array_equal(y, numpy_of(layer, x, training=True))
    again = numpy_of(layers.Dropout(0.25, seed=3), x, training=True)
    np.testing.assert_array_equal(again, numpy_of(layers.Dropout(0.25, seed=3), x, training=True))


def test_dropout_noise_shape():
    y = numpy_of(layers.Dropout(0.5, noise_shape=(None, 1), seed=1), np.ones((50, 4), "float32"), training=True)
    assert (y == y[:, :1]).all()
    assert 0 < (y[:, 0] == 0).sum() < 50


def test_dropout_limits():
    x = np.ones((4, 4), "float32")
    np.testing.assert_array_equal(numpy_of(layers.Dropout(0), x, training=True), x)
    np.testing.assert_array_equal(numpy_of(layers.Dropout(1.0), x, training=True), 0)
    with pytest.raises(ValueError, match="expected rate between 0 and 1; got 1.5"):
        layers.Dropout(1.5)


def test_activity_regularization():
    layer = run_layer_test(layers.ActivityRegularization, {"l1": 0.1, "l2": 0.01}, (None, 3), (None, 3), losses=1)
    x = sample((None, 3))
    layer(x)
    assert float(layer.losses[0]) == pytest.approx((0.1 * np.abs(x).sum() + 0.01 * (x**2).sum()) / len(x), rel=1e-5)


MERGES = {
    layers.Add: (layers.add, lambda a, b, c: a + b + c),
    layers.Multiply: (layers.multiply, lambda a, b, c: a * b * c),
    layers.Average: (layers.average, lambda a, b, c: (a + b + c) / 3),
    layers.Maximum: (layers.maximum, lambda a, b, c: np.maximum(np.maximum(a, b), c)),
    layers.Minimum: (layers.minimum, lambda a, b, c: np.minimum(np.minimum(a, b), c)),
}


@pytest.mark.parametrize("cls", MERGES)
def test_elementwise_merges(cls):
    spelled, reference = MERGES[cls]
    shapes = [(None, 3), (None, 3), (None, 3)]
    layer = run_layer_test(cls, {}, shapes, (None, 3))
    x = sample(shapes)
    np.testing.assert_allclose(numpy_of(layer, x), reference(*x), rtol=1e-6)
    np.testing.assert_allclose(spelled(x).numpy(), reference(*x), rtol=1e-6)
    a, b = sample((None, 4, 1, 3)), sample((None, 3), seed=5)
    wide = cls()([a, b, a]).numpy()
    np.testing.assert_allclose(wide, reference(a, b[:, None, None], a), rtol=1e-6)


def test_subtract():
    shapes = [(None, 3), (None, 3)]
    layer = run_layer_test(layers.Subtract, {}, shapes, (None, 3))
    a, b = sample(shapes)
    np.testing.assert_allclose(numpy_of(layer, [a, b]), a - b, rtol=1e-6)
    np.testing.assert_allclose(layers.subtract([a, b]).numpy(), a - b, rtol=1e-6)
    with pytest.raises(ValueError, match="expected two tensors; got 3"):
        layers.Subtract()([a, b, a])


def test_merges_reject_what_does_not_fit():
    a = np.zeros((2, 3), "float32")
    with pytest.raises(ValueError, match=r"expected a list of tensors; got one of shape \(2, 3\)"):
        layers.Add()(a)
    with pytest.raises(ValueError, match=r"shapes that broadcast; got \(2, 3\), \(2, 4\)"):
        layers.Add()([a, np.zeros((2, 4), "float32")])
    with pytest.raises(ValueError, match=r"along axis -1 alone; got \(2, 3\), \(5, 3\)"):
        layers.Concatenate()([a, np.zeros((5, 3), "float32")])


@pytest.mark.parametrize(("axis", "expected"), [(-1, (None, 2, 7)), (2, (None, 2, 7))])
def test_concatenate(axis, expected):
    shapes = [(None, 2, 3), (None, 2, 4)]
    layer = run_layer_test(layers.Concatenate, {"axis": axis}, shapes, expected)
    x = sample(shapes)
    np.testing.assert_array_equal(numpy_of(layer, x), np.concatenate(x, axis))
    np.testing.assert_array_equal(layers.concatenate(x, axis=axis).numpy(), np.concatenate(x, axis))


def test_merging_masks():
    x = [ops.convert_to_tensor(a) for a in sample([(None, 3, 2), (None, 3, 2)])]
    masks = [np.array([[True, False, False], [True, True, False]]), np.array([[False, True, False]] * 2)]
    for tensor, mask in zip(x, masks, strict=True):
        set_mask(tensor, ops.convert_to_tensor(mask))
    np.testing.assert_array_equal(get_mask(layers.Add()(x)).numpy(), masks[0] | masks[1])
    np.testing.assert_array_equal(get_mask(layers.Concatenate(axis=1)(x)).numpy(), np.concatenate(masks, axis=1))
    np.testing.assert_array_equal(get_mask(layers.Concatenate(axis=2)(x)).numpy(), masks[0] & masks[1])


@pytest.mark.parametrize(
    ("axes", "shapes", "expected", "formula"),
    [
        (1, [(None, 3), (None, 3)], (None, 1), "bk,bk->b"),
        ((1, 2), [(None, 3, 5), (None, 4, 3)], (None, 5, 4), "bki,bjk->bij"),
        (-1, [(None, 2, 5, 3), (None, 4, 3)], (None, 2, 5, 4), "bijk,blk->bijl"),
        ((1, 1), [(None, 3), (None, 3, 4)], (None, 4), "bk,bkj->bj"),
    ],
)
@pytest.mark.parametrize("normalize", [False, True])
def test_dot(axes, shapes, expected, formula, normalize):
    layer = run_layer_test(layers.Dot, {"axes": axes, "normalize": normalize}, shapes, expected)
    x = sample(shapes)
    pair = axes if isinstance(axes, tuple) else (axes, axes)
    scaled = [
        a / np.linalg.norm(a, axis=axis, keepdims=True) if normalize else a for a, axis in zip(x, pair, strict=True)
    ]
    product = np.einsum(formula, *scaled)
    np.testing.assert_allclose(
        numpy_of(layer, x),
        product.reshape(product.shape or (1,)).reshape(tuple(2 if size is None else size for size in expected)),
        rtol=1e-5,
        atol=1e-6,
    )
    np.testing.assert_allclose(layers.dot(x, axes=axes, normalize=normalize).numpy(), numpy_of(layer, x), rtol=1e-6)


def test_dot_rejects_bad_axes():
    x = sample([(None, 3), (None, 4)])
    with pytest.raises(ValueError, match="expected equal sizes along the axes 1"):
        layers.Dot(axes=1)(x)
    with pytest.raises(ValueError, match="other than 0, the batch"):
        layers.Dot(axes=0)(x)
    with pytest.raises(TypeError, match="expected axes to be an int or two"):
        layers.Dot(axes="1")


def test_input_makes_a_tensor():
    x = layers.Input((784,), name="digits")
    assert (x.shape, x.dtype, x.name) == ((None, 784), "float32", "digits")
    assert layers.Input((), dtype="int32", batch_size=4).shape == (4,)
    assert layers.Input(batch_shape=(None, None)).shape == (None, None)
    assert layers.Input(tensor=x).shape == x.shape
    for wrong in ({}, {"shape": (1,), "batch_shape": (None, 1)}, {"batch_shape": (1,), "batch_size": 1}):
        with pytest.raises(ValueError, match="input_layer.*expected"):
            layers.Input(**wrong)
    with pytest.raises(ValueError, match=r"expected a shape such as \(None, 784\); got 784"):
        layers.Input(784)


def test_input_layer_config():
    layer = layers.InputLayer((3, None), dtype="uint8", name="pixels")
    again = layers.InputLayer.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert (again.batch_shape, again.dtype, again.name) == ((None, 3, None), "uint8", "pixels")


def test_initializers_of_the_layer_are_used():
    layer = layers.Dense(2, kernel_initializer=initializers.Constant(0.5), bias_initializer="ones")
    layer.build((None, 3))
    np.testing.assert_array_equal(layer.kernel.numpy(), 0.5)
    np.testing.assert_array_equal(layer.bias.numpy(), 1)
