"""Weights of samples and of classes: how they meet, by output, over axes of time, in every kind of source."""

import numpy as np
import pytest

import nnfit
from nnfit import layers

RNG = np.random.default_rng(7)
ROWS, STEPS, CLASSES = 24, 3, 4
X = RNG.normal(size=(ROWS, 2)).astype("float32")
Y = RNG.integers(0, CLASSES, ROWS)
W = RNG.uniform(0.5, 2.0, ROWS).astype("float32")
SERIES = RNG.normal(size=(ROWS, STEPS, 2)).astype("float32")
LABELS = RNG.integers(0, CLASSES, (ROWS, STEPS))
CLASS_WEIGHT = {0: 1.0, 1: 3.0, 3: 0.25}
BY_CLASS = np.array([1.0, 3.0, 1.0, 0.25], "float32")


def model(units=CLASSES, loss="sparse_categorical_crossentropy", steps=None, known=True):
    nnfit.utils.set_random_seed(4)
    dense = layers.Dense(units, activation="sigmoid" if units == 1 else "softmax")
    shape = (2,) if steps is None else (steps, 2)
    made = nnfit.Sequential([nnfit.Input(shape), dense] if known else [dense])
    made.compile("sgd", loss, weighted_metrics=["accuracy"])
    return made


def losses(made, *arguments, **options):
    return made.fit(*arguments, epochs=2, batch_size=10, shuffle=False, verbose=0, **options).history


@pytest.mark.parametrize("given", [None, W, W.reshape(-1, 1), W.tolist()], ids=["none", "vector", "column", "list"])
@pytest.mark.parametrize("y", [Y, Y.reshape(-1, 1), Y.astype("float32")], ids=["labels", "column", "floats"])
def test_class_weight_is_multiplied_with_sample_weight(y, given):
    actual = losses(model(), X, y, class_weight=CLASS_WEIGHT, sample_weight=given)
    expected = BY_CLASS[Y] * (1 if given is None else W)
    assert actual == losses(model(), X, y, sample_weight=expected)


def test_one_hot_targets():
    one_hot = np.eye(CLASSES, dtype="float32")[Y]
    made = [model(loss="categorical_crossentropy") for _ in range(2)]
    assert losses(made[0], X, one_hot, class_weight=CLASS_WEIGHT) == losses(
        made[1], X, one_hot, sample_weight=BY_CLASS[Y]
    )


def test_binary_targets():
    y, weights = (Y > 1).astype("float32"), np.array([1.0, 5.0])
    made = [model(1, "binary_crossentropy") for _ in range(2)]
    assert losses(made[0], X, y, class_weight={1: 5.0}) == losses(
        made[1], X, y, sample_weight=weights[(Y > 1).astype(int)]
    )


@pytest.mark.parametrize("y", [LABELS, LABELS[..., None]], ids=["(batch, time)", "(batch, time, 1)"])
@pytest.mark.parametrize("given", [None, W, np.outer(W, [1.0, 0.0, 2.0])], ids=["none", "by sample", "by step"])
def test_class_weight_holds_for_each_step_of_a_sequence(y, given):
    actual = losses(model(steps=STEPS), SERIES, y, class_weight=CLASS_WEIGHT, sample_weight=given)
    factor = 1.0 if given is None else given.reshape(ROWS, -1)
    assert actual == losses(model(steps=STEPS), SERIES, y, sample_weight=(BY_CLASS[LABELS] * factor).astype("float32"))


@pytest.mark.parametrize("one_hot", [False, True])
def test_class_weight_where_the_outputs_are_not_known(one_hot):
    y = np.eye(CLASSES, dtype="float32")[Y] if one_hot else LABELS
    loss = "categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"
    x, classes = (X, Y) if one_hot else (SERIES, LABELS)
    expected = losses(model(loss=loss, known=False), x, y, sample_weight=BY_CLASS[classes])
    assert losses(model(loss=loss, known=False), x, y, class_weight=CLASS_WEIGHT) == expected


def test_one_hot_rows_of_a_sequence():
    one_hot = np.eye(CLASSES, dtype="float32")[LABELS]
    made = [model(steps=STEPS, loss="categorical_crossentropy") for _ in range(2)]
    expected = losses(made[1], SERIES, one_hot, sample_weight=BY_CLASS[LABELS])
    assert losses(made[0], SERIES, one_hot, class_weight=CLASS_WEIGHT) == expected


@pytest.mark.parametrize("weighted", [False, True])
def test_class_weight_of_an_iterable(weighted):
    slices = [slice(i, i + 10) for i in range(0, ROWS, 10)]
    batches = [(X[s], Y[s], W[s]) if weighted else (X[s], Y[s]) for s in slices]
    actual = model().fit(batches, epochs=2, class_weight=CLASS_WEIGHT, verbose=0).history
    assert actual == losses(model(), X, Y, sample_weight=BY_CLASS[Y] * (W if weighted else 1))


