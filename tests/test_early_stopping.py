"""EarlyStopping beyond what the scripts recorded from Keras show: NaN, missing figures, and every way that fit ends."""

import numpy as np
import pytest

import nnfit
from nnfit import layers
from nnfit.callbacks import Callback, EarlyStopping

X, Y = np.ones((4, 1), "float32"), np.zeros(4, "float32")


def follow(stopping, values, name="val_loss"):
    """Tells the callback of epochs with these values; returns how many there were and whose weights are left."""
    model = nnfit.Sequential([nnfit.Input((1,)), layers.Dense(1, use_bias=False)])
    stopping.set_model(model)
    stopping.on_train_begin()
    model.stop_training = False
    for epoch, value in enumerate(values):
        model.set_weights([np.full((1, 1), epoch)])
        stopping.on_epoch_end(epoch, {name: value})
        if model.stop_training:
            break
    stopping.on_train_end()
    return epoch + 1, model.get_weights()[0].item()


def test_nan_is_never_an_improvement():
    stopping = EarlyStopping(patience=2, restore_best_weights=True)
    assert follow(stopping, [np.nan, 1.0, np.nan, 2.0, 0.5]) == (4, 1)
    assert stopping.best == 1.0
    assert follow(EarlyStopping(patience=2, restore_best_weights=True), [np.nan] * 5) == (2, 0)


def test_it_starts_anew_at_each_fit():
    stopping = EarlyStopping(patience=1, restore_best_weights=True)
    assert follow(stopping, [0.25, 0.5]) == (2, 0)
    assert follow(stopping, [1.0, 0.75, 0.5, 0.5]) == (4, 2)


@pytest.mark.parametrize(("name", "values"), [("accuracy", [0.1, 0.9, 0.5]), ("val_loss", [0.9, 0.1, 0.5])])
def test_whether_lower_is_better_is_told_by_the_name(name, values):
    assert follow(EarlyStopping(name, restore_best_weights=True), values, name) == (3, 1)


def test_a_missing_figure_is_an_error_that_lists_those_there_are():
    model = slope()
    with pytest.raises(ValueError, match=r"no 'val_los' to monitor; they have \['loss', 'val_loss'\]"):
        model.fit(X, Y, verbose=0, validation_data=(X, Y), callbacks=[EarlyStopping("val_los")])
    with pytest.raises(ValueError, match=r"no 'val_loss' .* they have \['loss'\].* give `fit` validation_data"):
        model.fit(X, Y, verbose=0, callbacks=[EarlyStopping()])


def test_epochs_without_validation_do_not_count():
    stopping = EarlyStopping(patience=2)
    history = slope(0.0).fit(
        X, Y, epochs=20, verbose=0, validation_data=(X, Y), validation_freq=2, callbacks=[stopping]
    )
    assert len(history.epoch) == 6


def test_what_it_says(capsys):
    follow(EarlyStopping(patience=1, verbose=1, restore_best_weights=True), [1.0, 0.5, 0.75])
    assert capsys.readouterr().out == (
        "Epoch 3: early stopping\nRestoring model weights from the end of the best epoch: 2.\n"
    )


def slope(rate=1.0):
    """A model of one weight, 1 at first, whose loss is its square: with rate 1 it goes from 1 to -1 and back."""
    model = nnfit.Sequential([nnfit.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    model.compile(nnfit.optimizers.SGD(rate), "mse")
    return model


class Breaking(Callback):
    """Makes the weights worse in the second epoch, and then does something."""

    def __init__(self, act):
        super().__init__()
        self.act = act

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            self.model.set_weights([np.full((1, 1), 9.0)])
            self.act(self.model)


def interrupt(model):
    raise KeyboardInterrupt


def fail(model):
    raise RuntimeError("mine")


def stop(model):
    model.stop_training = True


@pytest.mark.parametrize(
    ("act", "error"),
    [(interrupt, KeyboardInterrupt), (fail, RuntimeError), (stop, None), (lambda model: None, None)],
    ids=["interrupt", "exception", "stop_training", "epochs"],
)
def test_the_best_weights_come_back_however_training_ends(act, error):
    model = slope(0.0)
    arguments = {"epochs": 2, "verbose": 0, "validation_data": (X, Y)}
    callbacks = [EarlyStopping(patience=10, restore_best_weights=True), Breaking(act)]
    if error is None:
        model.fit(X, Y, callbacks=callbacks, **arguments)
    else:
        with pytest.raises(error):
            model.fit(X, Y, callbacks=callbacks, **arguments)
    assert model.get_weights()[0].item() == 1.0


def test_an_evaluation_that_fails_later_restores_nothing():
    model, stopping = slope(0.0), EarlyStopping("loss", patience=10, restore_best_weights=True)
    model.fit(X, Y, epochs=2, verbose=0, callbacks=[stopping])
    model.set_weights([np.full((1, 1), 5.0)])
    failing = nnfit.callbacks.LambdaCallback(on_test_begin=lambda logs: fail(model))
    with pytest.raises(RuntimeError, match="mine"):
        model.evaluate(X, Y, verbose=0, callbacks=[stopping, failing])
    assert model.get_weights()[0].item() == 5.0
