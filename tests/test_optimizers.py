"""Optimizers: five steps against their formulas in double precision, and what the base class adds."""

import json

import numpy as np
import pytest

from execution import EXECUTIONS, names_of
from nnfit import _core, constraints, ops, optimizers
from nnfit.function import function
from nnfit.gradient_tape import GradientTape
from nnfit.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Ftrl,
    Lion,
    Nadam,
    Optimizer,
    RMSprop,
    schedules,
)
from nnfit.variable import Variable
from reference import REFERENCES

RNG = np.random.default_rng(0)
SHAPES = [(3, 5), (5,), ()]
STEPS = 5
START = [RNG.normal(size=shape) for shape in SHAPES]
GRADIENTS = [[RNG.normal(size=shape) for shape in SHAPES] for _ in range(STEPS)]


class SGDReference:
    def __init__(self, learning_rate=0.01, momentum=0.0, nesterov=False):
        self.rate, self.momentum, self.nesterov = learning_rate, momentum, nesterov
        self.m = 0

    def __call__(self, w, g, t):
        if not self.momentum:
            return w - self.rate * g
        self.m = self.momentum * self.m - self.rate * g
        return w + (self.momentum * self.m - self.rate * g if self.nesterov else self.m)


class RMSpropReference:
    def __init__(self, learning_rate=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False):
        self.rate, self.rho, self.momentum, self.epsilon, self.centered = (
            learning_rate,
            rho,
            momentum,
            epsilon,
            centered,
        )
        self.v = self.m = self.a = 0

    def __call__(self, w, g, t):
        self.v = self.rho * self.v + (1 - self.rho) * g**2
        self.a = self.rho * self.a + (1 - self.rho) * g
        step = self.rate * g / np.sqrt(self.v - (self.a**2 if self.centered else 0) + self.epsilon)
        self.m = self.momentum * self.m + step
        return w - self.m


class AdamReference:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
        self.rate, self.b1, self.b2, self.epsilon, self.amsgrad = learning_rate, beta_1, beta_2, epsilon, amsgrad
        self.m = self.v = self.h = 0

    def __call__(self, w, g, t):
        self.m = self.b1 * self.m + (1 - self.b1) * g
        self.v = self.b2 * self.v + (1 - self.b2) * g**2
        self.h = np.maximum(self.h, self.v)
        rate = self.rate * np.sqrt(1 - self.b2**t) / (1 - self.b1**t)
        return w - rate * self.m / (np.sqrt(self.h if self.amsgrad else self.v) + self.epsilon)


def op_reference(name, families, scalars=lambda t: (), start=0.0):
    """A rule from the reference of its op, as a class like those above; `start` is what the first slots begin with."""

    class Rule:
        def __init__(self, learning_rate=0.001, **attributes):
            self.rate, self.attributes = learning_rate, attributes
            self.slots = []

        def __call__(self, w, g, t):
            slots = self.slots or [np.full_like(w, start if i == 0 else 0.0) for i in range(families)]
            w, *self.slots = REFERENCES[name].forward(self.rate, *scalars(t), w, g, *slots, **self.attributes)
            return w

    return Rule


def nadam_product(t, beta_1=0.9):
    return np.prod([beta_1 * (1 - 0.5 * 0.96**i) for i in range(1, t + 1)])


AdamaxReference = op_reference("adamax_update", 2, lambda t: (t,))
NadamReference = op_reference("nadam_update", 2, lambda t: (t, nadam_product(t)))
AdagradReference = op_reference("adagrad_update", 1, start=0.1)
AdadeltaReference = op_reference("adadelta_update", 2)
FtrlReference = op_reference("ftrl_update", 2, start=0.1)
LionReference = op_reference("lion_update", 1)

