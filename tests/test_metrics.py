"""Metrics against NumPy, over several batches, weighted and not, eager and planned."""

import json
import types

import numpy as np
import pytest

from execution import EXECUTIONS
from golden import metrics as golden
from nnfit import Input, Model, losses, masks, metrics, ops
from nnfit.callbacks import EarlyStopping, LambdaCallback
from nnfit.function import function
from nnfit.layers import Dense
from nnfit.registry import register_serializable

RNG = np.random.default_rng(0)
BATCHES, N, CLASSES = 3, 5, 4


def batches(make):
    return [make() for _ in range(BATCHES)]


REAL = batches(lambda: (RNG.normal(size=(N, 2)), RNG.normal(size=(N, 2))))
POSITIVE = [(np.abs(a), np.abs(b)) for a, b in REAL]
INTEGERS = batches(lambda: (RNG.integers(0, 2, (N, 2)), RNG.integers(0, 2, (N, 2))))
BINARY = batches(lambda: (RNG.integers(0, 2, (N, 2)).astype("float64"), RNG.random((N, 2))))
SCORES = batches(lambda: (RNG.integers(0, CLASSES, N), RNG.normal(size=(N, CLASSES))))
SPARSE = [(y, np.exp(s) / np.exp(s).sum(-1, keepdims=True)) for y, s in SCORES]
ONE_HOT = [(np.eye(CLASSES)[y], p) for y, p in SPARSE]


def in_top(k):
    return lambda y, p: (np.argsort(-p, axis=-1)[:, :k] == y[:, None]).any(-1).astype("float64")


def picked(y, p):
    return -np.log(p[np.arange(N), y])


def binary_crossentropy(y, p):
    return (-y * np.log(p) - (1 - y) * np.log(1 - p)).mean(-1)


def correlation(y, p):
    return np.array([np.corrcoef(a, b)[0, 1] for a, b in zip(y, p, strict=True)])


def concordance(y, p):
    gap = (y.mean(-1) - p.mean(-1)) ** 2
    return 2 * correlation(y, p) * y.std(-1) * p.std(-1) / (y.var(-1) + p.var(-1) + gap + 1e-7)


def cosine(y, p):
    return (y * p).sum(-1) / np.linalg.norm(y, axis=-1) / np.linalg.norm(p, axis=-1)


WIDE = batches(lambda: (RNG.normal(size=(N, 6)), RNG.normal(size=(N, 6))))
DISTRIBUTIONS = [(a[1], b[1]) for a, b in zip(SPARSE, SPARSE[1:] + SPARSE[:1], strict=True)]
SIGNS = [(np.sign(a), b) for a, b in REAL]


