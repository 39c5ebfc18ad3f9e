"""compile: losses, metrics and weights by output, and the names that they get."""

import numpy as np
import pytest

import nnfit
from nnfit import layers

RNG = np.random.default_rng(5)
X = RNG.normal(size=(12, 4)).astype("float32")
SCORE = RNG.normal(size=(12, 1)).astype("float32")
CLASS = np.eye(5, dtype="float32")[RNG.integers(0, 5, 12)]
LOGITS = nnfit.losses.CategoricalCrossentropy(from_logits=True)


def two_outputs(**options):
    nnfit.utils.set_random_seed(2)
    inputs = nnfit.Input((4,))
    outputs = [layers.Dense(1, name="score_output")(inputs), layers.Dense(5, name="class_output")(inputs)]
    model = nnfit.Model(inputs, outputs)
    model.compile(**{"optimizer": "sgd", "loss": ["mse", LOGITS], **options})
    return model


def fitted(model, y, **options):
    return model.fit(X, y, epochs=2, batch_size=5, shuffle=False, verbose=0, **options).history


UNTRAINED = pytest.mark.filterwarnings("ignore:.*the loss does not depend on")


# Keras 3 takes few of these; in the guide an output may be left out.
@UNTRAINED
@pytest.mark.parametrize(
    "loss", [[None, LOGITS], {"class_output": LOGITS}, {"class_output": LOGITS, "score_output": None}]
)
@pytest.mark.parametrize(
    "y", [[SCORE, CLASS], {"class_output": CLASS}, {"class_output": CLASS, "score_output": SCORE}, [CLASS], CLASS]
)
def test_an_output_without_a_loss(loss, y):
    model, trained = two_outputs(loss=loss), two_outputs()
    weights = model.get_weights()
    history = fitted(model, y)
    assert list(history) == ["loss", "class_output_loss"]
    assert history["loss"] == history["class_output_loss"] == fitted(trained, [SCORE, CLASS])["class_output_loss"]
    np.testing.assert_array_equal(model.get_weights()[0], weights[0])


@UNTRAINED
def test_a_metric_of_an_output_without_a_loss_needs_its_target():
    model = two_outputs(loss={"class_output": LOGITS}, metrics={"score_output": "mae"})
    assert list(fitted(model, [SCORE, CLASS])) == ["loss", "class_output_loss", "score_output_mae"]
    with pytest.raises(ValueError, match="expected targets for output 'score_output', which has a loss or metrics"):
        model.fit(X, {"class_output": CLASS}, verbose=0)


def test_the_order_of_dicts_does_not_matter():
    names = ("score_output", "class_output")
    given = {
        "loss": ("mse", LOGITS),
        "metrics": (["mae"], ["accuracy"]),
        "loss_weights": (2.0, 0.5),
        "y": (SCORE, CLASS),
    }
    results = []
    for order in (1, -1):
        by_name = {what: dict(list(zip(names, values, strict=True))[::order]) for what, values in given.items()}
        y = by_name.pop("y")
        results.append(fitted(two_outputs(**by_name), y))
    assert results[0] == results[1]
    assert list(results[0]) == list(results[1])


def test_names_are_known_when_the_model_is_compiled():
    model = two_outputs(metrics=[["mae", nnfit.metrics.MeanSquaredError()], ["accuracy"]])
    names = ["loss", "score_output_loss", "class_output_loss", "score_output_mae", "score_output_mean_squared_error"]
    names.append("class_output_accuracy")
    assert model.metrics_names == names
    assert list(model.evaluate(X, [SCORE, CLASS], verbose=0, return_dict=True)) == names
    values = model.evaluate(X, [SCORE, CLASS], verbose=0)
    assert values == list(model.evaluate(X, [SCORE, CLASS], verbose=0, return_dict=True).values())