CASES = [
    (SGD, SGDReference, {}),
    (SGD, SGDReference, {"learning_rate": 0.3, "momentum": 0.9}),
    (SGD, SGDReference, {"learning_rate": 0.3, "momentum": 0.9, "nesterov": True}),
    (RMSprop, RMSpropReference, {}),
    (RMSprop, RMSpropReference, {"learning_rate": 0.1, "rho": 0.8, "momentum": 0.7}),
    (RMSprop, RMSpropReference, {"learning_rate": 0.1, "centered": True, "epsilon": 1e-3}),
    (RMSprop, RMSpropReference, {"learning_rate": 0.1, "momentum": 0.7, "centered": True, "epsilon": 1e-3}),
    (Adam, AdamReference, {}),
    (Adam, AdamReference, {"learning_rate": 0.1, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
    (Adam, AdamReference, {"learning_rate": 0.1, "beta_2": 0.5, "amsgrad": True}),
    (Adamax, AdamaxReference, {"learning_rate": 0.1, "beta_1": 0.8, "epsilon": 1e-3}),
    (Nadam, NadamReference, {"learning_rate": 0.1, "beta_2": 0.95, "epsilon": 1e-3}),
    (Adagrad, AdagradReference, {"learning_rate": 0.1, "epsilon": 1e-3}),
    (Adadelta, AdadeltaReference, {"learning_rate": 0.5, "rho": 0.8, "epsilon": 1e-3}),
    (Ftrl, FtrlReference, {"learning_rate": 0.1, "beta": 0.5}),
    (Lion, LionReference, {"learning_rate": 0.1, "beta_1": 0.8}),
]
IDS = ["-".join([cls.__name__, *options]) for cls, _, options in CASES]
BY_CASE = pytest.mark.parametrize(("cls", "reference", "options"), CASES, ids=IDS)


def reference_steps(make, gradients=GRADIENTS, decay=0.0, rate=None):
    weights = [w.copy() for w in START]
    rules = [make() for _ in weights]
    for t, step in enumerate(gradients, 1):
        weights = [rule(w * (1 - decay), g, t) for rule, w, g in zip(rules, weights, step, strict=True)]
    return weights


def variables(dtype="float64"):
    return [Variable(w, dtype=dtype, name=f"w{i}") for i, w in enumerate(START)]


def tensors(step, dtype="float64"):
    return [ops.convert_to_tensor(np.asarray(g, dtype)) for g in step]


def assert_weights(ws, expected, tolerance=1e-6):
    for w, e in zip(ws, expected, strict=True):
        np.testing.assert_allclose(w.numpy(), e, rtol=tolerance, atol=tolerance)


def take_steps(optimizer, ws, gradients=GRADIENTS, run=lambda f: f, dtype="float64"):
    optimizer.build(ws)
    step = run(lambda *grads: optimizer.apply(list(grads), ws))
    for grads in gradients:
        step(*tensors(grads, dtype))


@EXECUTIONS
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-6), ("float64", 1e-7)])
@BY_CASE
def test_five_steps(cls, reference, options, dtype, tolerance, run):
    ws = variables(dtype)
    optimizer = cls(**options)
    take_steps(optimizer, ws, run=run, dtype=dtype)
    assert_weights(ws, reference_steps(lambda: reference(**options)), tolerance)
    assert int(optimizer.iterations) == STEPS
    assert {w.dtype for w in ws} == {dtype}


@BY_CASE
def test_variables_of_both_dtypes_are_updated_together(cls, reference, options):
    ws = [Variable(w, dtype=dtype) for w, dtype in zip(START, ["float64", "float32", "float64"], strict=True)]
    optimizer = cls(**options)
    for step in GRADIENTS:
        optimizer.apply([np.asarray(g, w.dtype) for g, w in zip(step, ws, strict=True)], ws)
    assert_weights(ws, reference_steps(lambda: reference(**options)), 2e-6)


@BY_CASE
def test_round_trip_through_json(cls, reference, options):
    optimizer = cls(**options, weight_decay=0.01, clipnorm=1.0, use_ema=True, ema_overwrite_frequency=2, name="mine")
    copy = optimizers.get(json.loads(json.dumps(optimizers.serialize(optimizer))))
    assert type(copy) is cls
    assert copy.get_config() == optimizer.get_config()


@EXECUTIONS
@BY_CASE
def test_the_learning_rate_can_be_set_between_steps(cls, reference, options, run):
    """A planned step reads it from a variable, so it needs no new trace."""
    ws, optimizer = variables(), cls(**options)
    optimizer.build(ws)
    traces = []

    def apply(*grads):
        traces.append(1)
        optimizer.apply(list(grads), ws)

    step = run(apply)
    expected, rules = [w.copy() for w in START], [reference(**options) for _ in START]
    for t, grads in enumerate(GRADIENTS, 1):
        optimizer.learning_rate = 0.1 / t
        step(*tensors(grads))
        for rule in rules:
            rule.rate = 0.1 / t
        expected = [rule(w, g, t) for rule, w, g in zip(rules, expected, grads, strict=True)]
    assert_weights(ws, expected)
    assert len(traces) == (1 if run is not EXECUTIONS.args[1][0] else STEPS)
    assert float(optimizer.learning_rate) == pytest.approx(0.02)


