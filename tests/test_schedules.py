"""Learning-rate schedules against their formulas."""

import json

import numpy as np
import pytest

from execution import EXECUTIONS
from nnfit import ops
from nnfit.optimizers import schedules

STEPS = [0, 1, 5, 9, 10, 11, 15, 20, 25, 40, 70, 71, 1000]


def cosine(rate, fraction, alpha=0.0):
    return rate * ((1 - alpha) * 0.5 * (1 + np.cos(np.pi * fraction)) + alpha)


def polynomial(step, rate=0.5, end=0.1, steps=10, power=2.0, cycle=False):
    if cycle:
        steps *= max(np.ceil(step / steps), 1)
    return (rate - end) * (1 - min(step, steps) / steps) ** power + end


def restarts(step, rate=0.5, first=10, t_mul=2.0, m_mul=0.5, alpha=0.2):
    start, length, i = 0, first, 0
    while step >= start + length:
        start, length, i = start + length, length * t_mul, i + 1
    return rate * ((1 - alpha) * m_mul**i * 0.5 * (1 + np.cos(np.pi * (step - start) / length)) + alpha)


def warm(step):
    return 0.1 + 0.4 * step / 5 if step < 5 else cosine(0.5, min((step - 5) / 10, 1), 0.2)


CASES = {
    "exponential": (schedules.ExponentialDecay(0.5, 10, 0.9), lambda step: 0.5 * 0.9 ** (step / 10)),
    "exponential staircase": (
        schedules.ExponentialDecay(0.5, 10, 0.9, staircase=True),
        lambda step: 0.5 * 0.9 ** (step // 10),
    ),
    "inverse time": (schedules.InverseTimeDecay(0.5, 10, 2.0), lambda step: 0.5 / (1 + 2 * step / 10)),
    "inverse time staircase": (
        schedules.InverseTimeDecay(0.5, 10, 2.0, staircase=True),
        lambda step: 0.5 / (1 + 2 * (step // 10)),
    ),
    "piecewise": (
        schedules.PiecewiseConstantDecay([5, 10, 20], [1.0, 0.5, 0.25, 0.125]),
        lambda step: 1.0 if step <= 5 else 0.5 if step <= 10 else 0.25 if step <= 20 else 0.125,
    ),
    "polynomial": (schedules.PolynomialDecay(0.5, 10, 0.1, power=2.0), polynomial),
    "polynomial cycle": (
        schedules.PolynomialDecay(0.5, 10, 0.1, power=2.0, cycle=True),
        lambda step: polynomial(step, cycle=True),
    ),
    "cosine": (schedules.CosineDecay(0.5, 20, alpha=0.2), lambda step: cosine(0.5, min(step / 20, 1), 0.2)),
    "cosine with warm-up": (schedules.CosineDecay(0.1, 10, alpha=0.2, warmup_target=0.5, warmup_steps=5), warm),
    "cosine from a target": (
        schedules.CosineDecay(0.1, 10, warmup_target=0.5),
        lambda step: cosine(0.5, min(step / 10, 1)),
    ),
    "scaled": (
        schedules.ScaledSchedule(schedules.ExponentialDecay(0.5, 10, 0.9), 0.25),
        lambda step: 0.125 * 0.9 ** (step / 10),
    ),
    "restarts": (schedules.CosineDecayRestarts(0.5, 10, m_mul=0.5, alpha=0.2), restarts),
    "equal restarts": (
        schedules.CosineDecayRestarts(0.5, 10, t_mul=1.0, m_mul=0.5, alpha=0.2),
        lambda step: restarts(step, t_mul=1.0),
    ),
    "tripling restarts": (
        schedules.CosineDecayRestarts(0.5, 7, t_mul=3.0, m_mul=0.5, alpha=0.2),
        lambda step: restarts(step, first=7, t_mul=3.0),
    ),
}


def test_every_registered_schedule_has_a_case():
    registered = {schedules.registry.find(name) for name in schedules.registry.names()}
    assert {type(schedule) for schedule, _ in CASES.values()} == registered


@EXECUTIONS
@pytest.mark.parametrize("case", CASES)
def test_rates(case, run):
    schedule, expected = CASES[case]
    call = run(lambda step: schedule(step))
    rates = [call(ops.convert_to_tensor(np.int64(step))) for step in STEPS]
    assert {(rate.shape, rate.dtype) for rate in rates} == {((), "float32")}
    np.testing.assert_allclose([float(rate) for rate in rates], [expected(step) for step in STEPS], rtol=2e-5)


@pytest.mark.parametrize("t_mul", [1.5, 2.0, 3.0])
def test_each_restart_is_exactly_on_its_step(t_mul):
    """The logarithm of a float32 may round to the decay before."""
    schedule = schedules.CosineDecayRestarts(1.0, 8, t_mul=t_mul)
    start = 0.0
    for i in range(8):
        if start == int(start):
            assert float(schedule(int(start))) == pytest.approx(1.0, abs=1e-6)
        start += 8 * t_mul**i


@pytest.mark.parametrize("case", CASES)
def test_round_trip_through_json(case):
    schedule = CASES[case][0]
    copy = schedules.deserialize(json.loads(json.dumps(schedules.serialize(schedule))))
    assert type(copy) is type(schedule)
    assert copy.get_config() == schedule.get_config()
    assert float(copy(13)) == float(schedule(13))


@pytest.mark.parametrize("steps", [0, -1])
def test_steps_must_be_positive(steps):
    for make in (
        lambda: schedules.ExponentialDecay(0.1, steps, 0.5),
        lambda: schedules.InverseTimeDecay(0.1, steps, 0.5),
        lambda: schedules.PolynomialDecay(0.1, steps),
        lambda: schedules.CosineDecay(0.1, steps),
    ):
        with pytest.raises(ValueError, match=rf"expected decay_steps to be positive; got {steps}"):
            make()
    with pytest.raises(ValueError, match=rf"expected first_decay_steps to be positive; got {steps}"):
        schedules.CosineDecayRestarts(0.1, steps)


def test_piecewise_checks_its_arguments():
    with pytest.raises(ValueError, match="expected one value more than there are boundaries; got 2 .* and 2 values"):
        schedules.PiecewiseConstantDecay([1, 2], [0.1, 0.2])
    with pytest.raises(ValueError, match=r"expected boundaries that rise; got \[2, 2\]"):
        schedules.PiecewiseConstantDecay([2, 2], [0.1, 0.2, 0.3])
