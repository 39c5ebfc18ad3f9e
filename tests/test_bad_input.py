"""What a user can get wrong: a clear error each, and nothing lost."""

import numpy as np
import pytest

import nnfit
from nnfit import layers

X = np.random.default_rng(0).normal(size=(24, 4)).astype("float32")
Y = np.arange(24) % 3


def model(**options):
    inputs = nnfit.Input((4,), name="features")
    made = nnfit.Model(inputs, layers.Dense(3, name="scores")(inputs))
    loss = nnfit.losses.SparseCategoricalCrossentropy(from_logits=True)
    made.compile(**{"optimizer": "sgd", "loss": loss, **options})
    return made


def assert_untouched(made, action, error, match):
    weights = [w.copy() for w in made.get_weights()]
    with pytest.raises(error, match=match):
        action(made)
    for before, after in zip(weights, made.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    ("x", "y", "error", "match"),
    [
        (X[:, :3], Y, ValueError, r"features.*\(24, 3\)|features.*4"),
        (X[:, :, None, None], Y, ValueError, "features"),
        (X, Y[:20], ValueError, r"as many samples each; got \[24, 20\]"),
        (X[:0], Y[:0], ValueError, "at least one sample"),
        (np.array([["a"] * 4] * 24), Y, TypeError, "numbers"),
        (X, Y + 1, ValueError, r"3"),
        (X, Y - 1, ValueError, r"-1"),
        (X, np.where(Y == 2, np.nan, Y), ValueError, "nan|NaN"),
        (X, np.where(Y == 2, 0.5, Y), ValueError, "0.5"),
    ],
    ids=["features", "rank", "lengths", "empty", "strings", "label-high", "label-negative", "label-nan", "label-half"],
)  # fmt: skip
def test_data_that_do_not_fit(x, y, error, match):
    assert_untouched(model(), lambda made: made.fit(x, y, verbose=0), error, match)


def test_object_arrays_name_row_and_column():
    x = X.astype(object)
    x[5, 2] = "seven"
    assert_untouched(model(), lambda made: made.fit(x, Y, verbose=0), TypeError, r"'seven'.*row 5, column 2")


@pytest.mark.parametrize("batch_size", [0, -1, 2.5, True, "32"])
def test_batch_sizes(batch_size):
    assert_untouched(model(), lambda made: made.fit(X, Y, batch_size=batch_size, verbose=0), ValueError, "batch_size")


@pytest.mark.parametrize(("option", "value"), [("optimizer", "sdg"), ("loss", "mee")])
def test_unknown_names_list_the_known(option, value):
    with pytest.raises(ValueError, match="SGD|MeanSquaredError"):
        model(**{option: value})


def test_an_unknown_metric_is_an_error_that_lists_the_known():
    with pytest.raises(ValueError, match="nearest first: Accuracy"):
        model(metrics=["acuracy"])


@pytest.mark.parametrize("action", ["fit", "evaluate", "train_on_batch", "test_on_batch"])
def test_before_compile(action):
    inputs = nnfit.Input((4,))
    made = nnfit.Model(inputs, layers.Dense(3)(inputs))
    with pytest.raises(ValueError, match="compile"):
        getattr(made, action)(X, Y)


def test_losses_for_outputs_that_there_are_not():
    with pytest.raises(ValueError, match=r"\['score'\].*\['scores'\]"):
        model(loss={"score": "mse"})


def test_validation_split_out_of_range():
    assert_untouched(model(), lambda m: m.fit(X, Y, validation_split=1.5, verbose=0), ValueError, "validation_split")


def test_validation_split_of_sorted_labels_warns():
    with pytest.warns(UserWarning, match="Shuffle"):
        model().fit(X, np.sort(Y), validation_split=0.3, verbose=0)


def test_targets_beside_an_iterable():
    assert_untouched(model(), lambda m: m.fit([(X, Y)] * 2, Y, verbose=0), ValueError, "tuples")


def test_an_iterator_that_runs_out_names_epoch_and_step():
    batches = iter([(X, Y)] * 3)
    with pytest.raises(ValueError, match="step 2 of epoch 2"):
        model().fit(batches, epochs=3, steps_per_epoch=2, verbose=0)


def test_class_weight_of_an_unknown_class():
    assert_untouched(model(), lambda m: m.fit(X, Y, class_weight={-1: 2.0}, verbose=0), ValueError, "class_weight")


def test_callbacks_that_are_none():
    assert_untouched(model(), lambda m: m.fit(X, Y, callbacks=[print], verbose=0), TypeError, "Callback")


@pytest.mark.parametrize(
    ("name", "value"), [("validation_freq", 0), ("epochs", -1), ("initial_epoch", 1.5), ("steps_per_epoch", 0)]
)
def test_counts_that_are_none(name, value):
    assert_untouched(model(), lambda m: m.fit(X, Y, verbose=0, **{name: value}), ValueError, name)


def test_unknown_verbosity():
    assert_untouched(model(), lambda m: m.fit(X, Y, verbose=3), ValueError, "verbose")
