"""fit, evaluate and predict: what they compute, whatever the way the batches are run."""

import threading

import numpy as np
import pytest

import nnfit
from nnfit import layers


def data(rows=50, features=4, classes=3, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, features)).astype("float32")
    return x, rng.integers(0, classes, rows)


def classifier(features=4, classes=3, **compile_options):
    nnfit.utils.set_random_seed(1)
    inputs = nnfit.Input((features,))
    hidden = layers.Dense(8, activation="relu")(inputs)
    model = nnfit.Model(inputs, layers.Dense(classes)(hidden))
    options = {
        "optimizer": nnfit.optimizers.SGD(0.1),
        "loss": nnfit.losses.SparseCategoricalCrossentropy(from_logits=True),
        "metrics": ["accuracy"],
        **compile_options,
    }
    model.compile(**options)
    return model


def test_history_has_the_names_and_one_value_for_each_epoch():
    x, y = data()
    history = classifier().fit(x, y, epochs=3, validation_split=0.2, verbose=0)
    assert list(history.history) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert all(len(values) == 3 for values in history.history.values())
    assert history.epoch == [0, 1, 2]


def test_the_loss_of_an_epoch_is_the_mean_over_samples_with_a_short_last_batch():
    x, y = data(rows=50)
    model = classifier(optimizer=nnfit.optimizers.SGD(0.0))
    loss = model.fit(x, y, batch_size=16, verbose=0).history["loss"][0]
    logits = x @ model.get_weights()[0] + model.get_weights()[1]
    logits = np.maximum(logits, 0) @ model.get_weights()[2] + model.get_weights()[3]
    log_probabilities = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    assert loss == pytest.approx(-log_probabilities[np.arange(50), y].mean(), rel=1e-5)


def test_val_loss_is_what_evaluate_gives():
    x, y = data()
    model = classifier()
    history = model.fit(x[:40], y[:40], validation_data=(x[40:], y[40:]), verbose=0).history
    assert model.evaluate(x[40:], y[40:], verbose=0) == [history["val_loss"][0], history["val_accuracy"][0]]


def test_eager_steps_give_what_planned_steps_give():
    x, y = data()
    planned, eager = classifier(), classifier(run_eagerly=True)
    a = planned.fit(x, y, batch_size=16, epochs=2, shuffle=False, verbose=0).history
    b = eager.fit(x, y, batch_size=16, epochs=2, shuffle=False, verbose=0).history
    for name in a:
        np.testing.assert_allclose(a[name], b[name], rtol=1e-5)
    for v, w in zip(planned.get_weights(), eager.get_weights(), strict=True):
        np.testing.assert_allclose(v, w, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("threads", [2, 4, 7])
def test_weights_have_the_same_bits_at_any_number_of_threads(threads):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(256, 96)).astype("float32"), rng.integers(0, 5, 256)

    def trained(count):
        nnfit.config.set_num_threads(count)
        model = classifier(96, 5, optimizer="adam")
        model.fit(x, y, batch_size=64, epochs=3, verbose=0)
        return model.get_weights()

    for one, many in zip(trained(1), trained(threads), strict=True):
        np.testing.assert_array_equal(one, many)


def test_the_same_seed_gives_the_same_training():
    x, y = data()
    a, b = (classifier().fit(x, y, epochs=2, verbose=0).history["loss"] for _ in range(2))
    assert a == b


def test_batches_of_an_iterable_train_as_arrays_do():
    x, y = data(rows=48)
    batches = [(x[i : i + 16], y[i : i + 16]) for i in range(0, 48, 16)]
    a = classifier().fit(x, y, batch_size=16, shuffle=False, verbose=0).history["loss"]
    b = classifier().fit(batches, verbose=0).history["loss"]
    assert a == b


def test_inputs_by_name_and_several_outputs():
    a, b = nnfit.Input((2,), name="a"), nnfit.Input((3,), name="b")
    joined = layers.concatenate([a, b])
    model = nnfit.Model([a, b], [layers.Dense(1, name="left")(joined), layers.Dense(2, name="right")(joined)])
    model.compile("sgd", loss={"left": "mse", "right": "mae"}, metrics={"right": ["mse"]}, loss_weights={"left": 2.0})
    x = {"b": np.ones((8, 3)), "a": np.ones((8, 2))}
    y = {"right": np.zeros((8, 2)), "left": np.zeros((8, 1))}
    logs = model.fit(x, y, verbose=0).history
    assert list(logs) == ["loss", "left_loss", "right_loss", "right_mse"]
    assert logs["loss"][0] == pytest.approx(2 * logs["left_loss"][0] + logs["right_loss"][0], rel=1e-5)
    outputs = model.predict(x, verbose=0)
    assert [o.shape for o in outputs] == [(8, 1), (8, 2)]


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float64", "float32", "float16"])
def test_features_of_any_type_are_cast(dtype):
    x = np.random.default_rng(0).integers(0, 200, (20, 4)).astype(dtype)
    y = np.zeros(20, "int64")
    expected = classifier().predict(x.astype("float32"), verbose=0)
    np.testing.assert_allclose(classifier().predict(x, verbose=0), expected, rtol=1e-5)
    classifier().fit(x, y, verbose=0)


def test_rows_that_are_not_contiguous():
    x, y = data()
    wide = np.repeat(x, 2, axis=1)[:, ::2]
    np.testing.assert_array_equal(classifier().predict(wide, verbose=0), classifier().predict(x, verbose=0))
    assert classifier().fit(wide, y, verbose=0).history == classifier().fit(x, y, verbose=0).history