# name, arguments, batches, the values expected of each sample
CASES = [
    ("MeanSquaredError", {}, REAL, lambda y, p: ((y - p) ** 2).mean(-1)),
    ("RootMeanSquaredError", {}, REAL, lambda y, p: ((y - p) ** 2).mean(-1)),
    ("MeanAbsoluteError", {}, REAL, lambda y, p: np.abs(y - p).mean(-1)),
    ("MeanAbsolutePercentageError", {}, REAL, lambda y, p: 100 * np.abs((y - p) / y).mean(-1)),
    ("MeanSquaredLogarithmicError", {}, POSITIVE, lambda y, p: ((np.log1p(y) - np.log1p(p)) ** 2).mean(-1)),
    ("LogCoshError", {}, REAL, lambda y, p: np.log(np.cosh(y - p)).mean(-1)),
    ("Accuracy", {}, INTEGERS, lambda y, p: (y == p).mean(-1)),
    ("BinaryAccuracy", {}, BINARY, lambda y, p: (y == (p > 0.5)).mean(-1)),
    ("BinaryAccuracy", {"threshold": 0.8}, BINARY, lambda y, p: (y == (p > 0.8)).mean(-1)),
    ("CategoricalAccuracy", {}, ONE_HOT, lambda y, p: (y.argmax(-1) == p.argmax(-1)).astype("float64")),
    ("SparseCategoricalAccuracy", {}, SPARSE, lambda y, p: (y == p.argmax(-1)).astype("float64")),
    ("TopKCategoricalAccuracy", {"k": 2}, ONE_HOT, lambda y, p: in_top(2)(y.argmax(-1), p)),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, SPARSE, in_top(2)),
    ("BinaryCrossentropy", {}, BINARY, binary_crossentropy),
    (
        "BinaryCrossentropy",
        {"from_logits": True, "label_smoothing": 0.2},
        BINARY,
        lambda y, p: binary_crossentropy(y * 0.8 + 0.1, 1 / (1 + np.exp(-p))),
    ),
    ("CategoricalCrossentropy", {}, ONE_HOT, lambda y, p: picked(y.argmax(-1), p)),
    ("SparseCategoricalCrossentropy", {}, SPARSE, picked),
    (
        "SparseCategoricalCrossentropy",
        {"from_logits": True},
        SCORES,
        lambda y, s: picked(y, np.exp(s) / np.exp(s).sum(-1, keepdims=True)),
    ),
    ("CosineSimilarity", {}, REAL, cosine),
    ("CosineSimilarity", {"axis": 1}, WIDE, cosine),
    ("KLDivergence", {}, DISTRIBUTIONS, lambda y, p: (y * np.log(y / p)).sum(-1)),
    ("Poisson", {}, POSITIVE, lambda y, p: (p - y * np.log(p + 1e-7)).mean(-1)),
    ("Hinge", {}, SIGNS, lambda y, p: np.maximum(1 - y * p, 0).mean(-1)),
    ("SquaredHinge", {}, SIGNS, lambda y, p: (np.maximum(1 - y * p, 0) ** 2).mean(-1)),
    (
        "CategoricalHinge",
        {},
        ONE_HOT,
        lambda y, p: np.maximum(1 + ((1 - y) * p).max(-1) - (y * p).sum(-1), 0),
    ),
    ("PearsonCorrelation", {}, WIDE, correlation),
    ("ConcordanceCorrelation", {}, WIDE, concordance),
]
IDS = ["-".join([name, *arguments]) for name, arguments, *_ in CASES]
FINISH = {"RootMeanSquaredError": np.sqrt}


def test_every_registered_metric_has_a_case():
    registered = {metrics.registry.find(name) for name in metrics.registry.names()}
    tested = {getattr(metrics, name) for name, *_ in [*CASES, *golden.MADE_AT_THE_FIRST_BATCH.values()]}
    tested |= {getattr(metrics, name) for name, *_ in golden.MEANS_AND_COUNTS.values()}
    assert registered == tested | {metrics.Mean, metrics.Sum, metrics.MeanMetricWrapper}


@pytest.mark.parametrize("package", [losses, metrics])
def test_public_names_are_not_hidden_by_modules(package):
    assert not [name for name in package.__all__ if isinstance(getattr(package, name), types.ModuleType)]
    assert set(dir(package)) >= set(package.__all__)


@pytest.mark.parametrize("case", golden.MEANS_AND_COUNTS | golden.MADE_AT_THE_FIRST_BATCH)
def test_planned_as_eager_and_after_a_round_trip(case):
    """The values themselves are compared with Keras's records."""
    name, arguments, pair = (golden.MEANS_AND_COUNTS | golden.MADE_AT_THE_FIRST_BATCH)[case]
    eager = getattr(metrics, name)(**arguments)
    planned = metrics.get(json.loads(json.dumps(metrics.serialize(eager))))
    assert type(planned) is type(eager)
    assert planned.get_config() == eager.get_config()
    update = function(planned.update_state)
    y_true, y_pred = (ops.convert_to_tensor(a, "float32" if a.dtype == np.float64 else None) for a in pair)
    for rows in (slice(0, 5), slice(5, 10), slice(10, 13)):
        weights = ops.convert_to_tensor(np.arange(rows.stop - rows.start), eager.dtype)
        eager.update_state(y_true[rows], y_pred[rows], sample_weight=weights)
        update(y_true[rows], y_pred[rows], weights)
        np.testing.assert_array_equal(function(planned.result)().numpy(), eager.result().numpy())
    planned.reset_state()
    assert all((variable.numpy() == 0).all() for variable in planned.variables)