@pytest.mark.parametrize("mapped", [False, True], ids=["rows", "batches"])
def test_class_weight_of_a_data_set(mapped):
    dataset = nnfit.data.Dataset.from_tensor_slices((X, Y, W)).batch(10)
    dataset = dataset.map(lambda *parts: parts) if mapped else dataset
    assert (dataset.as_rows() is None) is mapped
    actual = model().fit(dataset, epochs=2, class_weight=CLASS_WEIGHT, verbose=0).history
    assert actual == losses(model(), X, Y, sample_weight=BY_CLASS[Y] * W)


def two_outputs():
    nnfit.utils.set_random_seed(4)
    inputs = nnfit.Input((2,))
    value = layers.Dense(1, name="value")(inputs)
    label = layers.Dense(CLASSES, activation="softmax", name="label")(inputs)
    made = nnfit.Model(inputs, [value, label])
    made.compile(
        "sgd", {"value": "mse", "label": "sparse_categorical_crossentropy"}, weighted_metrics=[["mae"], ["acc"]]
    )
    return made


VALUE = X.sum(axis=1)


def test_class_weight_by_output():
    actual = losses(two_outputs(), X, [VALUE, Y], class_weight={"label": CLASS_WEIGHT})
    assert actual == losses(two_outputs(), X, [VALUE, Y], sample_weight={"label": BY_CLASS[Y]})
    actual = losses(
        two_outputs(), X, {"label": Y, "value": VALUE}, class_weight={"label": CLASS_WEIGHT}, sample_weight=W
    )
    assert actual == losses(two_outputs(), X, [VALUE, Y], sample_weight=[W, W * BY_CLASS[Y]])


def test_sample_weight_by_output_in_every_form():
    expected = losses(two_outputs(), X, [VALUE, Y], sample_weight=[W, None])
    assert expected == losses(two_outputs(), X, [VALUE, Y], sample_weight={"value": W})
    assert expected == losses(two_outputs(), X, [VALUE, Y], sample_weight={"label": None, "value": W})
    slices = [slice(i, i + 10) for i in range(0, ROWS, 10)]
    batches = [(X[s], {"label": Y[s], "value": VALUE[s]}, {"value": W[s]}) for s in slices]
    assert expected == two_outputs().fit(batches, epochs=2, verbose=0).history
    both = losses(two_outputs(), X, [VALUE, Y], sample_weight=W)
    assert both == losses(two_outputs(), X, [VALUE, Y], sample_weight={"label": W, "value": W})
    assert both != expected


@pytest.mark.parametrize(
    ("make", "y", "class_weight", "error", "match"),
    [
        (model, Y, {4: 2.0}, ValueError, r"classes 0 to 3; got the unknown class 4"),
        (model, Y, {-1: 2.0}, ValueError, r"unknown class -1"),
        (lambda: model(known=False), Y, {-1: 2.0}, ValueError, r"classes of at least 0; got the unknown class -1"),
        (model, Y, {"cat": 2.0}, TypeError, r"by class index; got the key 'cat'"),
        (model, Y, [1.0, 2.0], TypeError, r"expected class_weight to be a dict"),
        (model, Y - 1, {0: 2.0}, ValueError, r"class indices of at least 0; got -1"),
        (model, None, {0: 2.0}, ValueError, r"class_weight needs the targets"),
        (two_outputs, [VALUE, Y], {0: 2.0}, ValueError, r"outputs \['value', 'label'\] is a dict by output name"),
        (two_outputs, [VALUE, Y], {"labels": {0: 2.0}}, ValueError, r"by the names of outputs \['value', 'label'\]"),
        (two_outputs, [VALUE, Y], {"label": {9: 2.0}}, ValueError, r"classes 0 to 3; got the unknown class 9"),
    ],
)
def test_class_weights_that_do_not_fit(make, y, class_weight, error, match):
    with pytest.raises(error, match=match):
        make().fit(X, y, class_weight=class_weight, verbose=0)


def test_validation_weights_count():
    history = model().fit(X, Y, validation_data=(X, Y, W), verbose=0).history
    made = model()
    made.fit(X, Y, verbose=0)
    assert [history["val_loss"][0], history["val_accuracy"][0]] == made.evaluate(X, Y, sample_weight=W, verbose=0)


def test_train_on_batch_takes_class_weight():
    a, b = model(), model()
    assert a.train_on_batch(X, Y, class_weight=CLASS_WEIGHT) == b.train_on_batch(X, Y, sample_weight=BY_CLASS[Y])


@pytest.mark.parametrize(
    "y",
    [np.sort(Y), np.sort(Y).astype("float32"), np.eye(CLASSES)[np.sort(Y)], [VALUE, np.sort(Y)]],
    ids=["labels", "floats", "one-hot", "outputs"],
)
def test_a_validation_split_of_sorted_labels_warns(y):
    made = two_outputs() if isinstance(y, list) else model(loss="crossentropy")
    with pytest.warns(UserWarning, match=r"classes \[.*3\] are in no other\. Shuffle"):
        made.fit(X, y, validation_split=0.25, verbose=0)


@pytest.mark.parametrize("y", [np.arange(ROWS), np.arange(ROWS) / 2, VALUE], ids=["counts", "halves", "values"])
def test_a_validation_split_of_quantities_does_not(y):
    made = nnfit.Sequential([nnfit.Input((2,)), layers.Dense(1)])
    made.compile("sgd", "mse")
    made.fit(X, y, validation_split=0.25, verbose=0)
