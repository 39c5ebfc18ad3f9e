"""Where fit, evaluate and predict take their batches from: the result is the same for the same samples in order."""

import threading

import numpy as np
import pytest

import nnfit
from nnfit import layers, ops

ROWS, BATCH = 50, 16
RNG = np.random.default_rng(3)
X = RNG.normal(size=(ROWS, 3)).astype("float32")
Y = RNG.integers(0, 3, ROWS)
W = RNG.uniform(0.5, 2.0, ROWS).astype("float32")


def classifier(**options):
    nnfit.utils.set_random_seed(1)
    inputs = nnfit.Input((3,), name="features")
    model = nnfit.Model(inputs, layers.Dense(3, name="scores")(layers.Dense(5, activation="tanh")(inputs)))
    loss = nnfit.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(**{"optimizer": "adam", "loss": loss, "metrics": ["accuracy"], **options})
    return model


def slices():
    return [slice(i, i + BATCH) for i in range(0, ROWS, BATCH)]


def list_of_batches():
    return [(X[s], Y[s], W[s]) for s in slices()]


class Batches(nnfit.utils.PyDataset):
    def __len__(self):
        return len(slices())

    def __getitem__(self, index):
        return list_of_batches()[index]


class TorchLike:
    """As a PyTorch DataLoader: lists of tensors that need `detach`."""

    batch_size = BATCH
    dataset = range(ROWS)

    class Tensor:
        def __init__(self, array, in_graph=True):
            self.array, self.in_graph = array, in_graph

        def detach(self):
            return TorchLike.Tensor(self.array, in_graph=False)

        def __array__(self, dtype=None, copy=None):
            if self.in_graph:
                raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
            return self.array

    def __len__(self):
        return len(slices())

    def __iter__(self):
        return iter([[self.Tensor(part) for part in batch] for batch in list_of_batches()])


def forever():
    while True:
        yield from list_of_batches()


def result(model, *arguments, **options):
    history = model.fit(*arguments, epochs=3, shuffle=False, verbose=0, **options).history
    return history, model.get_weights()


@pytest.fixture(scope="module")
def expected():
    return result(classifier(), X, Y, sample_weight=W, batch_size=BATCH)


def assert_same(actual, expected):
    assert actual[0] == expected[0]
    for a, b in zip(actual[1], expected[1], strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("x", "y", "weights"),
    [
        (X.astype("float64"), Y.astype("float32"), W.astype("float64")),
        (np.asfortranarray(X), Y.reshape(-1, 1), W),
        (X.tolist(), Y.tolist(), W.tolist()),
        ([X], [Y], [W]),
        ({"features": X}, {"scores": Y}, {"scores": W}),
        ({"unused": X[:, 0], "features": X}, Y, W),
        (nnfit.ops.convert_to_tensor(X), nnfit.ops.convert_to_tensor(Y), nnfit.ops.convert_to_tensor(W)),
    ],
    ids=["other-dtypes", "fortran-columns", "nested-lists", "lists", "dicts", "dict-with-more", "tensors"],
)
def test_arrays_in_every_guise(x, y, weights, expected):
    assert_same(result(classifier(), x, y, sample_weight=weights, batch_size=BATCH), expected)


@pytest.mark.parametrize(
    ("make", "options"),
    [
        (list_of_batches, {}),
        (lambda: [({"features": x}, {"scores": y}, {"scores": w}) for x, y, w in list_of_batches()], {}),
        (forever, {"steps_per_epoch": 4}),
        (lambda: iter(list_of_batches() * 3), {"steps_per_epoch": 4}),
        (TorchLike, {}),
        (Batches, {}),
        (lambda: Batches(workers=3), {}),
        (lambda: Batches(workers=2, max_queue_size=1), {"steps_per_epoch": 4}),
        (lambda: Batches(workers=2, use_multiprocessing=True), {}),
    ],
    ids=[
        "list", "dicts", "endless-generator", "iterator", "torch-like", "py-dataset", "threads", "steps", "processes",
    ],
)  # fmt: skip
def test_iterables_give_what_arrays_give(make, options, expected):
    assert_same(result(classifier(), make(), **options), expected)
    assert no_thread_is_left()


def no_thread_is_left():
    threads = [t for t in threading.enumerate() if t.name.startswith("nnfit-")]
    for thread in threads:
        thread.join(timeout=60)  # one that was told to end may still be about it
    return not any(thread.is_alive() for thread in threads)


def test_pandas(expected):
    pandas = pytest.importorskip("pandas")
    table, labels = pandas.DataFrame(X, columns=list("abc")), pandas.Series(Y)
    assert_same(result(classifier(), table, labels, sample_weight=pandas.Series(W), batch_size=BATCH), expected)
    mixed = table.astype({"a": "float64", "b": "Float32"})
    assert_same(result(classifier(), mixed, labels.to_frame(), sample_weight=W, batch_size=BATCH), expected)


