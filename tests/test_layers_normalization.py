"""Normalising layers: values against NumPy, moving statistics, masks, and gradients while training."""

import numpy as np
import pytest

import nnfit
from layer_testing import check_gradients, run_layer_test, sample
from nnfit import _core, initializers, layers, ops
from nnfit.function import function
from nnfit.masks import set_mask

EPSILON = 1e-3


def normalized(x, axes, epsilon=EPSILON):
    return (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + epsilon)


@pytest.mark.parametrize(
    ("init", "shape", "weights"),
    [
        ({}, (None, 3), 4),
        ({"scale": False}, (None, 4, 3), 3),
        ({"center": False}, (None, 2, 2, 5), 3),
        ({"center": False, "scale": False, "axis": 1}, (None, 3, 4), 2),
        ({"gamma_regularizer": None, "beta_constraint": "non_neg", "momentum": 0.5}, (None, 17), 4),
    ],
)
def test_batch_normalization(init, shape, weights):
    layer = run_layer_test(
        layers.BatchNormalization, init, shape, shape, weights=weights, trainable_weights=weights - 2
    )
    x = 3 + 2 * sample(shape, batch=6)
    axis = init.get("axis", -1) % len(shape)
    others = tuple(i for i in range(len(shape)) if i != axis)
    np.testing.assert_allclose(layer(x, training=True).numpy(), normalized(x, others), rtol=1e-5, atol=1e-5)
    momentum = init.get("momentum", 0.99)
    np.testing.assert_allclose(layer.moving_mean.numpy(), (1 - momentum) * x.mean(axis=others), rtol=1e-5)
    variance = momentum + (1 - momentum) * x.var(axis=others)
    np.testing.assert_allclose(layer.moving_variance.numpy(), variance, rtol=1e-5)
    aligned = [1 if i != axis else shape[axis] for i in range(len(shape))]
    mean, variance = (w.numpy().reshape(aligned) for w in (layer.moving_mean, layer.moving_variance))
    np.testing.assert_allclose(layer(x).numpy(), (x - mean) / np.sqrt(variance + EPSILON), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("shape", "axis"), [((7, 3), -1), ((3, 2, 4), 1), ((2, 3, 3, 65), -1), ((5, 1), -1)])
def test_batch_normalization_gradients_while_training(shape, axis):
    init = {"axis": axis, "gamma_initializer": "random_uniform"}
    check_gradients(layers.BatchNormalization, init, sample(shape, "float64"), training=True)


def test_batch_normalization_that_is_not_trainable_infers():
    layer = layers.BatchNormalization()
    layer.build((None, 3))
    layer.trainable = False
    x = sample((None, 3))
    np.testing.assert_allclose(layer(x, training=True).numpy(), x / np.sqrt(1 + EPSILON), rtol=1e-6)
    np.testing.assert_array_equal(layer.moving_mean.numpy(), 0)
    assert len(layer.trainable_weights) == 0
    assert len(layer.non_trainable_weights) == 4


def test_batch_normalization_counts_what_its_mask_lets_through():
    layer = layers.BatchNormalization(momentum=0.0)
    x = sample((4, 3, 2))
    mask = np.array([[True, True, False], [True, False, False], [False] * 3, [True] * 3])
    tensor = ops.convert_to_tensor(x)
    set_mask(tensor, ops.convert_to_tensor(mask))
    y = layer(tensor, training=True).numpy()
    kept = x[mask]
    np.testing.assert_allclose(layer.moving_mean.numpy(), kept.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance.numpy(), kept.var(axis=0), rtol=1e-5)
    np.testing.assert_allclose(y, (x - kept.mean(axis=0)) / np.sqrt(kept.var(axis=0) + EPSILON), rtol=1e-4, atol=1e-5)
    with pytest.raises(ValueError, match=r"mask of the input's shape without its last axis; got \(4,\)"):
        layer(x, mask=np.ones(4, bool), training=True)


def test_batch_normalization_follows_a_planned_step():
    eager, planned = (layers.BatchNormalization(name="bn") for _ in range(2))
    x = sample((64, 5, 5, 3))
    step = function(lambda t: planned(t, training=True))
    for _ in range(3):
        np.testing.assert_array_equal(step(x).numpy(), eager(x, training=True).numpy())
    for a, b in zip(eager.weights, planned.weights, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())


def test_training_has_the_same_bits_at_any_number_of_threads():
    x, y = sample((256, 8, 8, 3)), np.arange(256) % 5

    def trained(threads):
        _core.set_num_threads(threads)
        nnfit.utils.set_random_seed(0)
        model = nnfit.Sequential(
            [
                layers.RandomFlip(seed=1),
                layers.BatchNormalization(),
                layers.SpatialDropout2D(0.2, seed=2),
                layers.GaussianNoise(0.1, seed=3),
                layers.LayerNormalization(),
                layers.Flatten(),
                layers.Dense(5),
            ]
        )
        model.compile("adam", nnfit.losses.SparseCategoricalCrossentropy(from_logits=True))
        model.fit(x, y, batch_size=100, epochs=2, verbose=0, shuffle=False)
        return b"".join(w.tobytes() for w in model.get_weights())

    assert len({trained(threads) for threads in (1, 2, 4)}) == 1


def test_batch_renormalization():
    init = {"renorm": True, "renorm_clipping": {"rmax": 3.0, "rmin": 0.25, "dmax": 5.0}, "momentum": 0.5}
    run_layer_test(layers.BatchNormalization, init, (None, 3), (None, 3), weights=7, trainable_weights=2)
    layer = layers.BatchNormalization(renorm=True, moving_variance_initializer=initializers.Constant(4.0), epsilon=0.0)
    x = 1 + 2 * sample((8, 3))
    np.testing.assert_allclose(layer(x, training=True).numpy(), x / 2, rtol=1e-5, atol=1e-5)
    for wrong in ({"rmin": 2.0, "rmax": 1.0}, {"dmax": -1.0}, {"rmean": 1.0}):
        with pytest.raises(ValueError, match="expected renorm_clipping with 'rmin' of at most 'rmax'"):
            layers.BatchNormalization(renorm=True, renorm_clipping=wrong)


