"""Embedding, Masking, TimeDistributed, noise, and masks on their way to losses and metrics."""

import math

import numpy as np
import pytest

import nnfit
from layer_testing import check_gradients, run_layer_test, sample
from nnfit import layers, ops
from nnfit.masks import get_mask, set_mask


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8", "float32"])
def test_embedding(dtype):
    layer = run_layer_test(
        layers.Embedding,
        {"input_dim": 5, "output_dim": 3, "embeddings_regularizer": "l2"},
        (None, 4),
        (None, 4, 3),
        input_dtype="int32",
        weights=1,
        losses=1,
        supports_masking=False,
        differentiable=False,
    )
    x = sample((None, 4), "int32")
    np.testing.assert_array_equal(layer(x.astype(dtype)).numpy(), layer.embeddings.numpy()[x])


def test_embedding_gradients_add_up():
    layer = layers.Embedding(4, 2, dtype="float64")
    x = np.array([[1, 3, 1], [1, 0, 3]])
    scale = sample((2, 3, 2), "float64")
    with nnfit.GradientTape() as tape:
        total = ops.sum(layer(x) * scale)
    expected = np.zeros((4, 2))
    np.add.at(expected, x, scale)
    np.testing.assert_allclose(tape.gradient(total, layer.embeddings).numpy(), expected, rtol=1e-12)


def test_embedding_arguments():
    given = sample((4, 2))
    for weights in (given, [given]):
        layer = layers.Embedding(4, 2, weights=weights, input_length=3)
        np.testing.assert_array_equal(layer(np.array([2])).numpy(), given[[2]])
    assert layers.Embedding(4, 2, embeddings_constraint="non_neg").embeddings_constraint is not None
    for wrong in ((0, 2), (2, True), (2.5, 2)):
        with pytest.raises(ValueError, match="to be a positive int"):
            layers.Embedding(*wrong)
    with pytest.raises(IndexError, match=r"expected indices in \[-4, 4\)"):
        layers.Embedding(4, 2)(np.array([4]))


def test_embedding_makes_masks():
    layer = layers.Embedding(5, 2, mask_zero=True)
    assert layer.supports_masking
    x = np.array([[1, 2, 0], [3, 0, 0]])
    y = layer(x)
    np.testing.assert_array_equal(get_mask(y).numpy(), x != 0)
    np.testing.assert_array_equal(get_mask(layers.Dense(3)(y)).numpy(), x != 0)
    assert get_mask(layers.Embedding(5, 2)(x)) is None


def test_masking():
    init = {"mask_value": 2.0}
    layer = run_layer_test(layers.Masking, init, (None, 3, 2), (None, 3, 2), supports_masking=True)
    x = np.array([[[2, 2], [2, 1], [0, 0]]], "float32")
    y = layer(x)
    np.testing.assert_array_equal(y.numpy(), [[[0, 0], [2, 1], [0, 0]]])
    np.testing.assert_array_equal(get_mask(y).numpy(), [[False, True, True]])


