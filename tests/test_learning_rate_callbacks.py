"""Callbacks that set the learning rate: over a number, and over a schedule."""

import numpy as np
import pytest

import nnfit
from nnfit import layers
from nnfit.callbacks import LearningRateScheduler, ReduceLROnPlateau
from nnfit.optimizers import SGD, schedules

X, Y = np.ones((4, 1), "float32"), np.zeros(4, "float32")


def model_with(rate):
    model = nnfit.Sequential([nnfit.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="ones")])
    model.compile(SGD(rate), lambda y_true, y_pred: y_pred)  # the gradient is 1 at each step
    return model


def weight(model):
    return model.get_weights()[0].item()


def test_a_plateau_over_a_schedule_scales_it_from_then_on():
    """The planned step uses the new rate, whether the schedule is scaled for the first time or again."""
    model = model_with(schedules.PiecewiseConstantDecay([2], [0.5, 0.25]))
    plateau = ReduceLROnPlateau("loss", factor=0.5, patience=1, min_delta=100.0)
    history = model.fit(X, Y, epochs=5, verbose=0, callbacks=[plateau])
    rates = [0.5, 0.5, 0.5 / 2, 0.25 / 4, 0.25 / 8]
    assert weight(model) == pytest.approx(1 - sum(rates))
    # The rate of the step to come, as the optimizer has it.
    assert history.history["learning_rate"] == pytest.approx([0.5, 0.5, 0.25 / 2, 0.25 / 4, 0.25 / 8])
    copy = nnfit.optimizers.deserialize(nnfit.optimizers.serialize(model.optimizer))
    assert float(copy.learning_rate) == pytest.approx(0.5 / 16)


def test_the_rate_does_not_go_below_its_bound():
    for rate in (0.5, schedules.PolynomialDecay(0.5, 10, 0.5)):
        model = model_with(rate)
        plateau = ReduceLROnPlateau("loss", factor=0.1, patience=1, min_delta=100.0, min_lr=0.125)
        history = model.fit(X, Y, epochs=4, verbose=0, callbacks=[plateau])
        assert history.history["learning_rate"] == pytest.approx([0.5, 0.5, 0.125, 0.125])


def test_nan_is_a_plateau(capsys):
    model = model_with(0.5)
    plateau = ReduceLROnPlateau(factor=0.5, patience=2, verbose=1)
    plateau.set_model(model)
    plateau.on_train_begin()
    for epoch, value in enumerate([1.0, np.nan, np.nan]):
        plateau.on_epoch_end(epoch, {"val_loss": value})
    assert float(model.optimizer.learning_rate) == 0.25
    assert capsys.readouterr().out == "\nEpoch 3: ReduceLROnPlateau reducing learning rate to 0.25.\n"


def test_a_plateau_of_a_figure_that_is_not_there():
    with pytest.raises(ValueError, match=r"\[ReduceLROnPlateau\] .* no 'acc' to monitor; they have \['loss'\]"):
        model_with(0.5).fit(X, Y, verbose=0, callbacks=[ReduceLROnPlateau("acc")])


def test_a_plateau_must_lower_the_rate():
    with pytest.raises(ValueError, match="expected factor to be below 1; got 1.0"):
        ReduceLROnPlateau(factor=1.0)


def test_a_rate_that_a_callable_gives_cannot_be_lowered():
    model = model_with(lambda: 0.5)
    with pytest.raises(TypeError, match="the learning rate comes from .* and cannot be set to 0.05"):
        model.fit(X, Y, epochs=3, verbose=0, callbacks=[ReduceLROnPlateau("loss", patience=1, min_delta=100.0)])


class Halving:
    def __call__(self, epoch, rate):
        return rate / 2


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        (lambda epoch: 0.5 / 2**epoch, [0.5, 0.25, 0.125]),
        (lambda epoch, lr: lr / 2, [0.25, 0.125, 0.0625]),
        (lambda epoch, lr=9.0: lr / 2, [0.25, 0.125, 0.0625]),
        (Halving(), [0.25, 0.125, 0.0625]),
        (lambda epoch: np.float32(0.25), [0.25, 0.25, 0.25]),
    ],
)
def test_the_rate_of_each_epoch_is_what_the_function_says(schedule, rates):
    model = model_with(0.5)
    history = model.fit(X, Y, epochs=3, verbose=0, callbacks=[LearningRateScheduler(schedule)])
    assert history.history["learning_rate"] == rates
    assert weight(model) == pytest.approx(1 - sum(rates))


def test_errors_of_the_function_are_the_users():
    def schedule(epoch, rate):
        return rate + None

    with pytest.raises(TypeError, match="unsupported operand"):
        model_with(0.5).fit(X, Y, verbose=0, callbacks=[LearningRateScheduler(schedule)])
    with pytest.raises(ValueError, match="expected schedule to return a number; got None"):
        model_with(0.5).fit(X, Y, verbose=0, callbacks=[LearningRateScheduler(lambda epoch: None)])
    with pytest.raises(TypeError, match="cannot be set to 0.1. Make the optimizer with a number"):
        model_with(schedules.PolynomialDecay(0.5, 10)).fit(
            X, Y, verbose=0, callbacks=[LearningRateScheduler(lambda epoch: 0.1)]
        )


def test_a_new_schedule_is_heeded_by_steps_that_were_planned():
    model = model_with(schedules.PolynomialDecay(0.5, 10, 0.5))
    model.fit(X, Y, verbose=0)
    model.optimizer.learning_rate = schedules.PolynomialDecay(0.25, 10, 0.25)
    model.fit(X, Y, verbose=0)
    assert weight(model) == pytest.approx(1 - 0.5 - 0.25)


def test_what_the_scheduler_says(capsys):
    model_with(0.5).fit(X, Y, verbose=0, callbacks=[LearningRateScheduler(lambda epoch: 0.25, verbose=1)])
    assert capsys.readouterr().out == "\nEpoch 1: LearningRateScheduler setting learning rate to 0.25.\n"
