"""ModelCheckpoint: when it saves, where, and what."""

import math
import os

import numpy as np
import pytest

import nnfit
from nnfit import layers
from nnfit.callbacks import ModelCheckpoint, MonitorCallback
from nnfit.models import load_model

X = np.random.default_rng(0).normal(size=(20, 4))
Y = X @ [1.0, -1.0, 0.5, 0.0]


def made():
    model = nnfit.Sequential([nnfit.Input((4,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    return model


def fitted(callback, epochs=3, **options):
    model = made()
    options = {"validation_data": (X, Y), "batch_size": 5, **options}
    model.fit(X, Y, epochs=epochs, verbose=0, callbacks=[callback], **options)
    return model


class Scripted:
    """Stands for a model: notes what is saved."""

    def __init__(self):
        self.saved = []

    def save(self, path, overwrite):
        self.saved.append(path)
        open(path, "w").close()

    def _named_metrics(self):
        return {}


def played(callback, values, name="val_loss"):
    model = Scripted()
    callback.set_model(model)
    callback.set_params({"do_validation": True})
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch)
        callback.on_epoch_end(epoch, {} if value is None else {name: value})
    return [os.path.basename(path) for path in model.saved]


def test_each_epoch_is_saved_whole(tmp_path):
    model = fitted(ModelCheckpoint(tmp_path / "mymodel_{epoch}"))
    assert sorted(os.listdir(tmp_path)) == ["mymodel_1", "mymodel_2", "mymodel_3"]
    loaded = load_model(tmp_path / "mymodel_3")
    np.testing.assert_array_equal(loaded.get_weights()[0], model.get_weights()[0])
    assert int(loaded.optimizer.iterations) == 12


@pytest.mark.parametrize("template", ["m", "m.keras", "m.h5", "{epoch:03d}-{val_loss:.3f}", "a/{epoch}/b.{mae:.2e}.x"])
def test_any_path(template, tmp_path):
    model = fitted(ModelCheckpoint(os.path.join(tmp_path, template)), epochs=1)
    logs = {name: values[0] for name, values in model.history.history.items()}
    path = os.path.join(tmp_path, template).format(epoch=1, **logs)
    assert load_model(path).evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)


def test_weights_only(tmp_path):
    model = fitted(ModelCheckpoint(tmp_path / "w", save_weights_only=True))
    other = made()
    other.load_weights(tmp_path / "w")
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])
    with pytest.raises(ValueError, match="holds weights alone"):
        load_model(tmp_path / "w")


@pytest.mark.parametrize(
    ("mode", "name", "values", "saved"),
    [
        ("auto", "val_loss", [3, 2, 2, 4, 1], [1, 2, 5]),
        ("auto", "val_accuracy", [3, 2, 2, 4, 1], [1, 4]),
        ("max", "val_loss", [3, 2, 2, 4, 1], [1, 4]),
        ("min", "own", [3, 2, 2, 4, 1], [1, 2, 5]),
        ("auto", "loss", [math.nan, 3, math.nan, 2], [2, 4]),
        ("auto", "val_a_loss", [math.inf, 3, 5], [1, 2]),
        ("auto", "val_false_positives", [3, 4, 2], [1, 3]),
        ("auto", "val_loss", [None, 3, None, 2], [2, 4]),
    ],
)
def test_the_best_only(mode, name, values, saved, tmp_path):
    callback = ModelCheckpoint(tmp_path / "{epoch}", monitor=name, mode=mode, save_best_only=True)
    assert played(callback, values, name) == [str(epoch) for epoch in saved]


def test_a_threshold_to_begin_with(tmp_path):
    callback = ModelCheckpoint(tmp_path / "{epoch}", save_best_only=True, initial_value_threshold=2.0)
    assert played(callback, [3, 2, 1.5]) == ["3"]
    assert callback.best == 1.5


def test_the_last_few_only(tmp_path):
    callback = ModelCheckpoint(tmp_path / "{epoch}", keep_last=2)
    played(callback, [1.0, 1.0, 1.0, 1.0])
    assert sorted(os.listdir(tmp_path)) == ["3", "4"]
    same = ModelCheckpoint(tmp_path / "same", keep_last=1)
    played(same, [1.0, 1.0])
    assert "same" in os.listdir(tmp_path)


