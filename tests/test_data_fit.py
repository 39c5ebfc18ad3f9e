"""Data sets in fit, evaluate and predict: the same results as arrays in the same order, whichever way they run."""

import numpy as np
import pytest

import nnfit
from nnfit import layers
from nnfit.data import Dataset

ROWS = 50
RNG = np.random.default_rng(0)
X = RNG.normal(size=(ROWS, 4)).astype("float32")
Y = RNG.integers(0, 3, ROWS)
W = RNG.uniform(0.5, 2.0, ROWS)


def model():
    nnfit.utils.set_random_seed(1)
    made = nnfit.Sequential([nnfit.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(3)])
    made.compile(
        nnfit.optimizers.SGD(0.1),
        nnfit.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return made


def slices(*arrays):
    return Dataset.from_tensor_slices(arrays)


def slow(dataset):
    """The same elements, no longer known to be rows of arrays."""
    return dataset.map(lambda *element: element)


def sources(pipeline):
    return {
        "rows": pipeline(slices(X, Y, W)),
        "batches": slow(pipeline(slices(X, Y, W))),
        "elements": pipeline(slow(slices(X, Y, W))),
        "generated": pipeline(Dataset.from_generator(lambda: zip(X, Y, W, strict=True))),
        "prefetched": slow(pipeline(slices(X, Y, W)).prefetch(2)).prefetch(2),
    }


@pytest.mark.parametrize("kind", ["rows", "batches", "elements", "generated", "prefetched"])
def test_a_data_set_trains_as_arrays_do(kind):
    expected = model().fit(X, Y, batch_size=16, sample_weight=W, shuffle=False, epochs=3, verbose=0).history
    dataset = sources(lambda d: d.batch(16))[kind]
    assert (dataset.as_rows() is not None) == (kind == "rows")
    history = model().fit(dataset, epochs=3, verbose=0).history
    for name, values in expected.items():
        np.testing.assert_allclose(history[name], values, rtol=1e-5)


@pytest.mark.parametrize(
    "pipeline",
    [
        lambda d: d.shuffle(20, seed=3).batch(8),
        lambda d: d.shuffle(100, seed=3).batch(8, drop_remainder=True).take(4),
        lambda d: d.skip(5).shuffle(7, seed=3).repeat(2).batch(9),
        lambda d: d.shuffle(20, seed=3).batch(10).repeat(2).skip(1),
        lambda d: d.shard(2, 1).batch(4).rebatch(6),
    ],
)
@pytest.mark.parametrize("steps_per_epoch", [None, 3])
def test_both_ways_give_the_same_losses(pipeline, steps_per_epoch):
    rows, stream = pipeline(slices(X, Y)), slow(pipeline(slices(X, Y)))
    assert rows.as_rows() is not None
    assert stream.as_rows() is None
    a = model().fit(rows, epochs=4, steps_per_epoch=steps_per_epoch, verbose=0).history
    b = model().fit(stream, epochs=4, steps_per_epoch=steps_per_epoch, verbose=0).history
    for name, values in a.items():
        np.testing.assert_allclose(b[name], values, rtol=1e-6)


@pytest.mark.parametrize("convert", [lambda d: d, slow])
def test_evaluate_and_predict(convert):
    trained = model()
    dataset = convert(slices(X, Y).batch(16))
    np.testing.assert_allclose(
        trained.evaluate(dataset, verbose=0), trained.evaluate(X, Y, batch_size=16, verbose=0), rtol=1e-5
    )
    np.testing.assert_allclose(trained.predict(dataset, verbose=0), trained.predict(X, verbose=0), rtol=1e-5)
    only = convert(Dataset.from_tensor_slices(X).batch(16))
    np.testing.assert_allclose(trained.predict(only, verbose=0), trained.predict(X, verbose=0), rtol=1e-5)
    some = trained.evaluate(dataset, steps=2, verbose=0)
    np.testing.assert_allclose(some, trained.evaluate(X[:32], Y[:32], verbose=0), rtol=1e-5)


@pytest.mark.parametrize("convert", [lambda d: d, slow])
def test_validation_on_a_data_set(convert):
    validation = convert(slices(X, Y).batch(10))
    trained = model()
    history = trained.fit(X, Y, validation_data=validation, epochs=2, verbose=0).history
    assert history["val_loss"][-1] == pytest.approx(trained.evaluate(X, Y, batch_size=10, verbose=0)[0], rel=1e-5)
    history = trained.fit(X, Y, validation_data=validation, validation_steps=1, verbose=0).history
    assert history["val_loss"][-1] == pytest.approx(trained.evaluate(X[:10], Y[:10], verbose=0)[0], rel=1e-5)


@pytest.mark.parametrize("convert", [lambda d: d, slow])
def test_inputs_and_outputs_by_name(convert):
    a, b = nnfit.Input((2,), name="a"), nnfit.Input((None, 3), name="b")
    joined = layers.concatenate([a, layers.Lambda(lambda t: nnfit.ops.sum(t, axis=1))(b)])
    made = nnfit.Model([a, b], [layers.Dense(1, name="left")(joined), layers.Dense(2, name="right")(joined)])
    made.compile("sgd", loss={"left": "mse", "right": "mae"})
    dataset = Dataset.from_tensor_slices(
        (
            {"b": np.ones((20, 5, 3)), "a": np.ones((20, 2), "float32")},
            {"right": np.zeros((20, 2)), "left": np.zeros((20, 1))},
        )
    )
    logs = made.fit(convert(dataset.shuffle(20).batch(8)), epochs=2, verbose=0).history
    assert list(logs) == ["loss", "left_loss", "right_loss"]


def test_the_order_of_a_pass_is_drawn_anew_each_epoch():
    seen = []

    class Watch(nnfit.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(logs["loss"])

    frozen = model()
    frozen.optimizer.learning_rate = 0.0
    frozen.fit(slices(X, Y).shuffle(ROWS, seed=0).batch(25), epochs=2, verbose=0, callbacks=[Watch()])
    assert seen[0] != seen[2]
    assert seen[1] == pytest.approx(seen[3], rel=1e-5)  # over the whole epoch the mean is the same


def test_a_raising_map_function_reaches_the_one_who_fits():
    def failing(x, y):
        if int(y) >= 0:
            raise FileNotFoundError("image_17.png")
        return x, y

    with pytest.raises(FileNotFoundError, match=r"image_17\.png") as caught:
        model().fit(slices(X, Y).map(failing).batch(8), verbose=0)
    assert caught.traceback[-1].name == "failing"


def test_a_custom_loop_over_a_data_set():
    trained, optimizer = model(), nnfit.optimizers.SGD(0.1)
    loss_fn = nnfit.losses.SparseCategoricalCrossentropy(from_logits=True)
    for x_batch, y_batch in slices(X, Y).batch(16):
        with nnfit.GradientTape() as tape:
            loss = loss_fn(y_batch, trained(x_batch, training=True))
        weights = trained.trainable_weights
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        assert len(x_batch) == x_batch.shape[0] == len(y_batch)
    other = model()
    other.fit(X, Y, batch_size=16, shuffle=False, verbose=0)
    for mine, theirs in zip(trained.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("save_freq", ["epoch", 3])
@pytest.mark.parametrize("steps_per_epoch", [None, 4])
@pytest.mark.parametrize("convert", [lambda d: d, slow])
def test_an_interrupted_run_goes_on_in_the_same_order(convert, steps_per_epoch, save_freq, tmp_path):
    """The states of the shuffles are part of the backup, so that the rest of the run gives the same bits."""

    class Interrupt(nnfit.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

        def on_train_batch_end(self, batch, logs=None):
            if self.epoch == 2 and batch == 2:
                raise KeyboardInterrupt

    def run(*callbacks):
        made = model()  # seeds what the shuffles are seeded with
        dataset = convert(slices(X, Y).shuffle(20).batch(8))
        made.fit(dataset, epochs=4, steps_per_epoch=steps_per_epoch, verbose=0, callbacks=list(callbacks))
        return made

    expected = run().get_weights()
    with pytest.raises(KeyboardInterrupt):
        run(nnfit.callbacks.BackupAndRestore(tmp_path, save_freq), Interrupt())
    resumed = run(nnfit.callbacks.BackupAndRestore(tmp_path, save_freq)).get_weights()
    for weight, other in zip(expected, resumed, strict=True):
        np.testing.assert_array_equal(weight, other)
