"""Callbacks: who is told of what, in which order."""

import numpy as np
import pytest

import nnfit
from nnfit import layers


class Recorder(nnfit.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.calls = []


def _recording(name):
    def hook(self, *args):
        self.calls.append((name, *[a for a in args if isinstance(a, int)]))

    return hook


for _name in [n for n in dir(nnfit.callbacks.Callback) if n.startswith("on_") and "_batch_" in n[3:]] + [
    "on_train_begin", "on_train_end", "on_epoch_begin", "on_epoch_end", "on_test_begin", "on_test_end",
]:  # fmt: skip
    setattr(Recorder, _name, _recording(_name))


def fitted(callbacks, **options):
    model = nnfit.Sequential([nnfit.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((6, 2))
    model.fit(x, np.ones(6), batch_size=3, verbose=0, callbacks=callbacks, **options)
    return model


def test_hooks_come_in_order():
    recorder = Recorder()
    fitted(recorder, epochs=1, validation_data=(np.ones((3, 2)), np.ones(3)))
    assert recorder.calls == [
        ("on_train_begin",), ("on_epoch_begin", 0),
        ("on_train_batch_begin", 0), ("on_train_batch_end", 0),
        ("on_train_batch_begin", 1), ("on_train_batch_end", 1),
        ("on_test_begin",), ("on_test_batch_begin", 0), ("on_test_batch_end", 0), ("on_test_end",),
        ("on_epoch_end", 0), ("on_train_end",),
    ]  # fmt: skip


def test_the_guides_loss_history():
    class LossHistory(nnfit.callbacks.Callback):
        def on_train_begin(self, logs):
            self.losses = []

        def on_batch_end(self, batch, logs):
            self.losses.append(logs.get("loss"))

    history = LossHistory()
    fitted([history], epochs=3)
    assert len(history.losses) == 6
    assert all(isinstance(v, float) for v in history.losses)


def test_stop_training_ends_after_the_batch():
    class Stop(nnfit.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = True

    model = fitted([Stop()], epochs=5)
    assert len(model.history.epoch) == 1
    assert int(model.optimizer.iterations.numpy()) == 1
    assert model.evaluate(np.ones((6, 2)), np.ones(6), verbose=0) >= 0


def test_model_and_params_are_set():
    callback = nnfit.callbacks.Callback()
    model = fitted(callback, epochs=2)
    assert callback.model is model
    assert callback.params["epochs"] == 2
    assert callback.params["steps"] == 2


@pytest.mark.parametrize("verbose", [1, 2])
def test_progress_is_written(verbose, capsys):
    model = nnfit.Sequential([nnfit.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    model.fit(np.ones((6, 2)), np.ones(6), epochs=2, verbose=verbose)
    out = capsys.readouterr().out
    assert "Epoch 1/2" in out
    assert "loss: " in out
    assert "mean_absolute_error: " in out or "mae: " in out
