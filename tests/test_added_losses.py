"""Losses and metrics that layers and models add, in fit: they are part of the plan."""

import numpy as np
import pytest

import nnfit
from nnfit import layers, ops

RNG = np.random.default_rng(8)
X = RNG.normal(size=(20, 4)).astype("float32")
Y = RNG.normal(size=(20, 1)).astype("float32")


class ActivityPenalty(layers.Layer):
    def call(self, inputs):
        self.add_loss(ops.sum(inputs) * 0.1)
        return inputs


class SpreadLogging(layers.Layer):
    def call(self, inputs):
        self.add_metric(ops.std(inputs), name="std_of_activation", aggregation="mean")
        return inputs


def fitted(*inserted, prepare=lambda model, hidden: None, epochs=1, **options):
    """A model of two layers with some more between them, trained with a learning rate of 0."""
    nnfit.utils.set_random_seed(1)
    inputs = nnfit.Input((4,))
    x = hidden = layers.Dense(3, activation="relu", name="hidden")(inputs)
    for layer in inserted:
        x = layer(x)
    model = nnfit.Model(inputs, layers.Dense(1)(x))
    prepare(model, hidden)
    model.compile(**{"optimizer": nnfit.optimizers.SGD(0.0), "loss": "mse", **options})
    history = model.fit(X, Y, batch_size=8, epochs=epochs, shuffle=False, validation_data=(X, Y), verbose=0).history
    return model, history


def activations(model):
    x = X @ model.get_layer("hidden").kernel.numpy() + model.get_layer("hidden").bias.numpy()
    return [np.maximum(x[i : i + 8], 0) for i in range(0, 20, 8)]


@pytest.mark.parametrize("run_eagerly", [False, True])
@pytest.mark.parametrize("where", ["layer", "model"])
def test_an_added_loss_is_minimized(where, run_eagerly):
    _, plain = fitted()
    inserted = (ActivityPenalty(),) if where == "layer" else ()

    def prepare(model, hidden):
        if where == "model":
            model.add_loss(ops.sum(hidden) * 0.1)

    model, history = fitted(*inserted, prepare=prepare, run_eagerly=run_eagerly)
    added = sum(0.1 * part.sum() * len(part) for part in activations(model)) / 20
    assert history["loss"][0] == pytest.approx(plain["loss"][0] + added, rel=1e-5)
    whole = 0.1 * np.concatenate(activations(model)).sum()  # all 20 rows are one batch of the validation by 32
    assert model.evaluate(X, Y, verbose=0) == pytest.approx(plain["val_loss"][0] + whole, rel=1e-5)
    trained, _ = fitted(*[type(layer)() for layer in inserted], prepare=prepare, optimizer=nnfit.optimizers.SGD(0.01))
    fewer = sum(part.sum() for part in activations(trained))
    assert fewer < sum(part.sum() for part in activations(model))


@pytest.mark.parametrize("run_eagerly", [False, True])
@pytest.mark.parametrize("where", ["layer", "model"])
def test_an_added_metric_is_the_mean_over_the_batches_of_an_epoch(where, run_eagerly):
    def prepare(model, hidden):
        if where == "model":
            model.add_metric(ops.std(hidden), name="std_of_activation", aggregation="mean")

    inserted = (SpreadLogging(),) if where == "layer" else ()
    model, history = fitted(*inserted, prepare=prepare, epochs=2, metrics=["mae"], run_eagerly=run_eagerly)
    names = ["loss", "mae", "std_of_activation"]
    assert list(history) == names + [f"val_{name}" for name in names]
    expected = np.mean([part.std() for part in activations(model)])
    assert history["std_of_activation"] == pytest.approx([expected] * 2, rel=1e-5)
    assert model.metrics_names == names
    assert len(model.evaluate(X, Y, verbose=0)) == 3


def test_metrics_of_one_name_are_kept_apart():
    model, history = fitted(SpreadLogging(), SpreadLogging())
    assert model.metrics_names == ["loss", "std_of_activation", "std_of_activation_1"]
    assert history["std_of_activation"] == history["std_of_activation_1"]