@EXECUTIONS
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_results_over_batches(case, weighted, run):
    name, arguments, data, values_of = case
    metric = getattr(metrics, name)(**arguments)
    update = run(metric.update_state)
    values, weights = [], []
    for y_true, y_pred in data:
        weight = RNG.random(N) if weighted else np.ones(N)
        given = [y_true if y_true.dtype.kind == "i" else y_true.astype("float32"), y_pred.astype("float32")]
        update(*map(ops.convert_to_tensor, [*given, weight.astype("float32")] if weighted else given))
        values.append(values_of(y_true, y_pred))
        weights.append(weight)
    values, weights = np.concatenate(values), np.concatenate(weights)
    expected = FINISH.get(name, float)((values * weights).sum() / weights.sum())
    result = metric.result()
    assert result.shape == ()
    np.testing.assert_allclose(float(result), expected, rtol=1e-5)
    metric.reset_state()
    assert float(metric.result()) == 0


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_round_trip_through_json(case):
    name, arguments, data, _ = case
    metric = getattr(metrics, name)(**arguments, name="mine", dtype="float64")
    copy = metrics.get(json.loads(json.dumps(metrics.serialize(metric))))
    assert type(copy) is type(metric)
    assert copy.get_config() == metric.get_config()
    assert copy.dtype == "float64"
    assert float(copy(*data[0])) == float(metric(*data[0]))


@EXECUTIONS
@pytest.mark.parametrize(
    ("values", "weights", "mean", "total"),
    [
        ([1, 3, 5, 7], None, 4, 16),
        ([1, 3, 5, 7], [1, 1, 0, 0], 2, 4),
        ([1, 3, 5, 7], [0, 0, 0, 0], 0, 0),
        ([[1, 3], [5, 7]], None, 4, 16),
        ([[1, 3], [5, 7]], [1, 0], 2, 4),
        ([[1, 3], [5, 7]], [[1, 1], [0, 0]], 2, 4),
        ([[1, 3], [5, 9]], [[1, 0], [0.5, 0.5]], 4, 8),
        ([[[1], [3]], [[5], [7]]], [0.5, 0.5], 4, 8),
        (3, None, 3, 3),
        (3, 5, 3, 15),
    ],
)
def test_mean_and_sum(values, weights, mean, total, run):
    given = [np.asarray(values, "float32")] + ([] if weights is None else [np.asarray(weights, "float32")])
    for metric, expected in ((metrics.Mean(), mean), (metrics.Sum(), total)):
        run(metric.update_state)(*map(ops.convert_to_tensor, given))
        np.testing.assert_allclose(float(metric.result()), expected, rtol=1e-6)


def test_mean_weights_batches_by_their_size():
    metric = metrics.Mean()
    metric.update_state(2.0, sample_weight=64)
    metric.update_state(8.0, sample_weight=32)
    assert float(metric.result()) == 4
    metric.reset_state()
    metric.update_state([2.0] * 6)
    metric.update_state([8.0] * 3)
    assert float(metric.result()) == 4


@pytest.mark.parametrize(
    ("name", "y_true", "y_pred", "expected"),
    [
        ("MeanSquaredError", [1, 2, 3], [[1], [2], [6]], 3),
        ("RootMeanSquaredError", [1, 2, 3], [[1], [2], [6]], np.sqrt(3)),
        ("Accuracy", [1, 2, 3], [[1], [0], [3]], 2 / 3),
        ("BinaryAccuracy", [1, 1, 0], [[0.9], [0.2], [0.1]], 2 / 3),
        ("BinaryAccuracy", [[1], [1], [0]], [0.9, 0.2, 0.1], 2 / 3),
        ("SparseCategoricalAccuracy", [[1], [0]], [[0.1, 0.9], [0.2, 0.8]], 0.5),
        ("SparseTopKCategoricalAccuracy", [[1], [0]], [[0.1, 0.9], [0.2, 0.8]], 1.0),
    ],
)
def test_one_dimensional_targets_count_samples(name, y_true, y_pred, expected):
    """In Keras a custom metric broadcasts (n,) against (n, 1) and counts n * n values."""
    metric = getattr(metrics, name)()
    y_true, y_pred = np.float32(y_true), np.float32(y_pred)
    np.testing.assert_allclose(float(metric(y_true, y_pred)), expected, rtol=1e-6)
    seen = []

    def values(t, p):
        seen.append((t.shape, p.shape))
        return ops.mean(t - p, axis=-1)

    if name == "MeanSquaredError":
        metrics.MeanMetricWrapper(values).update_state(y_true, y_pred)
        assert seen == [((3, 1), (3, 1))]