def test_no_name_has_a_suffix_from_an_earlier_model():
    for _ in range(2):
        model = two_outputs(metrics={"score_output": [nnfit.metrics.RootMeanSquaredError(), nnfit.metrics.Mean]})
        assert model.metrics_names[3:] == ["score_output_root_mean_squared_error", "score_output_mean"]

        class Counted(nnfit.metrics.Metric):
            def update_state(self, y_true, y_pred, sample_weight=None):
                pass

            def result(self):
                return 0.0

        model.compile("sgd", loss="mse", metrics={"class_output": [Counted(), Counted()]})
        assert model.metrics_names[3:] == ["class_output_counted", "class_output_counted_1"]


def test_a_model_with_steps_and_metrics_of_its_own():
    class Custom(nnfit.Model):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.tracker = nnfit.metrics.Mean(name="loss")
            self.error = nnfit.metrics.MeanAbsoluteError(name="mae")

        @property
        def metrics(self):
            return [self.tracker, self.error]

        def test_step(self, data):
            x, y = data
            y_pred = self(x, training=False)
            self.tracker.update_state(nnfit.ops.mean((y - y_pred) ** 2))
            self.error.update_state(y, y_pred)
            return {metric.name: metric.result() for metric in self.metrics}

    inputs = nnfit.Input((4,))
    model = Custom(inputs, layers.Dense(1)(inputs))
    model.compile("sgd")
    first = model.evaluate(X, SCORE, verbose=0, return_dict=True)
    assert list(first) == model.metrics_names == ["loss", "mae"]
    assert model.evaluate(X, SCORE, verbose=0, return_dict=True) == first  # they start anew