def test_what_is_added_after_fit_counts_in_the_next():
    model, history = fitted()
    hidden = model.get_layer("hidden").output
    model.add_loss(ops.sum(hidden) * 0.1)
    model.add_metric(ops.max(hidden), name="top")
    again = model.fit(X, Y, batch_size=8, shuffle=False, verbose=0).history
    assert list(again) == ["loss", "top"]
    assert again["loss"][0] > history["loss"][0]


def test_a_model_may_have_added_losses_alone():
    inputs = nnfit.Input((4,))
    outputs = layers.Dense(2)(inputs)
    model = nnfit.Model(inputs, outputs)
    model.add_loss(ops.mean(outputs**2))
    model.compile("adam")
    losses = model.fit(X, epochs=3, batch_size=10, verbose=0).history["loss"]
    assert losses[2] < losses[0]
    assert model.evaluate(X, verbose=0) < losses[2]


def test_a_function_is_a_loss_on_weights():
    class Penalized(layers.Dense):
        def build(self, input_shape):
            super().build(input_shape)
            self.add_loss(lambda: 0.5 * ops.sum(self.kernel**2))

    _, plain = fitted(layers.Dense(3))
    model, history = fitted(Penalized(3, name="penalized"))
    penalty = 0.5 * (model.get_layer("penalized").kernel.numpy() ** 2).sum()
    assert [float(loss) for loss in model.losses] == [pytest.approx(penalty, rel=1e-6)]
    assert history["loss"][0] == pytest.approx(plain["loss"][0] + penalty, rel=1e-5)
    assert history["val_loss"][0] == pytest.approx(plain["val_loss"][0] + penalty, rel=1e-5)


@pytest.mark.parametrize("run_eagerly", [False, True])
def test_layers_of_a_subclass_that_fit_calls_first(run_eagerly):
    class Logged(nnfit.Model):
        def __init__(self):
            super().__init__()
            self.spread, self.penalty, self.dense = SpreadLogging(), ActivityPenalty(), layers.Dense(1)

        def call(self, x):
            return self.dense(self.penalty(self.spread(x)))

    model = Logged()
    model.compile("sgd", "mse", metrics=["mae"], run_eagerly=run_eagerly)
    history = model.fit(X, Y, batch_size=10, epochs=2, shuffle=False, verbose=0).history
    assert list(history) == ["loss", "mae", "std_of_activation"] == model.metrics_names
    assert history["std_of_activation"] == pytest.approx([(X[:10].std() + X[10:].std()) / 2] * 2, rel=1e-5)


def test_penalties_of_weights_and_activations_add_up():
    def prepare(model, hidden):
        model.get_layer("hidden").kernel.regularizer = nnfit.regularizers.L2(0.5)

    _, plain = fitted()
    model, history = fitted(layers.ActivityRegularization(l1=0.1), prepare=prepare)
    penalty = 0.5 * (model.get_layer("hidden").kernel.numpy() ** 2).sum()
    added = sum(0.1 * np.abs(part).sum() for part in activations(model)) / 20  # of each batch the mean over its samples
    assert history["loss"][0] == pytest.approx(plain["loss"][0] + penalty + added, rel=1e-5)


def test_a_metric_can_be_reset_by_either_name():
    metric = nnfit.metrics.Mean()
    for reset in (metric.reset_state, metric.reset_states):
        metric.update_state([1.0, 3.0])
        assert float(metric.result()) == 2
        reset()
        assert float(metric.result()) == 0


def test_losses_in_a_loop_of_ones_own():
    model, _ = fitted(ActivityPenalty())
    with nnfit.GradientTape() as tape:
        loss = ops.mean((model(X[:8]) - Y[:8]) ** 2) + sum(model.losses)
    assert len(model.losses) == 1
    gradients = tape.gradient(loss, model.trainable_weights)
    kernel = np.where(X[:8] @ model.get_weights()[0] > 0, 0.1, 0.0)
    plain, _ = fitted()
    with nnfit.GradientTape() as tape:
        loss = ops.mean((plain(X[:8]) - Y[:8]) ** 2)
    without = tape.gradient(loss, plain.trainable_weights)
    np.testing.assert_allclose(gradients[0] - without[0], X[:8].T @ kernel, rtol=1e-4, atol=1e-5)