def test_masks_reach_losses_and_metrics():
    """Padding changes nothing that is computed of a batch."""
    rng = np.random.default_rng(0)
    lengths = np.array([5, 2, 3, 1])
    x = np.where(np.arange(5) < lengths[:, None], rng.integers(1, 7, (4, 5)), 0)
    y = rng.standard_normal((4, 5, 1)).astype("float32")
    model = nnfit.Sequential(
        [
            layers.Embedding(7, 3, mask_zero=True),
            layers.SpatialDropout1D(0.0),
            layers.TimeDistributed(layers.Dense(4, activation="tanh")),
            layers.LayerNormalization(),
            layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse", metrics=["mae"])
    logs = model.evaluate(x, y, verbose=0, return_dict=True)
    off = (model.predict(x, verbose=0) - y)[x != 0]
    assert logs["loss"] == pytest.approx((off**2).mean(), rel=1e-5)
    assert logs["mae"] == pytest.approx(np.abs(off).mean(), rel=1e-5)
    before = model.get_weights()
    y[x == 0] = 1000.0
    model.fit(x, y, verbose=0, shuffle=False)
    assert max(np.abs(a - b).max() for a, b in zip(before, model.get_weights(), strict=True)) < 1


def test_a_layer_without_masking_says_that_the_mask_ends():
    x = ops.convert_to_tensor(sample((2, 3, 2)))
    set_mask(x, ops.convert_to_tensor(np.ones((2, 3), bool)))
    with pytest.warns(UserWarning, match="does not support masking"):
        layers.Flatten()(x)


@pytest.mark.parametrize("inner", ["Dense", "LayerNormalization", "Dropout"])
def test_time_distributed(inner):
    arguments = {"Dense": {"units": 4}, "LayerNormalization": {}, "Dropout": {"rate": 0.5, "seed": 1}}[inner]
    made = getattr(layers, inner)(**arguments, name="inner")
    last = 4 if inner == "Dense" else 3
    x = sample((2, 5, 3))
    layer = layers.TimeDistributed(made)
    y = layer(x)
    assert y.shape == (2, 5, last) == layer.compute_output_shape((2, 5, 3))
    np.testing.assert_allclose(y.numpy(), np.stack([made(x[:, i]).numpy() for i in range(5)], axis=1), rtol=1e-6)
    assert [w.path for w in layer.weights] == [f"{layer.name}/inner/{w.name}" for w in made.weights]
    again = layers.TimeDistributed.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()
    assert layer(layers.Input((None, 3))).shape == (None, None, last)


def test_time_distributed_in_full():
    init = {"layer": layers.Dense(4, name="step")}
    run_layer_test(layers.TimeDistributed, init, (None, 5, 3), (None, 5, 4), weights=2, differentiable=False)
    init = {"layer": layers.Dense(4, dtype="float64")}
    check_gradients(layers.TimeDistributed, init, sample((2, 5, 3), "float64"))


def test_time_distributed_passes_masks_and_training():
    x = ops.convert_to_tensor(sample((2, 3, 4)))
    mask = np.array([[[True, True, False, False]] * 3, [[True] * 4] * 3])
    y = layers.TimeDistributed(layers.Softmax())(x, mask=mask).numpy()
    np.testing.assert_array_equal(y == 0, ~mask)
    dropped = layers.TimeDistributed(layers.Dropout(0.5, seed=1))(np.ones((4, 5, 20)), training=True).numpy()
    assert set(np.unique(dropped)) == {0, 2}
    with pytest.raises(ValueError, match=r"expected input \(batch, steps, …\); got \(2, 3\)"):
        layers.TimeDistributed(layers.Dense(1))(np.ones((2, 3)))
    with pytest.raises(ValueError, match="expected a layer; got 'dense'"):
        layers.TimeDistributed("dense")
    with pytest.raises(ValueError, match=r"mask whose first axes are \(2, 3\)"):
        layers.TimeDistributed(layers.Softmax())(x, mask=np.ones((3, 2), bool))


def test_repeat_vector():
    layer = run_layer_test(layers.RepeatVector, {"n": 3}, (None, 4), (None, 3, 4), supports_masking=False)
    x = sample((None, 4))
    np.testing.assert_array_equal(layer(x).numpy(), np.repeat(x[:, None], 3, axis=1))
    with pytest.raises(TypeError, match="n to be an int; got 2.5"):
        layers.RepeatVector(2.5)
    with pytest.raises(ValueError, match="n to be positive; got 0"):
        layers.RepeatVector(0)


@pytest.mark.parametrize(
    ("cls", "init", "shape", "fixed"),
    [
        (layers.SpatialDropout1D, {}, (None, 4, 30), (1,)),
        (layers.SpatialDropout2D, {}, (None, 4, 3, 30), (1, 2)),
        (layers.SpatialDropout2D, {"data_format": "channels_first"}, (None, 30, 4, 3), (2, 3)),
        (layers.SpatialDropout3D, {}, (None, 2, 4, 3, 30), (1, 2, 3)),
    ],
)
def test_spatial_dropout(cls, init, shape, fixed):
    layer = run_layer_test(cls, {"rate": 0.25, "seed": 3, **init}, shape, shape, seed_generators=1)
    y = layer(np.ones((40, *shape[1:]), "float32"), training=True).numpy()
    assert set(np.unique(y)) == {0.0, np.float32(1 / 0.75)}
    one = y.mean(axis=fixed, keepdims=True)
    np.testing.assert_allclose(y, np.broadcast_to(one, y.shape), rtol=1e-6)
    assert abs((one == 0).mean() - 0.25) < 5 * math.sqrt(0.25 * 0.75 / one.size)
    with pytest.raises(ValueError, match="expected input"):
        layer(np.ones((2, 3), "float32"))


def test_gaussian_noise():
    layer = run_layer_test(layers.GaussianNoise, {"stddev": 0.5, "seed": 3}, (None, 3), (None, 3), seed_generators=1)
    noise = layer(np.full((300, 300), 2.0, "float32"), training=True).numpy() - 2
    assert abs(noise.mean()) < 0.01
    assert abs(noise.std() - 0.5) < 0.01
    assert layers.GaussianNoise(0)(np.ones(3), training=True).numpy().tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match="stddev between 0 and 1; got 2"):
        layers.GaussianNoise(2)


def test_gaussian_dropout():
    layer = run_layer_test(layers.GaussianDropout, {"rate": 0.2, "seed": 3}, (None, 3), (None, 3), seed_generators=1)
    y = layer(np.full((300, 300), 2.0, "float32"), training=True).numpy()
    assert abs(y.mean() - 2) < 0.02
    assert abs(y.std() - 2 * math.sqrt(0.2 / 0.8)) < 0.02
    with pytest.raises(ValueError, match=r"rate in \[0, 1\); got 1"):
        layers.GaussianDropout(1)


@pytest.mark.parametrize("noise_shape", [None, (None, 1)])
def test_alpha_dropout(noise_shape):
    init = {"rate": 0.2, "seed": 3, "noise_shape": noise_shape}
    layer = run_layer_test(layers.AlphaDropout, init, (None, 3), (None, 3), seed_generators=1)
    x = np.random.default_rng(0).standard_normal((2000, 50)).astype("float32")
    y = layer(x, training=True).numpy()
    assert abs(y.mean()) < 0.05
    assert abs(y.std() - 1) < 0.05
    values, counts = np.unique(y, return_counts=True)
    dropped = y == values[np.argmax(counts)]
    assert abs(dropped.mean() - 0.2) < 0.05
    assert (dropped.all(axis=1) == dropped.any(axis=1)).all() == (noise_shape is not None)
    with pytest.raises(ValueError, match=r"rate in \[0, 1\); got 1"):
        layers.AlphaDropout(1)


@pytest.mark.parametrize("cls", [layers.SpatialDropout1D, layers.GaussianDropout, layers.AlphaDropout])
def test_noise_repeats_with_its_seed_and_has_gradients(cls):
    x = sample((4, 5, 6))
    first, second = (cls(0.5, seed=3)(x, training=True).numpy() for _ in range(2))
    np.testing.assert_array_equal(first, second)
    check_gradients(cls, {"rate": 0.5}, sample((4, 5, 6), "float64"))