@pytest.mark.parametrize("name", ["Accuracy", "BinaryAccuracy", "CategoricalAccuracy", "SparseCategoricalAccuracy"])
def test_shapes_that_do_not_fit_are_refused(name):
    with pytest.raises(ValueError, match=r"expected y_true of shape"):
        getattr(metrics, name)().update_state(np.zeros((4, 3)), np.zeros((5, 3)))
    with pytest.raises(ValueError, match="sample_weight"):
        getattr(metrics, name)().update_state(*(SPARSE if "Sparse" in name else ONE_HOT)[0], np.ones(N + 1))


def test_top_k_from_sorted_ids_and_at_higher_ranks():
    ids = np.array([[3, 1, 0, 2], [0, 1, 2, 3]])
    values = metrics.sparse_top_k_categorical_accuracy([1, 3], ids, k=2, from_sorted_ids=True)
    np.testing.assert_array_equal(values.numpy(), [1, 0])
    y, s = RNG.integers(0, CLASSES, (2, 3)), RNG.normal(size=(2, 3, CLASSES))
    expected = (np.argsort(-s, axis=-1)[..., :2] == y[..., None]).any(-1)
    np.testing.assert_array_equal(metrics.sparse_top_k_categorical_accuracy(y, s, k=2).numpy(), expected)
    np.testing.assert_array_equal(metrics.top_k_categorical_accuracy(np.eye(CLASSES)[y], s, k=2).numpy(), expected)


def test_masks_of_predictions_and_of_values_join_the_weights():
    y_true, y_pred = np.float32([[1], [2], [3]]), ops.convert_to_tensor(np.float32([[2], [4], [9]]))
    masks.set_mask(y_pred, ops.convert_to_tensor(np.array([True, True, False])))
    assert float(metrics.MeanSquaredError()(y_true, y_pred)) == 2.5
    assert float(metrics.MeanSquaredError()(y_true, y_pred, sample_weight=np.float32([3, 1, 1]))) == 1.75
    y, s = np.array([1, -1, 0]), np.float32(RNG.normal(size=(3, 2)))
    ignoring = metrics.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    counted = losses.sparse_categorical_crossentropy(y[[0, 2]], s[[0, 2]], from_logits=True).numpy()
    np.testing.assert_allclose(float(ignoring(y, s)), counted.mean(), rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("mse", "MeanSquaredError"),
        ("MSE", "MeanSquaredError"),
        ("mean_squared_error", "MeanSquaredError"),
        ("rmse", "RootMeanSquaredError"),
        ("mae", "MeanAbsoluteError"),
        ("mape", "MeanAbsolutePercentageError"),
        ("msle", "MeanSquaredLogarithmicError"),
        ("bce", "BinaryCrossentropy"),
        ("accuracy", "Accuracy"),
        ("Accuracy", "Accuracy"),
        ("binary_accuracy", "BinaryAccuracy"),
        ("categorical_accuracy", "CategoricalAccuracy"),
        ("sparse_categorical_accuracy", "SparseCategoricalAccuracy"),
        ("top_k_categorical_accuracy", "TopKCategoricalAccuracy"),
        ("sparse_top_k_categorical_accuracy", "SparseTopKCategoricalAccuracy"),
        ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"),
    ],
)
def test_names(name, cls):
    assert type(metrics.get(name)) is getattr(metrics, cls)


def test_default_names():
    for cls, name in (
        ("Mean", "mean"),
        ("TopKCategoricalAccuracy", "top_k_categorical_accuracy"),
        ("LogCoshError", "logcosh"),
    ):
        assert getattr(metrics, cls)().name == name


class CategoricalTruePositives(metrics.Metric):
    """The guide's metric, with `reset_states` alone."""

    def __init__(self, name="categorical_true_positives", **kwargs):
        super().__init__(name=name, **kwargs)
        self.count = self.add_weight(name="tp", initializer="zeros")

    def update_state(self, y_true, y_pred, sample_weight=None):
        found = ops.reshape(ops.argmax(y_pred, axis=1), (-1, 1))
        values = ops.cast(ops.cast(y_true, "int32") == ops.cast(found, "int32"), "float32")
        if sample_weight is not None:
            values = ops.multiply(values, ops.cast(sample_weight, "float32"))
        self.count.assign_add(ops.sum(values))

    def result(self):
        return self.count

    def reset_states(self):
        self.count.assign(0.0)