@EXECUTIONS
def test_a_schedule_is_asked_at_each_step(run):
    ws = variables()
    optimizer = SGD(schedules.ExponentialDecay(0.5, 1, 0.5))
    take_steps(optimizer, ws, run=run)
    rates = [0.5 * 0.5**t for t in range(STEPS)]
    expected = [w - sum(r * step[i] for r, step in zip(rates, GRADIENTS, strict=True)) for i, w in enumerate(START)]
    assert_weights(ws, expected)
    assert float(optimizer.learning_rate) == pytest.approx(0.5**6)
    with pytest.raises(TypeError, match="the learning rate comes from .* and cannot be set to 0.1"):
        optimizer.learning_rate = 0.1
    copy = optimizers.deserialize(optimizers.serialize(optimizer))
    assert float(copy.learning_rate) == 0.5
    optimizer.learning_rate = schedules.PolynomialDecay(1.0, 100)
    assert float(optimizer.learning_rate) == pytest.approx(0.95, rel=1e-3)


def test_a_callable_rate_is_called_without_arguments():
    ws = variables()
    SGD(learning_rate=lambda: 0.25).apply(tensors(GRADIENTS[0]), ws)
    assert_weights(ws, [w - 0.25 * g for w, g in zip(START, GRADIENTS[0], strict=True)])


@pytest.mark.parametrize("rate", ["0.1", None, True, [0.1]])
def test_other_learning_rates_are_refused(rate):
    with pytest.raises(ValueError, match=r"\[adam\] expected learning_rate to be a number, a LearningRateSchedule"):
        Adam(learning_rate=rate)


@EXECUTIONS
@BY_CASE
def test_weight_decay_precedes_the_update(cls, reference, options, run):
    ws = variables()
    optimizer = cls(**options, weight_decay=0.1)
    rate = float(optimizer.learning_rate)
    take_steps(optimizer, ws, run=run)
    assert_weights(ws, reference_steps(lambda: reference(**options), decay=0.1 * rate))


def test_variables_can_be_excluded_from_weight_decay():
    ws = variables()
    optimizer = SGD(0.5, weight_decay=0.1)
    optimizer.exclude_from_weight_decay(var_list=[ws[0]], var_names=["1$"])
    optimizer.apply([ops.zeros(w.shape, dtype=w.dtype) for w in ws], ws)
    assert_weights(ws, [START[0], START[1], START[2] * 0.95])
    with pytest.raises(ValueError, match="before the optimizer is built"):
        optimizer.exclude_from_weight_decay(var_list=[ws[2]])


def norm(*arrays):
    return np.sqrt(sum((np.asarray(a) ** 2).sum() for a in arrays))


CLIPS = {
    "clipvalue": lambda step: [np.clip(g, -0.5, 0.5) for g in step],
    "clipnorm": lambda step: [g * min(1, 0.5 / norm(g)) for g in step],
    "global_clipnorm": lambda step: [g * min(1, 0.5 / norm(*step)) for g in step],
}


@EXECUTIONS
@pytest.mark.parametrize("clip", CLIPS)
@BY_CASE
def test_clipping(cls, reference, options, clip, run):
    ws = variables()
    take_steps(cls(**options, **{clip: 0.5}), ws, run=run)
    clipped = [CLIPS[clip](step) for step in GRADIENTS]
    assert_weights(ws, reference_steps(lambda: reference(**options), clipped))


@pytest.mark.parametrize("clip", CLIPS)
def test_small_and_zero_gradients_are_not_clipped(clip):
    for size in (1e-3, 0.0):
        ws = variables()
        SGD(1.0, **{clip: 10.0}).apply([np.full(w.shape, size) for w in ws], ws)
        assert_weights(ws, [w - size for w in START], 1e-12)


@EXECUTIONS
@BY_CASE
def test_gradient_accumulation_updates_each_nth_step_with_the_mean(cls, reference, options, run):
    ws = variables()
    optimizer = cls(**options, gradient_accumulation_steps=2)
    take_steps(optimizer, ws, run=run)
    means = [[(a + b) / 2 for a, b in zip(*GRADIENTS[i : i + 2], strict=True)] for i in (0, 2)]
    assert_weights(ws, reference_steps(lambda: reference(**options), means))
    assert int(optimizer.iterations) == 2


