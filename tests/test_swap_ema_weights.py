"""SwapEMAWeights: who sees which weights, and that they come back."""

import numpy as np
import pytest

import nnfit
from nnfit import layers
from nnfit.callbacks import Callback, LambdaCallback, SwapEMAWeights
from nnfit.optimizers import SGD

X, Y = np.ones((4, 1), "float32"), np.zeros(4, "float32")


def model_with(**options):
    """One weight, 0 at first, that each step lowers by 1: after step n it is -n."""
    model = nnfit.Sequential([nnfit.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
    model.compile(SGD(1.0, **options), lambda y_true, y_pred: y_pred)
    return model


def averages(steps):
    """The average after each step, with momentum 0.5; the first one is the weight itself."""
    values = [-1.0]
    for step in range(2, steps + 1):
        values.append(0.5 * values[-1] - 0.5 * step)
    return values


class Watch(Callback):
    """Notes the weight at each hook."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def note(self, name):
        self.seen.append((name, self.model.get_weights()[0].item()))

    def on_test_begin(self, logs=None):
        self.note("test")

    def on_epoch_begin(self, epoch, logs=None):
        self.note("begin")

    def on_epoch_end(self, epoch, logs=None):
        self.note("end")

    def on_predict_begin(self, logs=None):
        self.note("predict")


@pytest.mark.parametrize("on_epoch", [False, True])
def test_evaluation_sees_averages_and_training_weights(on_epoch):
    model, watch = model_with(use_ema=True, ema_momentum=0.5), Watch()
    swap = SwapEMAWeights(swap_on_epoch=on_epoch)
    history = model.fit(X, Y, epochs=3, verbose=0, validation_data=(X, Y), callbacks=[swap, watch])
    expected = averages(3)
    assert history.history["val_loss"] == pytest.approx(expected)
    assert watch.seen == [
        (name, value)
        for i in range(3)
        for name, value in (("begin", -float(i)), ("test", expected[i]), ("end", expected[i] if on_epoch else -i - 1.0))
    ]
    assert model.get_weights()[0].item() == expected[-1]  # as without the callback: fit ends with the averages


def test_training_that_another_callback_ends_leaves_the_averages():
    model = model_with(use_ema=True, ema_momentum=0.5)
    stop = LambdaCallback(on_epoch_end=lambda epoch, logs: setattr(model, "stop_training", epoch == 1))
    model.fit(X, Y, epochs=9, verbose=0, callbacks=[SwapEMAWeights(swap_on_epoch=True), stop])
    assert model.get_weights()[0].item() == averages(2)[-1]


def test_evaluate_and_predict_alone():
    model, watch = model_with(use_ema=True, ema_momentum=0.5), Watch()
    for _ in range(3):
        model.train_on_batch(X, Y)
    expected = averages(3)[-1]
    assert model.evaluate(X, Y, verbose=0, callbacks=[SwapEMAWeights(), watch]) == pytest.approx(expected)
    predicted = model.predict(X, verbose=0, callbacks=[SwapEMAWeights(), watch])
    np.testing.assert_allclose(predicted, np.full((4, 1), expected))
    assert watch.seen == [("test", expected), ("predict", expected)]
    assert model.get_weights()[0].item() == -3.0


def test_an_exception_in_evaluation_gives_the_weights_back():
    model = model_with(use_ema=True, ema_momentum=0.5)
    for _ in range(3):
        model.train_on_batch(X, Y)

    def fail(logs):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        model.evaluate(X, Y, verbose=0, callbacks=[SwapEMAWeights(), LambdaCallback(on_test_begin=fail)])
    assert model.get_weights()[0].item() == -3.0


def test_without_averages_it_says_so():
    with pytest.raises(ValueError, match=r"\[SwapEMAWeights\] the optimizer keeps no averages .* use_ema=True"):
        model_with().fit(X, Y, verbose=0, validation_data=(X, Y), callbacks=[SwapEMAWeights()])
