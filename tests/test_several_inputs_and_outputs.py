"""The guide's model of an image and a series, with a score and classes: all its forms of compile and fit."""

import numpy as np
import pytest

import nnfit
from nnfit import layers
from nnfit.data import Dataset

RNG = np.random.default_rng(11)
IMAGES = RNG.random((30, 8, 8, 3))
SERIES = RNG.random((30, 6, 10))
SCORES = RNG.random((30, 1))
CLASSES = RNG.random((30, 5))
MSE = nnfit.losses.MeanSquaredError()
CROSSENTROPY = nnfit.losses.CategoricalCrossentropy(from_logits=True)
LOSSES = ["loss", "score_output_loss", "class_output_loss"]
METRICS = [
    "score_output_mean_absolute_percentage_error",
    "score_output_mean_absolute_error",
    "class_output_categorical_accuracy",
]


def made():
    nnfit.utils.set_random_seed(6)
    image = nnfit.Input(shape=(8, 8, 3), name="img_input")
    series = nnfit.Input(shape=(None, 10), name="ts_input")
    x1 = layers.GlobalMaxPooling2D()(layers.Conv2D(3, 3)(image))
    x2 = layers.GlobalMaxPooling1D()(layers.Conv1D(3, 3)(series))
    x = layers.concatenate([x1, x2])
    outputs = [layers.Dense(1, name="score_output")(x), layers.Dense(5, name="class_output")(x)]
    return nnfit.Model(inputs=[image, series], outputs=outputs)


def metrics():
    return [
        [nnfit.metrics.MeanAbsolutePercentageError(), nnfit.metrics.MeanAbsoluteError()],
        [nnfit.metrics.CategoricalAccuracy()],
    ]


def by_name(values):
    return dict(zip(("class_output", "score_output"), reversed(values), strict=True))


def fitted(x=None, y=None, **options):
    model = made()
    model.compile(**{"optimizer": nnfit.optimizers.RMSprop(1e-3), "loss": [MSE, CROSSENTROPY], **options})
    x = [IMAGES, SERIES] if x is None else x
    y = [SCORES, CLASSES] if y is None else y
    return model.fit(x, y, batch_size=8, epochs=2, shuffle=False, verbose=0).history


@pytest.mark.parametrize("loss", [[MSE, CROSSENTROPY], by_name([MSE, CROSSENTROPY])], ids=["list", "dict"])
@pytest.mark.parametrize("given", [None, metrics, lambda: by_name(metrics())], ids=["none", "lists", "dict"])
def test_compile_with_lists_and_dicts(loss, given):
    history = fitted(loss=loss, metrics=given and given())
    assert list(history) == LOSSES + (METRICS if given else [])
    np.testing.assert_allclose(history["loss"], np.add(*(history[name] for name in LOSSES[1:])), rtol=1e-6)
    assert [history[name] for name in LOSSES] == list(fitted().values())


def test_loss_weights():
    history = fitted(loss_weights={"score_output": 2.0, "class_output": 1.0})
    total = 2 * np.array(history["score_output_loss"]) + history["class_output_loss"]
    np.testing.assert_allclose(history["loss"], total, rtol=1e-6)


@pytest.mark.parametrize("loss", [[None, CROSSENTROPY], {"class_output": CROSSENTROPY}])
@pytest.mark.filterwarnings("ignore:.*the loss does not depend on")
def test_one_output_without_a_loss(loss):
    assert list(fitted(loss=loss)) == ["loss", "class_output_loss"]


@pytest.mark.parametrize("x", [[IMAGES, SERIES], (IMAGES, SERIES), {"ts_input": SERIES, "img_input": IMAGES}])
@pytest.mark.parametrize("y", [[SCORES, CLASSES], (SCORES, CLASSES), by_name([SCORES, CLASSES])])
def test_fit_on_lists_and_dicts(x, y):
    assert fitted(x, y) == fitted()


@pytest.mark.parametrize("kind", [list, tuple])
def test_validation_data_of_several_inputs_and_outputs(kind):
    model = made()
    model.compile(nnfit.optimizers.SGD(0.0), [MSE, CROSSENTROPY])
    data = kind([kind([IMAGES, SERIES]), kind([SCORES, CLASSES])])
    history = model.fit([IMAGES, SERIES], [SCORES, CLASSES], validation_data=data, verbose=0).history
    assert history["val_loss"] == pytest.approx(history["loss"])


def test_fit_on_data_sets():
    x, y = {"ts_input": SERIES, "img_input": IMAGES}, by_name([SCORES, CLASSES])
    dataset = Dataset.from_tensor_slices((x, y)).batch(8)
    model = made()
    model.compile(nnfit.optimizers.RMSprop(1e-3), [MSE, CROSSENTROPY])
    assert model.fit(dataset, epochs=2, verbose=0, validation_data=dataset).history.items() >= fitted().items()
    assert list(model.evaluate(dataset, verbose=0, return_dict=True)) == LOSSES
    assert [o.shape for o in model.predict(dataset, verbose=0)] == [(30, 1), (30, 5)]


def test_series_of_different_lengths():
    model = made()
    model.compile("rmsprop", [MSE, CROSSENTROPY])
    batches = [([IMAGES[:4], SERIES[:4, :length]], [SCORES[:4], CLASSES[:4]]) for length in (3, 5, 4, 5)]
    assert np.isfinite(model.fit(batches, verbose=0).history["loss"]).all()
    for length in (3, 5):
        score, _ = model.predict([IMAGES[:4], SERIES[:4, :length]], verbose=0)
        np.testing.assert_allclose(score, model([IMAGES[:4], SERIES[:4, :length]])[0].numpy(), rtol=1e-5, atol=1e-6)


def test_inputs_are_missed_by_name():
    with pytest.raises(ValueError, match=r"Missing: \['ts_input'\]"):
        fitted({"img_input": IMAGES})
    with pytest.raises(ValueError, match=r"expected 2 inputs \['img_input', 'ts_input'\]; got 1"):
        fitted([IMAGES])