@EXECUTIONS
def test_a_metric_of_ones_own(run):
    metric = CategoricalTruePositives()
    update = run(metric.update_state)
    for y, s in SCORES:
        update(ops.convert_to_tensor(y[:, None]), ops.convert_to_tensor(s.astype("float32")))
    assert float(metric.result()) == sum((y == s.argmax(-1)).sum() for y, s in SCORES)
    assert [v.path for v in metric.variables] == ["categorical_true_positives/tp"]
    metric.reset_state()
    assert float(metric.result()) == 0


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("run_eagerly", [False, True])
def test_a_metric_of_ones_own_counts_samples_in_fit(run_eagerly, weighted):
    """In Keras 3 it counts each of 64 labels against each of 64 predictions."""
    x, y = RNG.normal(size=(200, 3)).astype("float32"), RNG.integers(0, CLASSES, 200)
    weights = RNG.integers(0, 3, 200).astype("float32") if weighted else np.ones(200, "float32")
    inputs = Input(shape=(3,))
    model = Model(inputs, Dense(CLASSES)(inputs))
    where = {"weighted_metrics" if weighted else "metrics": [CategoricalTruePositives()]}
    model.compile(loss=losses.SparseCategoricalCrossentropy(from_logits=True), run_eagerly=run_eagerly, **where)
    found = model.predict(x, verbose=0).argmax(-1)
    logs = model.evaluate(x, y, batch_size=64, sample_weight=weights, return_dict=True, verbose=0)
    assert logs["categorical_true_positives"] == weights[found == y].sum()


class Spread(metrics.Metric):
    """A metric whose result is a dict."""

    def __init__(self, name="spread", **kwargs):
        super().__init__(name=name, **kwargs)
        self.total = self.add_variable((), "zeros", name="total")
        self.count = self.add_weight(name="count")

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.total.assign(self.total + ops.sum(ops.abs(y_true - y_pred)))
        self.count.assign_add(ops.cast(ops.shape(y_true)[0], "float32"))

    def result(self):
        return {"distance": self.total / self.count, "samples": self.count}


@pytest.mark.parametrize("run_eagerly", [False, True])
def test_results_of_several_figures_in_fit(run_eagerly, capsys):
    x, y = RNG.normal(size=(40, 3)).astype("float32"), RNG.integers(0, 2, (40, 1)).astype("float32")
    inputs = Input(shape=(3,))
    model = Model(inputs, Dense(1)(inputs))
    model.compile(metrics=[Spread(), metrics.Recall([0.1, 0.2])], loss="mse", run_eagerly=run_eagerly)
    by_batch = []
    read = LambdaCallback(on_train_batch_end=lambda batch, logs: by_batch.append(logs["recall"].shape))
    history = model.fit(x, y, batch_size=16, epochs=2, verbose=2, callbacks=[read], validation_data=(x, y)).history
    assert by_batch == [(2,)] * 6
    p = model.predict(x, verbose=0)
    recall = metrics.Recall([0.1, 0.2])(y, p).numpy()
    assert history["val_samples"] == [40, 40]
    np.testing.assert_allclose(history["val_distance"][1], np.abs(y - p).mean(), rtol=1e-5)
    np.testing.assert_array_equal(history["val_recall"][1], recall)
    assert f"val_recall: {recall.mean():.4f}" in capsys.readouterr().out
    np.testing.assert_array_equal(model.test_on_batch(x, y, return_dict=True)["recall"], recall)
    stop = EarlyStopping(monitor="recall")
    with pytest.raises(ValueError, match=r"\[EarlyStopping\] expected one figure to monitor; 'recall' has 2"):
        model.fit(x, y, epochs=1, verbose=0, callbacks=[stop])