def test_metrics_whose_result_is_a_dict():
    class Both(nnfit.metrics.Metric):
        def __init__(self):
            super().__init__()
            self.total = self.add_weight(name="total")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.total.assign_add(nnfit.ops.sum(y_pred - y_true))

        def result(self):
            return {"sum": self.total, "negative": -self.total}

    model = nnfit.Sequential([nnfit.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=[Both(), "mae"])
    assert model.metrics_names == ["loss", "sum", "negative", "mae"]
    history = model.fit(X, SCORE, verbose=0).history
    assert list(history) == model.metrics_names
    assert history["sum"][0] == -history["negative"][0] != 0


def test_outputs_that_are_known_only_when_the_model_is_called():
    model = nnfit.Sequential([layers.Dense(5, name="class_output")])
    model.compile("sgd", {"class_output": LOGITS}, metrics={"class_output": ["accuracy"]})
    assert model.metrics_names == ["loss"]
    assert list(fitted(model, {"class_output": CLASS})) == ["loss", "accuracy"] == model.metrics_names


def test_outputs_in_nested_structures():
    inputs = nnfit.Input((4,))
    make = lambda name: layers.Dense(1, name=name)(inputs)  # noqa: E731
    model = nnfit.Model(inputs, {"pair": [make("a"), make("b")], "one": make("c")})
    model.compile("sgd", {"one": "mse", "pair": ["mae", "mse"]}, metrics={"pair": [["mse"], ["mae"]]})
    history = fitted(model, {"one": SCORE, "pair": [SCORE, SCORE]})
    assert list(history) == ["loss", "a_loss", "b_loss", "c_loss", "a_mse", "b_mae"]
    model.compile("sgd", "mse", metrics={"one": "mae"})
    assert list(fitted(model, {"one": SCORE, "pair": [SCORE, SCORE]}))[4:] == ["c_mae"]


def test_outputs_of_one_layer_and_of_a_subclass_get_numbers():
    class Twice(layers.Layer):
        def call(self, x):
            return x, 2.0 * x

    inputs = nnfit.Input((1,))
    model = nnfit.Model(inputs, Twice(name="twice")(inputs))
    model.compile("sgd", "mse")
    assert model.metrics_names == ["loss", "twice_loss", "twice_1_loss"]

    class Pair(nnfit.Model):
        def call(self, x):
            return x, 2.0 * x

    model = Pair()
    model.compile("sgd", "mse", metrics=[["mae"], []])
    logs = model.evaluate(SCORE, [SCORE, SCORE], verbose=0, return_dict=True)
    assert list(logs) == model.metrics_names == ["loss", "output_1_loss", "output_2_loss", "output_1_mae"]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"loss": {"clas": LOGITS}}, r"loss names \['clas'\], which are no outputs\. The outputs: \['score_output'"),
        ({"loss": ["mse"] * 3}, r"expected loss for 2 outputs .*; got 3"),
        ({"loss": [None, None]}, r"expected a loss for at least one output"),
        ({"loss": [["mse", "mae"], "mse"]}, r"expected one loss for output 'score_output'"),
        ({"loss": ["mse", "mee"]}, "MeanSquaredError"),
        ({"loss_weights": {"clas": 1.0}}, r"loss_weights names \['clas'\]"),
        ({"loss_weights": [1.0]}, r"expected loss_weights for 2 outputs"),
        ({"loss_weights": ["1", "2"]}, r"expected a number as loss weight of 'score_output'; got '1'"),
        ({"metrics": {"clas": ["mae"]}}, r"metrics names \['clas'\]"),
        ({"metrics": ["mae", "mse", "mape"]}, r"expected metrics for 2 outputs .*; got 3 metrics"),
        ({"steps_per_execution": 0}, "steps_per_execution"),
        ({"steps_per_execution": 1.5}, "steps_per_execution"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_an_error_of_compile_that_changes_nothing(options, match):
    model = two_outputs()
    before = model.optimizer
    with pytest.raises(ValueError, match=match):
        model.compile(**{"optimizer": "adam", "loss": "mse", **options})
    assert model.optimizer is before
    fitted(model, [SCORE, CLASS])


@pytest.mark.parametrize("y", [{"score_output": SCORE, "other": SCORE}, [SCORE], SCORE, [SCORE, CLASS, CLASS]])
def test_targets_that_do_not_fit_the_outputs(y):
    with pytest.raises(ValueError, match=r"score_output|2 outputs"):
        two_outputs().fit(X, y, verbose=0)


def test_targets_that_are_missing():
    model = two_outputs()
    model.add_loss(nnfit.ops.sum(model.inputs[0]))
    with pytest.raises(ValueError, match="expected targets `y` for the loss that `compile` got"):
        model.fit(X, verbose=0)


def test_run_eagerly_can_be_set_at_any_time():
    calls = []

    class Counting(nnfit.Model):
        def train_step(self, data):
            calls.append(1)
            return super().train_step(data)

    inputs = nnfit.Input((4,))
    model = Counting(inputs, layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    for eagerly, expected in ((False, 2), (True, 6), (False, 2)):  # planned, it is traced for both sizes of batch
        calls.clear()
        model.run_eagerly = eagerly
        fitted(model, SCORE)
        assert len(calls) == expected


@pytest.mark.parametrize("iterable", [False, True])
def test_batch_hooks_are_called_once_for_each_execution(iterable):
    class Noting(nnfit.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.seen = []

        def on_train_batch_begin(self, batch, logs=None):
            self.seen.append(("begin", batch))

        def on_train_batch_end(self, batch, logs=None):
            self.seen.append(("end", batch))

    model, noting = two_outputs(steps_per_execution=3), Noting()
    batches = [(X[i : i + 1], [SCORE[i : i + 1], CLASS[i : i + 1]]) for i in range(7)]
    arguments = (batches,) if iterable else (X[:7], [SCORE[:7], CLASS[:7]], 1)
    model.fit(*arguments, verbose=0, callbacks=noting)
    assert noting.seen == [("begin", 0), ("end", 2), ("begin", 3), ("end", 5), ("begin", 6), ("end", 6)]
    assert int(model.optimizer.iterations.numpy()) == 7


def test_the_crossentropy_that_suits():
    for units, y, name in (
        (1, SCORE > 0, "binary"),
        (5, CLASS, "categorical"),
        (5, CLASS.argmax(1), "sparse_categorical"),
    ):
        results = []
        for loss in ("crossentropy", f"{name}_crossentropy"):
            nnfit.utils.set_random_seed(3)
            activation = "sigmoid" if units == 1 else "softmax"
            model = nnfit.Sequential([nnfit.Input((4,)), layers.Dense(units, activation=activation)])
            model.compile("sgd", loss, metrics=["ce" if loss == "crossentropy" else loss])
            results.append(model.evaluate(X, y, verbose=0))
        assert results[0] == results[1]
