"""Callbacks: who is told of what, in which order."""

from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

import nnfit
from nnfit import callbacks, layers, optimizers
from nnfit.callbacks import Callback, CallbackList
from nnfit.training.step_function import ChunkSize, StepFunction


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


def fitted(listeners, **options):
    model = nnfit.Sequential([nnfit.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((6, 2))
    model.fit(x, np.ones(6), batch_size=3, verbose=0, callbacks=listeners, **options)
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


def calls_of_steps(monkeypatch, listeners, steps=64):
    """How many batches each call into the plan runs, in one epoch."""
    counts = []
    run = StepFunction.run

    def counting(self, source, order, first, rows, count):
        counts.append(count)
        return run(self, source, order, first, rows, count)

    monkeypatch.setattr(StepFunction, "run", counting)
    monkeypatch.setattr(ChunkSize, "_target", 1e9)
    model = nnfit.Sequential([nnfit.Input((2,)), layers.Dense(1)])
    model.compile(optimizers.SGD(0.1, use_ema=True), "mse")
    model.fit(np.ones((2 * steps, 2)), np.ones(2 * steps), batch_size=2, verbose=0, callbacks=listeners)
    assert sum(counts) == steps
    return counts


def test_batches_run_together_where_nobody_listens_to_each(monkeypatch, tmp_path):
    assert calls_of_steps(monkeypatch, [Callback(), *quiet_callbacks(tmp_path)]) == [1, 8, 55]


def quiet_callbacks(tmp_path):
    return [
        callbacks.EarlyStopping("loss"),
        callbacks.ReduceLROnPlateau("loss"),
        callbacks.LearningRateScheduler(lambda epoch: 0.1),
        callbacks.CSVLogger(tmp_path / "log.csv"),
        callbacks.TerminateOnNaN(),
        callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None, on_test_batch_end=None),
        callbacks.SwapEMAWeights(),
    ]


@pytest.mark.parametrize("hook", ["on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end"])
def test_a_listener_to_batches_is_told_of_each(monkeypatch, hook):
    told = []
    listener = callbacks.LambdaCallback(**{hook: lambda batch, logs: told.append(batch)})
    assert calls_of_steps(monkeypatch, [listener], 16) == [1] * 16
    assert told == list(range(16))


def test_who_is_content_with_some_batches_does_not_slow_the_others(monkeypatch):
    class Sampling(Callback):
        needs_every_batch = False
        told: ClassVar[list[int]] = []

        def on_train_batch_end(self, batch, logs=None):
            self.told.append(batch)

    assert calls_of_steps(monkeypatch, [Sampling()]) == [1, 8, 55]
    assert Sampling.told == [0, 8, 63]


def test_logs_of_batches_are_computed_when_they_are_read():
    class Figure:
        reads = 0

        def __float__(self):
            self.reads += 1
            return 0.5

    kept = []
    told = CallbackList([callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: kept.append(logs))])
    figure = Figure()
    told.on_train_batch_end(0, {"loss": figure})
    assert list(kept[0]) == ["loss"]
    assert figure.reads == 0
    assert kept[0].copy() == {"loss": 0.5}
    assert figure.reads == 1
    kept[0]["mine"] = 2.0
    assert dict(kept[0]) == {"loss": 0.5, "mine": 2.0}


class Interrupted(Callback):
    def __init__(self):
        super().__init__()
        self.calls = []

    def on_interrupted(self):
        self.calls.append("interrupted")

    def on_train_end(self, logs=None):
        self.calls.append("train_end")

    def on_test_end(self, logs=None):
        self.calls.append("test_end")

    def on_predict_end(self, logs=None):
        self.calls.append("predict_end")


def raising(error):
    def hook(*arguments, **keywords):
        raise error

    return hook


@pytest.mark.parametrize("error", [RuntimeError("mine"), KeyboardInterrupt("mine")])
@pytest.mark.parametrize("run", ["fit", "evaluate", "predict"])
def test_exceptions_are_told_to_every_callback(run, error):
    model, first, last = fitted([]), Interrupted(), Interrupted()
    breaking = callbacks.LambdaCallback(
        on_train_begin=raising(error), on_test_begin=raising(error), on_predict_begin=raising(error)
    )
    x, y = np.ones((6, 2)), np.ones(6)
    arguments = (x,) if run == "predict" else (x, y)
    with pytest.raises(type(error), match="mine"):
        getattr(model, run)(*arguments, verbose=0, callbacks=[first, breaking, last])
    assert first.calls == last.calls == ["interrupted"]


def test_all_are_told_of_an_exception_though_one_fails_at_it():
    failing, told = callbacks.LambdaCallback(on_interrupted=raising(ValueError("second"))), Interrupted()
    with pytest.raises(ValueError, match="second") as raised, CallbackList([failing, told]):
        raise RuntimeError("first")
    assert told.calls == ["interrupted"]
    assert str(raised.value.__context__) == "first"


def test_a_list_of_callbacks_by_hand():
    model = fitted([])
    seen = []
    told = CallbackList(
        callbacks.LambdaCallback(on_batch_end=lambda batch, logs: seen.append(batch)),
        add_history=True,
        model=model,
        epochs=2,
    )
    told.on_train_begin()
    told.on_batch_end(3, {"loss": 1.0})
    told.on_epoch_end(0, {"loss": 0.25})
    assert seen == [3]
    assert model.history.history == {"loss": [0.25]}
    assert told.callbacks[0].params == {"epochs": 2}
    with pytest.raises(TypeError, match=r"\[callbacks\] expected objects of nnfit.callbacks.Callback; got 3"):
        CallbackList([3])
    with pytest.raises(ValueError, match="expected verbose to be 0, 1, 2 or 'auto'; got 7"):
        CallbackList(verbose=7)


def test_lambda_callback_refuses_what_is_no_hook():
    with pytest.raises(ValueError, match="expected names of .*on_epoch_end.*; got 'on_epoch_and'"):
        callbacks.LambdaCallback(on_epoch_and=print)
    with pytest.raises(TypeError, match="expected on_epoch_end to be a function; got 3"):
        callbacks.LambdaCallback(on_epoch_end=3)


@pytest.mark.parametrize("loss", [np.nan, np.inf, -np.inf])
def test_terminate_on_nan(loss, capsys):
    model = SimpleNamespace(stop_training=False)
    callback = callbacks.TerminateOnNaN()
    callback.set_model(model)
    callback.on_train_batch_end(3, {"loss": 1.0})
    assert not model.stop_training
    callback.on_train_batch_end(4, {"loss": loss})
    assert model.stop_training
    assert capsys.readouterr().out == "Batch 4: Invalid loss, terminating training\n"
    with pytest.raises(RuntimeError, match=rf"\[TerminateOnNaN\] the loss is {loss} at batch 5"):
        callbacks.TerminateOnNaN(raise_error=True).on_train_batch_end(5, {"loss": loss})


@pytest.mark.parametrize("verbose", [1, 2])
def test_progress_is_written(verbose, capsys):
    model = nnfit.Sequential([nnfit.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    model.fit(np.ones((6, 2)), np.ones(6), epochs=2, verbose=verbose)
    out = capsys.readouterr().out
    assert "Epoch 1/2" in out
    assert "loss: " in out
    assert "mean_absolute_error: " in out or "mae: " in out
