"""Batches of long rows, which plans gather in parts of their features: where they do, and that nothing else changes."""

import numpy as np
import pytest

import nnfit
from execution import plan_of
from nnfit import _core, layers, ops

ROWS, FEATURES = 50, 1001  # of a batch: no number of parts or of tiles divides the features
RANDOM = np.random.default_rng(0)
X = RANDOM.integers(0, 256, (4 * ROWS, FEATURES)).astype("uint8")
Y = RANDOM.standard_normal((4 * ROWS, 1)).astype("float32")


def network(units=40):
    nnfit.utils.set_random_seed(3)
    model = nnfit.Sequential([layers.Dense(units, "relu"), layers.Dense(1)])
    model.build((None, FEATURES))
    return model


def weights_after(fit, optimizer, threads=1, units=40, **options):
    _core.set_num_threads(threads)
    model = network(units)
    model.compile(optimizer, "mse", **options)
    fit(model)
    return [w.numpy() for w in model.weights]


def fit_shuffled(x):
    return lambda model: model.fit(x, Y, batch_size=ROWS, epochs=3, shuffle=True, verbose=0)


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam"])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_training_equals_that_of_eager_steps(optimizer, dtype):
    x = X.astype(dtype) / np.array(255, dtype) if dtype != "uint8" else X
    planned = weights_after(fit_shuffled(x), optimizer)
    eager = weights_after(fit_shuffled(x), optimizer, run_eagerly=True)
    for a, b in zip(planned, eager, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_bits_do_not_depend_on_the_number_of_threads():
    results = {
        b"".join(w.tobytes() for w in weights_after(fit_shuffled(X), "rmsprop", threads)) for threads in (1, 2, 4, 7)
    }
    assert len(results) == 1


def step_of(model, also=None):
    def step(x, y):
        with nnfit.GradientTape() as tape:
            loss = ops.mean(ops.square(model(x) - y))
        gradients = tape.gradient(loss, model.trainable_weights)
        return [loss, *gradients, *(also(x) if also else [])]

    return step


def parts_of(model, also=None, rows=ROWS):
    x, y = np.zeros((rows, FEATURES), "float32"), np.zeros((rows, 1), "float32")
    return plan_of(step_of(model, also), x, y).feature_parts


def test_the_first_layer_and_its_gradient_take_parts():
    parts, plain = parts_of(network())
    assert parts > 1
    assert plain == 1


@pytest.mark.parametrize("also", [lambda x: [ops.sum(x)], lambda x: [x], lambda x: [ops.reshape(x, (-1,))]])
def test_other_readers_get_plain_rows(also):
    assert parts_of(network(), also) == [1, 1]


def test_few_rows_or_many_units_get_plain_rows():
    assert parts_of(network(), rows=2) == [1, 1]
    assert parts_of(network(units=900)) == [1, 1]


def test_rows_in_order_are_read_where_they_are():
    x = X.astype("float32")
    in_order = weights_after(lambda model: model.fit(x, Y, batch_size=ROWS, shuffle=False, verbose=0), "adam")
    by_index = weights_after(lambda model: model.fit(X, Y, batch_size=ROWS, shuffle=False, verbose=0), "adam")
    for a, b in zip(in_order, by_index, strict=True):
        np.testing.assert_array_equal(a, b)