def test_class_weight_is_sample_weight():
    x, y = data()
    weight = {0: 1.0, 1: 3.0, 2: 0.5}
    a = classifier().fit(x, y, class_weight=weight, verbose=0).history["loss"]
    b = classifier().fit(x, y, sample_weight=np.array([weight[c] for c in y]), verbose=0).history["loss"]
    assert a == b


def test_regression_with_targets_of_one_axis_counts_each_sample_once():
    x = np.linspace(0, 1, 32).reshape(-1, 1)
    model = nnfit.Sequential([nnfit.Input((1,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    flat = model.evaluate(x, x[:, 0], verbose=0)
    np.testing.assert_allclose(flat, model.evaluate(x, x, verbose=0), rtol=1e-6)


def test_train_on_batch_and_its_siblings():
    x, y = data()
    model = classifier()
    first = model.train_on_batch(x, y, return_dict=True)
    assert set(first) == {"loss", "accuracy"}
    assert len(model.test_on_batch(x, y)) == 2
    np.testing.assert_allclose(model.predict_on_batch(x), model.predict(x, verbose=0), rtol=1e-6)


def test_an_overridden_train_step_is_planned_too():
    class Doubling(nnfit.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(1)
            self.traces = 0

        def call(self, x):
            return self.dense(x)

        def train_step(self, data):
            self.traces += 1
            logs = super().train_step(data)
            return {**logs, "double": logs["loss"] * 2}

    model = Doubling()
    model.compile("sgd", "mse")
    logs = model.fit(np.ones((40, 2)), np.ones(40), batch_size=8, epochs=3, verbose=0).history
    assert logs["double"] == pytest.approx([2 * v for v in logs["loss"]])
    assert model.traces == 1


def test_validation_is_planned_once():
    traces = []

    class Counting(nnfit.Model):
        def test_step(self, data):
            traces.append(data[0].shape)
            return super().test_step(data)

    inputs = nnfit.Input((2,))
    model = Counting(inputs, layers.Dense(1)(inputs))
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = np.ones((20, 2)), np.ones(20)
    model.fit(x, y, batch_size=8, epochs=4, validation_data=(x, y), verbose=0)
    model.evaluate(x, y, batch_size=8, verbose=0)
    assert traces == [(8, 2), (4, 2)]


def test_a_step_that_looks_at_a_value_runs_eagerly_with_one_warning():
    class Looking(nnfit.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(1)

        def call(self, x):
            return self.dense(x) if float(nnfit.ops.sum(x)) > 0 else self.dense(-x)

    model = Looking()
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match=r"eagerly.*test_fit\.py:\d+"):
        model.fit(np.ones((8, 2)), np.ones(8), verbose=0)


def test_predict_on_two_threads_at_once():
    x, _ = data(rows=500)
    model = classifier()
    expected = model.predict(x, verbose=0)
    results = [None] * 4

    def work(i):
        for _ in range(20):
            results[i] = model.predict(x, verbose=0)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        np.testing.assert_array_equal(result, expected)


def test_predictions_are_the_callers_own():
    x, _ = data()
    model = classifier()
    first = model.predict(x, verbose=0)
    kept = first.copy()
    first += 1
    np.testing.assert_array_equal(model.predict(x, verbose=0), kept)


def test_compiling_again_keeps_weights():
    x, y = data()
    model = classifier()
    model.fit(x, y, verbose=0)
    weights = model.get_weights()
    model.compile("adam", "sparse_categorical_crossentropy")
    for before, after in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_the_learning_rate_can_change_between_epochs():
    x, y = data()
    model = classifier()
    model.fit(x, y, verbose=0)
    model.optimizer.learning_rate = 0.0
    weights = model.get_weights()
    model.fit(x, y, verbose=0)
    for before, after in zip(weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_steps_per_epoch_beyond_the_data_goes_round():
    x, y = data(rows=20)
    model = classifier()
    model.fit(x, y, batch_size=8, steps_per_epoch=7, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 7


def test_a_nan_loss_is_reported_with_its_step():
    x, y = data(rows=32)
    x[17] = np.nan
    with pytest.warns(UserWarning, match="NaN since step 3 of epoch 1"):
        classifier().fit(x, y, batch_size=8, shuffle=False, verbose=0)


def test_own_losses_and_metrics_see_targets_beside_the_outputs():
    """Targets of shape (batch,) have a trailing axis there, so that samples are not broadcast against each other."""
    x, y = data(rows=48)

    class Hits(nnfit.metrics.Metric):
        def __init__(self):
            super().__init__(name="hits")
            self.count = self.add_weight(name="count", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            classes = nnfit.ops.reshape(nnfit.ops.argmax(y_pred, axis=1), (-1, 1))
            equal = nnfit.ops.cast(y_true, "int32") == nnfit.ops.cast(classes, "int32")
            self.count.assign_add(nnfit.ops.sum(nnfit.ops.cast(equal, "float32")))

        def result(self):
            return self.count

    def distance(y_true, y_pred):
        assert y_true.shape == (16, 1)
        return nnfit.ops.mean(nnfit.ops.abs(nnfit.ops.cast(y_true, "float32") - y_pred))

    model = classifier(loss=distance, metrics=[Hits(), "sparse_categorical_accuracy"])
    logs = model.evaluate(x, y, batch_size=16, verbose=0, return_dict=True)
    assert logs["hits"] == round(logs["sparse_categorical_accuracy"] * 48)
    assert logs["loss"] == pytest.approx(np.abs(y[:, None] - model.predict(x, verbose=0)).mean(), rel=1e-5)


def test_warnings_point_at_the_line_that_called_fit():
    model = nnfit.Sequential([nnfit.Input((1,)), nnfit.layers.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="the loss is NaN") as caught:
        model.fit(np.full((8, 1), np.nan, "float32"), np.zeros((8, 1), "float32"), verbose=0)
    assert caught[0].filename == __file__