@pytest.mark.parametrize("weighted", [False, True])
def test_metrics_of_every_kind_of_state_run_in_fit(weighted):
    x, y = RNG.normal(size=(50, 3)).astype("float32"), np.eye(CLASSES, dtype="float32")[RNG.integers(0, CLASSES, 50)]
    weights = RNG.integers(0, 3, 50).astype("float32")
    inputs = Input(shape=(3,))
    model = Model(inputs, Dense(CLASSES, activation="softmax")(inputs))
    chosen = [
        metrics.AUC(multi_label=True),
        metrics.AUC(curve="PR", name="pr"),
        metrics.F1Score(average="macro"),
        metrics.R2Score(),
        metrics.OneHotMeanIoU(CLASSES, dtype="float32"),
        metrics.Precision(top_k=1),
        metrics.Recall(class_id=2, thresholds=0.2),
        metrics.RecallAtPrecision(0.3),
        metrics.PearsonCorrelation(),
    ]
    model.compile(loss="categorical_crossentropy", **{"weighted_metrics" if weighted else "metrics": chosen})
    data = (x, y, weights) if weighted else (x, y)
    history = model.fit(*data[:2], batch_size=16, epochs=2, verbose=0, validation_data=data).history
    p = model.predict(x, verbose=0)
    for metric in chosen:
        copy = metrics.deserialize(metrics.serialize(metric))
        copy.update_state(y, p, sample_weight=weights if weighted else None)
        np.testing.assert_allclose(history[f"val_{metric.name}"][1], copy.result().numpy(), rtol=1e-5)


def test_every_metric_says_whether_higher_is_better():
    unknown = {metrics.Mean, metrics.Sum, metrics.MeanMetricWrapper}
    directions = {cls: cls._direction for cls in map(metrics.registry.find, metrics.registry.names())}
    assert {cls for cls, direction in directions.items() if direction is None} == unknown
    falling = {cls.__name__ for cls, direction in directions.items() if direction == "down"}
    words = ("Error", "Crossentropy", "Hinge", "Divergence", "Poisson", "False")
    assert falling == {cls.__name__ for cls in directions if any(word in cls.__name__ for word in words)}


@pytest.mark.parametrize("spelling", ["reset_state", "reset_states"])
def test_either_spelling_of_reset_may_be_overridden_and_called(spelling):
    calls = []

    def reset(self):
        calls.append(spelling)
        getattr(super(Overriding, self), spelling)()

    Overriding = type("Overriding", (metrics.Sum,), {spelling: reset})
    metric = Overriding()
    for call in ("reset_state", "reset_states"):
        metric.update_state([1.0, 2.0])
        getattr(metric, call)()
        assert float(metric.result()) == 0
    assert calls == [spelling] * 2


def test_metrics_within_a_metric_are_tracked_and_reset():
    class Spread(metrics.Metric):
        def __init__(self):
            super().__init__(name="spread")
            self.low, self.high = metrics.Mean("low"), metrics.Mean("high")
            self.steps = self.add_variable((), "zeros", name="steps", dtype="int32")

        def update_state(self, values):
            self.low.update_state(ops.min(values))
            self.high.update_state(ops.max(values))
            self.steps.assign_add(1)

        def result(self):
            return self.high.result() - self.low.result()

    metric = Spread()
    assert float(metric(np.float32([1, 5, 3]))) == 4
    assert int(metric.steps) == 1
    assert len(metric.variables) == 5
    metric.reset_states()
    assert [float(v) for v in metric.variables] == [0] * 5


def test_state_before_super_init_is_refused():
    class Early(metrics.Metric):
        def __init__(self):
            self.count = self.add_weight(name="count")

    with pytest.raises(RuntimeError, match=r"\[Early\] call `super\(\).__init__\(\)` first"):
        Early()


def test_a_wrapped_function_round_trips():
    @register_serializable("test_metrics")
    def largest_error(y_true, y_pred, power=1):
        return ops.max(ops.abs(y_true - y_pred) ** power, axis=-1)

    metric = metrics.MeanMetricWrapper(largest_error, name="largest", power=2)
    copy = metrics.deserialize(json.loads(json.dumps(metrics.serialize(metric))))
    assert copy.name == "largest"
    assert float(copy(*REAL[0])) == float(metric(*REAL[0]))
    np.testing.assert_allclose(float(metric.result()), (np.abs(REAL[0][0] - REAL[0][1]) ** 2).max(-1).mean(), rtol=1e-5)


def test_missing_methods_say_what_to_define():
    metric = metrics.Metric(name="empty")
    with pytest.raises(NotImplementedError, match=r"\[empty\] a metric needs an `update_state`"):
        metric.update_state()
    with pytest.raises(NotImplementedError, match=r"\[empty\] a metric needs a `result`"):
        metric.result()