@EXECUTIONS
def test_moving_averages(run):
    ws = variables()
    optimizer = SGD(0.1, use_ema=True, ema_momentum=0.8)
    take_steps(optimizer, ws, run=run)
    weights, averages = [w.copy() for w in START], None
    for step in GRADIENTS:
        weights = [w - 0.1 * g for w, g in zip(weights, step, strict=True)]
        averages = weights if averages is None else [0.8 * a + 0.2 * w for a, w in zip(averages, weights, strict=True)]
    assert_weights(ws, weights)
    optimizer.finalize_variable_values(ws)
    assert_weights(ws, averages)


@EXECUTIONS
def test_moving_averages_overwrite_weights_each_nth_step(run):
    ws = variables()
    take_steps(SGD(0.1, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=2), ws, run=run)
    weights, averages = [w.copy() for w in START], None
    for t, step in enumerate(GRADIENTS, 1):
        weights = [w - 0.1 * g for w, g in zip(weights, step, strict=True)]
        averages = weights if averages is None else [0.8 * a + 0.2 * w for a, w in zip(averages, weights, strict=True)]
        weights = averages if t % 2 == 0 else weights
    assert_weights(ws, weights)


@EXECUTIONS
def test_loss_scale(run):
    ws = variables()
    optimizer = SGD(0.1, loss_scale_factor=8.0)
    assert float(optimizer.scale_loss(ops.convert_to_tensor(2.0))) == 16
    take_steps(optimizer, ws, [[8 * g for g in step] for step in GRADIENTS], run=run)
    assert_weights(ws, reference_steps(lambda: SGDReference(0.1)))


def test_constraints_are_applied_after_the_update():
    w = Variable([1.0, -1.0], constraint=constraints.NonNeg())
    SGD(0.5).apply([np.float32([1, 1])], [w])
    np.testing.assert_array_equal(w.numpy(), [0.5, 0])


def test_minimize_a_function_and_a_taped_loss():
    ws, expected = variables(), reference_steps(lambda: SGDReference(0.1), [[2 * w for w in START]])
    optimizer = SGD(0.1)
    assert int(optimizer.minimize(lambda: sum(ops.sum(ops.square(w)) for w in ws), ws)) == 1
    assert_weights(ws, expected)
    ws = variables()
    with GradientTape() as tape:
        loss = sum(ops.sum(ops.square(w)) for w in ws)
    optimizer = SGD(0.1)
    with pytest.raises(ValueError, match="minimize needs the tape that recorded the loss"):
        optimizer.minimize(loss, ws)
    optimizer.minimize(loss, lambda: ws, tape=tape)
    assert_weights(ws, expected)


def test_apply_gradients_takes_pairs_and_returns_the_step_count():
    ws = variables()
    optimizer = SGD(0.1)
    for t, step in enumerate(GRADIENTS, 1):
        assert int(optimizer.apply_gradients(zip(tensors(step), ws, strict=True))) == t
    assert_weights(ws, reference_steps(lambda: SGDReference(0.1)))


def test_missing_gradients_leave_their_variables_alone():
    ws = variables()
    optimizer = Adam(0.1)
    with pytest.warns(UserWarning, match=r"\[adam\] the loss does not depend on \['w1'\]: they are not updated"):
        optimizer.apply([GRADIENTS[0][0], None, GRADIENTS[0][2]], ws)
    rule = AdamReference(0.1)
    assert_weights(ws, [rule(START[0], GRADIENTS[0][0], 1), START[1], AdamReference(0.1)(START[2], GRADIENTS[0][2], 1)])
    with pytest.raises(ValueError, match="no variable has a gradient"):
        optimizer.apply([None, None, None], ws)


def test_wrong_gradients_and_variables_are_refused():
    ws = variables()
    optimizer = SGD(0.1)
    with pytest.raises(ValueError, match="pass the variables, or call `build"):
        optimizer.apply(tensors(GRADIENTS[0]))
    with pytest.raises(ValueError, match="expected 3 gradients, one per variable; got 2"):
        optimizer.apply(tensors(GRADIENTS[0])[:2], ws)
    optimizer.apply(tensors(GRADIENTS[0]), ws)
    optimizer.apply(tensors(GRADIENTS[1]))
    with pytest.raises(ValueError, match="is not one of the variables that the optimizer was built for"):
        optimizer.apply([np.ones(2)], [Variable(np.ones(2))])
    assert_weights(ws, reference_steps(lambda: SGDReference(0.1), GRADIENTS[:2]))
    optimizer.apply([])
    assert int(optimizer.iterations) == 2