def test_columns_of_a_table_by_the_names_of_inputs():
    pandas = pytest.importorskip("pandas")
    a, b = nnfit.Input((1,), name="a"), nnfit.Input((1,), name="b")
    model = nnfit.Model([a, b], layers.Subtract()([a, b]))
    table = pandas.DataFrame({"b": [1.0, 2.0], "a": [5, 6], "text": ["x", "y"]})
    np.testing.assert_array_equal(model.predict(dict(table), verbose=0), [[4.0], [4.0]])


def test_polars(expected):
    polars = pytest.importorskip("polars")
    table = polars.DataFrame({"a": X[:, 0], "b": X[:, 1].astype("float64"), "c": X[:, 2]})
    weights = polars.Series(W)
    assert_same(result(classifier(), table, polars.Series(Y), sample_weight=weights, batch_size=BATCH), expected)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_table_with_text_is_an_error_that_names_the_columns(library):
    table = pytest.importorskip(library).DataFrame({"a": [1.0, 2.0], "city": ["x", "y"], "flag": [True, False]})
    with pytest.raises(TypeError, match=r"expected x to hold numbers; got a table with 'city' \(.*\)\. Encode"):
        classifier().fit(table, [0, 1], verbose=0)


def test_missing_values_of_a_table_are_nan():
    pandas = pytest.importorskip("pandas")
    model = nnfit.Sequential([nnfit.Input((2,)), layers.Activation("linear")])
    table = pandas.DataFrame({"a": pandas.array([1, None], dtype="Int64"), "b": [True, False]})
    np.testing.assert_array_equal(model.predict(table, verbose=0), [[1, 1], [np.nan, 0]])
    column = nnfit.training.arrays.rows_of(table["a"], "x", "model")
    np.testing.assert_array_equal(column, [1, np.nan])


def test_torch_data_loader(expected):
    torch = pytest.importorskip("torch")
    data = torch.utils.data.TensorDataset(torch.from_numpy(X), torch.from_numpy(Y), torch.from_numpy(W))
    assert_same(result(classifier(), torch.utils.data.DataLoader(data, batch_size=BATCH)), expected)


@pytest.mark.parametrize("make", [list_of_batches, Batches, lambda: Batches(workers=2), forever])
def test_evaluate_and_predict_take_iterables(make):
    model = classifier()
    model.fit(X, Y, verbose=0)
    steps = {"steps": 4} if make is forever else {}
    expected = model.evaluate(X, Y, sample_weight=W, batch_size=BATCH, verbose=0)
    assert model.evaluate(make(), verbose=0, **steps) == expected
    np.testing.assert_array_equal(
        model.predict(make(), verbose=0, **steps), model.predict(X, batch_size=BATCH, verbose=0)
    )
    assert no_thread_is_left()


@pytest.mark.parametrize("as_rows", [False, True], ids=["iterable", "arrays"])
def test_epochs_of_some_steps_go_on_where_the_last_one_ended(as_rows):
    seen = []

    class Model(nnfit.Model):
        def call(self, x):
            return x

        def train_step(self, data):
            seen.append(data.numpy()[:, 0].tolist())
            return {}

    model = Model()
    model.compile(run_eagerly=True)
    x = np.arange(7.0).reshape(7, 1)
    batches = [(x[i : i + 2],) for i in range(0, 7, 2)]
    source, options = (x, {"batch_size": 2}) if as_rows else (batches, {})
    model.fit(source, steps_per_epoch=3, epochs=3, shuffle=False, verbose=0, **options)
    assert seen == [[0, 1], [2, 3], [4, 5], [6], [0, 1], [2, 3], [4, 5], [6], [0, 1]]


def test_validation_begins_anew_each_time():
    model = classifier(optimizer=nnfit.optimizers.SGD(0.0))
    history = model.fit(X, Y, epochs=3, verbose=0, validation_data=list_of_batches(), validation_steps=2).history
    first = model.evaluate(X[: 2 * BATCH], Y[: 2 * BATCH], sample_weight=W[: 2 * BATCH], verbose=0)
    assert history["val_loss"] == pytest.approx([first[0]] * 3, rel=1e-6)


def test_a_validation_generator_goes_on():
    model = classifier(optimizer=nnfit.optimizers.SGD(0.0))
    batches = list_of_batches()
    history = model.fit(X, Y, epochs=2, verbose=0, validation_data=iter(batches), validation_steps=2).history
    expected = [model.evaluate(batches[2 * i : 2 * i + 2], verbose=0)[0] for i in range(2)]
    assert history["val_loss"] == expected


def test_nothing_is_taken_from_a_generator_that_is_not_asked_for():
    batches = iter(list_of_batches())
    classifier().fit(batches, steps_per_epoch=1, epochs=2, verbose=0)
    assert len(list(batches)) == 2


def test_a_generator_that_runs_out():
    with pytest.raises(ValueError, match=r"step 3 of epoch 2; expected 3 batches\. Pass one that can be iterated"):
        classifier().fit(iter([*list_of_batches(), (X, Y)]), steps_per_epoch=3, epochs=2, verbose=0)
    with pytest.raises(ValueError, match=r"step 1 of epoch 2; expected any batch"):
        classifier().fit(iter(list_of_batches()), epochs=2, verbose=0)


def failing_batches():
    yield from list_of_batches()[:2]
    raise OSError("disk on fire")