def test_batch_normalization_rejects_bad_arguments():
    with pytest.raises(ValueError, match="epsilon to be at least 0; got -1"):
        layers.BatchNormalization(epsilon=-1)
    with pytest.raises(ValueError, match=r"momentum in \[0, 1\]; got 2"):
        layers.BatchNormalization(momentum=2)
    with pytest.raises(ValueError, match="synchronized=False"):
        layers.BatchNormalization(synchronized=True)
    with pytest.raises(ValueError, match=r"axis within input \(2, 3\); got 2"):
        layers.BatchNormalization(axis=2)(np.zeros((2, 3), "float32"))
    with pytest.raises(ValueError, match="known size along axis -1"):
        layers.BatchNormalization()(layers.Input((None,)))


@pytest.mark.parametrize(
    ("init", "shape", "axes"),
    [
        ({}, (None, 5), (1,)),
        ({"axis": [1, 2], "center": False}, (None, 4, 3), (1, 2)),
        ({"axis": 1, "scale": False}, (None, 4, 3), (1,)),
        ({"axis": [-1, -3], "epsilon": 0.5}, (None, 2, 3, 4), (1, 3)),
    ],
)
def test_layer_normalization(init, shape, axes):
    weights = init.get("center", True) + init.get("scale", True)
    layer = run_layer_test(layers.LayerNormalization, init, shape, shape, weights=weights)
    x = 3 + 2 * sample(shape)
    expected = normalized(x, axes, init.get("epsilon", EPSILON))
    np.testing.assert_allclose(layer(x).numpy(), expected, rtol=1e-5, atol=1e-5)


def test_layer_normalization_scales_and_shifts_each_place():
    layer = layers.LayerNormalization(axis=(1, 2))
    x = sample((2, 3, 4))
    layer.build(x.shape)
    gamma, beta = sample((3, 4), seed=1), sample((3, 4), seed=2)
    layer.set_weights([gamma, beta])
    np.testing.assert_allclose(layer(x).numpy(), normalized(x, (1, 2)) * gamma + beta, rtol=1e-5, atol=1e-5)
    with pytest.raises(TypeError, match="axis to be an int or a list of ints; got None"):
        layers.LayerNormalization(axis=None)


@pytest.mark.parametrize(
    ("init", "shape", "split", "axes"),
    [
        ({"groups": 2}, (None, 3, 4), (3, 2, 2), (1, 3)),
        ({"groups": -1, "center": False}, (None, 3, 2, 4), (3, 2, 4), (1, 2)),
        ({"groups": 1, "scale": False}, (None, 6), (6,), (1,)),
        ({"groups": 3, "axis": 1}, (None, 6, 2, 2), (3, 2, 2, 2), (2, 3, 4)),
    ],
)
def test_group_normalization(init, shape, split, axes):
    weights = init.get("center", True) + init.get("scale", True)
    layer = run_layer_test(layers.GroupNormalization, init, shape, shape, weights=weights)
    x = 3 + 2 * sample(shape)
    expected = normalized(x.reshape(len(x), *split), axes).reshape(x.shape)
    np.testing.assert_allclose(layer(x).numpy(), expected, rtol=1e-5, atol=1e-5)


def test_group_normalization_rejects_bad_groups():
    for wrong in (0, -2, 1.5):
        with pytest.raises(ValueError, match="groups to be a positive int or -1"):
            layers.GroupNormalization(wrong)
    with pytest.raises(ValueError, match="a multiple of the 32 groups; got 3 along axis -1"):
        layers.GroupNormalization()(np.zeros((2, 3), "float32"))


@pytest.mark.parametrize("axis", [-1, 1, [1, 2]])
def test_unit_normalization(axis):
    layer = run_layer_test(layers.UnitNormalization, {"axis": axis}, (None, 4, 3), (None, 4, 3))
    x = sample((None, 4, 3))
    axes = tuple(axis) if isinstance(axis, list) else (axis,)
    norm = np.sqrt((x**2).sum(axis=axes, keepdims=True))
    np.testing.assert_allclose(layer(x).numpy(), x / norm, rtol=1e-5)
    np.testing.assert_array_equal(layer(np.zeros((1, 4, 3), "float32")).numpy(), 0)


@pytest.mark.parametrize("training", [True, False])
def test_a_plan_that_fuses_relu_has_the_bits_of_the_eager_layers(training):
    def made():
        nnfit.utils.set_random_seed(1)
        normalize = layers.BatchNormalization(beta_initializer="random_normal")
        normalize.build((None, 6, 3))
        return normalize, layers.ReLU()

    x = sample((40, 6, 3))

    def step(normalize, relu, t):
        with nnfit.GradientTape() as tape:
            tape.watch(t)
            y = relu(normalize(t, training=training))
            total = ops.sum(ops.square(y))
        return y, *tape.gradient(total, [t, *normalize.trainable_weights])

    eager, planned = made(), made()
    results = step(*eager, ops.convert_to_tensor(x))
    again = function(lambda t: step(*planned, t))(x)
    for a, b in zip(results, again, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    np.testing.assert_array_equal(eager[0].moving_mean.numpy(), planned[0].moving_mean.numpy())
    only = function(lambda t: planned[1](planned[0](t)))
    np.testing.assert_array_equal(only(x).numpy(), eager[1](eager[0](x)).numpy())