class SignDescent(Optimizer):
    """A rule of one's own, with state."""

    def build(self, variables):
        super().build(variables)
        self.counts = self.add_optimizer_variables(variables, "count")

    def update_step(self, gradient, variable, learning_rate):
        count = self.counts[self._get_variable_index(variable)]
        count.assign_add(ops.ones(count.shape, dtype=count.dtype))
        variable.assign_sub(ops.cast(learning_rate, variable.dtype) * ops.sign(gradient))


@EXECUTIONS
@pytest.mark.parametrize("accumulated", [None, 2])
def test_a_custom_rule_for_one_variable(run, accumulated):
    ws = variables()
    optimizer = SignDescent(0.25, gradient_accumulation_steps=accumulated)
    take_steps(optimizer, ws, run=run)
    steps = (
        GRADIENTS
        if accumulated is None
        else [[a + b for a, b in zip(*GRADIENTS[i : i + 2], strict=True)] for i in (0, 2)]
    )
    assert_weights(ws, [w - 0.25 * sum(np.sign(step[i]) for step in steps) for i, w in enumerate(START)])
    assert [float(count.numpy().ravel()[0]) for count in optimizer.counts] == [len(steps)] * 3


def test_a_subclass_of_an_optimizer_may_change_the_rule():
    class Halved(SGD):
        def update_step(self, gradient, variable, learning_rate):
            super().update_step(gradient, variable, learning_rate * 0.5)

    ws = variables()
    take_steps(Halved(0.2, momentum=0.9), ws)
    assert_weights(ws, reference_steps(lambda: SGDReference(0.1, 0.9)))


def test_variables_of_the_optimizer_can_be_read_and_set():
    ws = variables()
    optimizer = Adam(0.1, amsgrad=True)
    take_steps(optimizer, ws, GRADIENTS[:3])
    assert [v.path for v in optimizer.variables[:3]] == ["adam/iteration", "adam/learning_rate", "adam/w0_momentum"]
    assert len(optimizer.variables) == 2 + 3 * len(ws)
    copies = [Variable(w.numpy(), dtype="float64") for w in ws]
    other = Adam(0.7, amsgrad=True)
    with pytest.raises(ValueError, match="call `build"):
        other.set_weights([])
    other.build(copies)
    other.set_weights([v.numpy() for v in optimizer.variables])
    for step in GRADIENTS[3:]:
        optimizer.apply(tensors(step))
        other.apply(tensors(step))
    for w, copy in zip(ws, copies, strict=True):
        np.testing.assert_array_equal(w.numpy(), copy.numpy())
    with pytest.raises(ValueError, match="expected 11 weights; got 1"):
        other.set_weights([0])