class Failing(Batches):
    def __getitem__(self, index):
        if index == 2:
            raise OSError("disk on fire")
        return super().__getitem__(index)


@pytest.mark.parametrize(
    "make",
    [failing_batches, Failing, lambda: Failing(workers=2), lambda: Failing(workers=2, use_multiprocessing=True)],
    ids=["generator", "py-dataset", "threads", "processes"],
)
def test_what_a_source_raises_reaches_the_user_with_its_traceback(make):
    with pytest.raises(OSError, match="disk on fire") as caught:
        classifier().fit(make(), shuffle=False, verbose=0)
    assert "test_sources.py" in str(caught.traceback[-1].path) or "test_sources.py" in str(caught.value.__cause__)
    assert no_thread_is_left()


class Dying(Batches):
    def __getitem__(self, index):
        import os

        os._exit(1)


def test_a_worker_that_dies_is_an_error():
    with pytest.raises(RuntimeError, match=r"\[Dying\] a worker process died"):
        classifier().fit(Dying(workers=2, use_multiprocessing=True), verbose=0)
    assert no_thread_is_left()


def test_an_endless_data_set_needs_steps():
    class Endless(nnfit.utils.PyDataset):
        num_batches = None

        def __getitem__(self, index):
            return X, Y

    with pytest.raises(ValueError, match=r"no end; say how many batches make an epoch: steps_per_epoch"):
        classifier().fit(Endless(), verbose=0)
    assert len(classifier().fit(Endless(workers=2), steps_per_epoch=2, epochs=2, verbose=0).epoch) == 2
    assert no_thread_is_left()


def test_a_py_dataset_is_shuffled_by_batches_and_told_of_epochs():
    class Told(Batches):
        def __init__(self):
            super().__init__()
            self.told, self.asked = [], []

        def __getitem__(self, index):
            self.asked.append(index)
            return super().__getitem__(index)

        def on_epoch_begin(self):
            self.told.append("begin")

        def on_epoch_end(self):
            self.told.append("end")

    batches = Told()
    classifier().fit(batches, epochs=2, verbose=0)
    assert batches.told == ["begin", "end"] * 2
    assert sorted(batches.asked[:4]) == sorted(batches.asked[4:]) == [0, 1, 2, 3]
    assert batches.asked != [0, 1, 2, 3] * 2


@pytest.mark.parametrize(("name", "value"), [("workers", -1), ("max_queue_size", 0), ("workers", 1.5)])
def test_what_a_py_dataset_may_be_told(name, value):
    with pytest.raises(ValueError, match=name):
        Batches(**{name: value})


def test_sparse_matrices_are_an_error_with_the_fix():
    class Sparse:
        def toarray(self):
            return X

        def __iter__(self):
            return iter(X)

    with pytest.raises(TypeError, match=r"toarray\(\)"):
        classifier().fit(Sparse(), Y, verbose=0)


@pytest.mark.parametrize(
    ("source", "expected"),
    [(X, "Tensor"), ([X], ("list",)), ({"a": X}, "dict"), ([(X,)], "Tensor"), ([(X, Y)], ("Tensor", "Tensor"))],
)
def test_what_a_step_of_ones_own_is_given(source, expected):
    seen = []

    class Model(nnfit.Model):
        def train_step(self, data):
            kinds = tuple(type(part).__name__ for part in data) if isinstance(data, tuple) else type(data).__name__
            seen.append(kinds)
            return {}

    model = Model()
    model.compile()
    model.fit(source, batch_size=ROWS if source is X or isinstance(source, dict) else None, verbose=0)
    assert seen[0] == expected


def test_arrays_are_not_copied():
    source = nnfit.training.array_source.ArraySource(X, Y, W)
    assert all(np.shares_memory(a, b) for a, b in zip(source.arrays, (X, Y, W), strict=True))
    head, tail = nnfit.training.validation_split.split_validation(X, Y, None, 0.5, "model")
    assert np.shares_memory(head[0], X)
    assert np.shares_memory(tail[1], Y)
    tensor = nnfit.ops.convert_to_tensor(X)
    head, _ = nnfit.training.validation_split.split_validation(tensor, Y, None, 0.5, "model")
    assert np.shares_memory(head[0], tensor.numpy())


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_long_rows_arrive_whole(dtype):
    """Rows of many features are gathered in parts."""
    x = (np.arange(70 * 701) % 251).reshape(70, 701).astype(dtype)
    model = nnfit.Sequential([nnfit.Input((701,)), layers.Rescaling(2.0)])
    np.testing.assert_array_equal(model.predict(x, batch_size=32, verbose=0), 2.0 * x)
    seen = []

    class Seen(nnfit.Model):
        def train_step(self, data):
            ops.host_call(seen.append, data[0])
            return super().train_step(data)

    inputs = nnfit.Input((701,))
    model = Seen(inputs, layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    model.fit(x, np.zeros(70), batch_size=32, verbose=0)
    rows = np.concatenate(seen)
    np.testing.assert_array_equal(rows[np.argsort(rows[:, 0], kind="stable")], x[np.argsort(x[:, 0], kind="stable")])