def test_each_so_many_batches(tmp_path):
    model = fitted(ModelCheckpoint(tmp_path / "{epoch}-{batch}", save_freq=3), epochs=2)
    assert sorted(os.listdir(tmp_path)) == ["1-3", "2-2"]
    assert int(load_model(tmp_path / "2-2").optimizer.iterations) == 6
    assert model.history.epoch == [0, 1]


def test_batches_that_are_run_several_at_a_call(tmp_path):
    callback = ModelCheckpoint(tmp_path / "{epoch}-{batch}", save_freq=3)
    model = Scripted()
    callback.set_model(model)
    for epoch in range(2):
        callback.on_epoch_begin(epoch)
        for batch in (1, 3, 5):
            callback.on_train_batch_end(batch, {})
    assert [os.path.basename(path) for path in model.saved] == ["1-4", "2-2", "2-6"]


def test_saving_by_epochs_does_not_listen_to_batches(tmp_path):
    from nnfit.callbacks import CallbackList

    assert not CallbackList([ModelCheckpoint(tmp_path / "m")], model=made()).wants_batches
    assert CallbackList([ModelCheckpoint(tmp_path / "m", save_freq=2)], model=made()).wants_batches


def test_it_says_what_it_does(tmp_path, capsys):
    played(ModelCheckpoint(tmp_path / "m", verbose=1, save_best_only=True), [2.0, 3.0, 1.0])
    path = tmp_path / "m"
    assert capsys.readouterr().out.split("\n")[1::2] == [
        f"Epoch 1: val_loss improved from nothing to 2.00000, saving model to {path}",
        "Epoch 2: val_loss did not improve from 2.00000",
        f"Epoch 3: val_loss improved from 2.00000 to 1.00000, saving model to {path}",
    ]


def test_a_missing_monitor_lists_the_names_there_are(tmp_path):
    with pytest.raises(
        ValueError, match=r"no 'val_acc' to monitor; they have \['loss', 'mae', 'val_loss', 'val_mae'\]"
    ):
        fitted(ModelCheckpoint(tmp_path / "m", monitor="val_acc", save_best_only=True))
    with pytest.raises(ValueError, match=r"they have \['loss', 'mae'\]\. .* give `fit` validation_data"):
        fitted(ModelCheckpoint(tmp_path / "m", save_best_only=True), validation_data=None)
    fitted(ModelCheckpoint(tmp_path / "{epoch}", save_best_only=True), epochs=4, validation_freq=2)
    assert set(os.listdir(tmp_path)) <= {"2", "4"}
    assert "2" in os.listdir(tmp_path)


def test_a_name_in_the_path_that_there_is_not(tmp_path):
    with pytest.raises(ValueError, match=r"cannot fill in the path .*'val_los'.*There are \['epoch', 'loss'"):
        fitted(ModelCheckpoint(tmp_path / "{val_los}"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"save_freq": 0}, "expected save_freq to be 'epoch' or a number of batches"),
        ({"save_freq": "batch"}, "expected save_freq"),
        ({"keep_last": 0}, "expected keep_last to be None or a number of files"),
        ({"mode": "best"}, "expected mode to be 'auto', 'min' or 'max'; got 'best'"),
    ],
)
def test_wrong_arguments(options, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        ModelCheckpoint(tmp_path / "m", **options)
    with pytest.raises(ValueError, match="is a folder"):
        ModelCheckpoint(tmp_path)


def test_the_direction_of_figures():
    def rises(name, metric=None):
        callback = MonitorCallback(name)
        callback.model = type("Model", (), {"_named_metrics": lambda self: {name.removeprefix("val_"): metric}})()
        return callback._is_rising()

    assert rises("val_accuracy")
    assert rises("auc")
    assert rises("mine", nnfit.metrics.CategoricalAccuracy())
    assert not rises("mine", nnfit.metrics.MeanSquaredError())
    assert not rises("val_mse")
    with pytest.raises(ValueError, match="cannot tell whether 'mine' gets better as it rises"):
        rises("mine", nnfit.metrics.Sum())