def test_add_optimizer_variables_for_several_names():
    ws = variables("float32")
    optimizer = SGD(0.1)
    optimizer.build(ws)
    zeros, ones = optimizer.add_optimizer_variables(ws, ["a", "b"], ["zeros", "ones"])
    assert [v.shape for v in zeros] == SHAPES
    assert float(ones[2]) == 1
    assert ones[0].path == "SGD/w0_b"
    with pytest.raises(ValueError, match="expected one initializer for each of"):
        optimizer.add_optimizer_variables(ws, ["a", "b"], ["zeros"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"clipnorm": 1.0, "clipvalue": 1.0},
            r"expected at most one of \['clipnorm', 'clipvalue', 'global_clipnorm'\]",
        ),
        ({"clipnorm": 0.0}, "expected clipnorm to be positive; got 0.0"),
        ({"ema_momentum": 1.5}, r"expected ema_momentum in \[0, 1\]; got 1.5"),
        ({"ema_overwrite_frequency": 0}, "expected ema_overwrite_frequency to be None or an int of at least 1; got 0"),
        ({"gradient_accumulation_steps": 1}, "expected gradient_accumulation_steps to be None or an int of at least 2"),
        ({"momentum": 1.5}, r"expected momentum in \[0, 1\]; got 1.5"),
    ],
)
def test_options_are_checked(options, words):
    with pytest.raises(ValueError, match=words):
        SGD(**options)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Adagrad(initial_accumulator_value=-1.0), "expected initial_accumulator_value not to be negative"),
        (lambda: AdamW(weight_decay=None), "expected weight_decay to be a number; got None"),
        (lambda: Ftrl(learning_rate_power=0.5), "expected learning_rate_power of at most 0; got 0.5"),
        (lambda: Ftrl(l1_regularization_strength=-1.0), "expected l1_regularization_strength not to be negative"),
        (lambda: Lion(beta_1=0.0), r"expected beta_1 in \(0, 1\]; got 0.0"),
    ],
)
def test_options_of_single_optimizers_are_checked(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_the_older_name_of_the_learning_rate():
    optimizer = Adam(lr=0.5)
    assert float(optimizer.learning_rate) == float(optimizer.lr) == 0.5
    optimizer.lr = 0.25
    assert float(optimizer.learning_rate) == 0.25


def test_unknown_options_are_refused():
    with pytest.raises(TypeError, match="speed"):
        Adam(speed=0.1)


@pytest.mark.parametrize(
    "cls", [SGD, RMSprop, Adam, AdamW, Adagrad, Adadelta, Adamax, Nadam, Ftrl, Lion], ids=lambda cls: cls.__name__
)
def test_names(cls):
    assert type(optimizers.get(cls.__name__)) is cls
    assert type(optimizers.get(cls.__name__.lower())) is cls


def test_decay_and_clipping_take_no_pass_of_their_own():
    """They are parts of the one update op of a step, and so is skipping it between the last steps of rounds."""
    ws = variables("float32")
    plain, full = (
        Adam(0.1, **options) for options in ({}, {"weight_decay": 0.1, "clipvalue": 0.5, "loss_scale_factor": 2.0})
    )
    calls = []
    for optimizer in (plain, full):
        optimizer.build(ws)
        apply = function(lambda *grads, optimizer=optimizer: optimizer.apply(list(grads), ws))
        apply(*tensors(GRADIENTS[0], "float32"))
        (traced,) = apply._plans.values()
        calls.append(names_of(traced.plan))
    assert calls[0] == calls[1]


def test_get_passes_objects_and_refuses_others():
    optimizer = SGD()
    assert optimizers.get(optimizer) is optimizer
    assert type(optimizers.get(Adam)) is Adam
    with pytest.raises(ValueError, match=r"\[optimizers\] unknown name 'adma'.*nearest first: [aA]dam"):
        optimizers.get("adma")
    with pytest.raises(TypeError, match=r"\[optimizers\] expected a name, a configuration or a Optimizer"):
        optimizers.get(lambda: 0)


def test_defaults():
    assert Adam().get_config()["learning_rate"] == pytest.approx(0.001)
    assert RMSprop().get_config()["learning_rate"] == pytest.approx(0.001)
    assert SGD().get_config()["learning_rate"] == pytest.approx(0.01)
    assert (SGD().name, RMSprop().name, Adam().name) == ("SGD", "rmsprop", "adam")
    assert AdamW().get_config()["weight_decay"] == 0.004


def test_a_base_without_a_rule_says_so():
    with pytest.raises(
        NotImplementedError, match=r"an optimizer needs `update_step\(gradient, variable, learning_rate\)`"
    ):
        Optimizer(0.1).apply([np.ones(2)], [Variable(np.ones(2))])


@pytest.mark.parametrize(
    ("tensors", "attributes", "words"),
    [
        ((0.1, [1.0], [1.0]), {"undecayed": [1]}, "expected undecayed to hold positions of 1 variables; got 1"),
        ((0.1, [1.0], [1.0]), {"clipvalue": 0.0}, "expected clipvalue to be positive; got 0"),
        (([0.1, 0.2], [1.0], [1.0]), {}, r"expected a scalar; got float32 \(2,\)"),
        ((0.1, [1.0, 2.0], [1.0], [1.0]), {"scaled": True}, "expected a scalar, or one for each gradient; got"),
        ((0.1, [1.0], [1.0, 2.0]), {}, "expected a gradient or slot like its variable"),
        ((0.1, [1.0]), {}, "expected 1 scalars, then variables, gradients and 0 slots for each variable; got 2"),
        ((0.1, [1.0], [1.0]), {"conditional": True}, "expected 2 scalars, then variables"),
    ],
)
def test_wrong_arguments_of_an_update_are_refused(tensors, attributes, words):
    arrays = [np.asarray(t, "float32") for t in tensors]
    with pytest.raises(ValueError, match=words):
        _core.ops.sgd_update(*arrays, **attributes)
