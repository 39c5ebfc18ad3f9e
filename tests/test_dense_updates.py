"""Kernels of dense layers that are updated as their gradients are made: the bits of the two ops, where it is safe."""

import numpy as np
import pytest

import nnfit
from execution import names_of, plan_of
from nnfit import _core, layers, ops
from nnfit.function import function

OPTIMIZERS = {
    "sgd": lambda: nnfit.optimizers.SGD(0.1),
    "momentum": lambda: nnfit.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "clipped": lambda: nnfit.optimizers.SGD(0.5, clipvalue=0.01),
    "rmsprop": lambda: nnfit.optimizers.RMSprop(0.01, centered=True, momentum=0.5),
    "adam": lambda: nnfit.optimizers.Adam(0.01),
    "amsgrad": lambda: nnfit.optimizers.Adam(0.01, amsgrad=True),
    "adamw": lambda: nnfit.optimizers.AdamW(0.01, weight_decay=0.1),
    "adamax": lambda: nnfit.optimizers.Adamax(0.01),
    "nadam": lambda: nnfit.optimizers.Nadam(0.01),
    "adagrad": lambda: nnfit.optimizers.Adagrad(0.1),
    "adadelta": lambda: nnfit.optimizers.Adadelta(1.0),
    "ftrl": lambda: nnfit.optimizers.Ftrl(0.1),
    "lion": lambda: nnfit.optimizers.Lion(0.01),
    "schedule": lambda: nnfit.optimizers.SGD(nnfit.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)),
    "average": lambda: nnfit.optimizers.SGD(0.1, use_ema=True, ema_overwrite_frequency=2),
}
NOT_FUSED = {
    "norm": lambda: nnfit.optimizers.SGD(0.5, clipnorm=0.5),
    "global norm": lambda: nnfit.optimizers.Adam(0.01, global_clipnorm=0.5),
    "accumulated": lambda: nnfit.optimizers.SGD(0.5, gradient_accumulation_steps=2),
}
RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((3, 32, 50)).astype("float32")
Y = RANDOM.standard_normal((3, 32, 3)).astype("float32")


def network(**options):
    """Kernels of one and of several panels of columns, and one of a single column."""
    nnfit.utils.set_random_seed(1)
    model = nnfit.Sequential(
        [layers.Dense(200, "relu", **options), layers.Dense(30, "tanh", **options), layers.Dense(3)]
    )
    model.build((None, 50))
    return model


def step_of(model, optimizer):
    def step(x, y):
        with nnfit.GradientTape() as tape:
            loss = ops.mean(ops.square(model(x) - y))
        optimizer.apply(tape.gradient(loss, model.trainable_weights), model.trainable_weights)
        return loss

    return step


def trained(optimizer, run, **options):
    model = network(**options)
    if isinstance(optimizer, nnfit.optimizers.AdamW):
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    step = run(step_of(model, optimizer))
    losses = [step(x, y).numpy() for x, y in zip(X, Y, strict=True)]
    return [*losses, *(w.numpy() for w in (*model.weights, *optimizer.variables))]


def planned_names(optimizer, batch=32, **options):
    model = network(**options)
    optimizer.build(model.trainable_weights)
    x, y = np.zeros((batch, 50), "float32"), np.zeros((batch, 3), "float32")
    return names_of(plan_of(step_of(model, optimizer), x, y))


@pytest.mark.parametrize("name", OPTIMIZERS | NOT_FUSED)
def test_a_planned_step_has_the_bits_of_an_eager_one(name):
    optimizer = (OPTIMIZERS | NOT_FUSED)[name]
    for eager, planned in zip(trained(optimizer(), lambda step: step), trained(optimizer(), function), strict=True):
        np.testing.assert_array_equal(eager, planned)


@pytest.mark.parametrize("options", [{"kernel_regularizer": "l2"}, {"kernel_constraint": "unit_norm"}], ids=str)
def test_regularizers_and_constraints_see_what_they_would_otherwise(options):
    adam = OPTIMIZERS["adam"]
    for eager, planned in zip(
        trained(adam(), lambda step: step, **options), trained(adam(), function, **options), strict=True
    ):
        np.testing.assert_array_equal(eager, planned)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_no_kernel_gradient_is_stored(name):
    names = planned_names(OPTIMIZERS[name]())
    assert "dense_kernel_gradient" not in names
    assert sum(n.startswith("dense_") and n.endswith("_update") for n in names) == 3


@pytest.mark.parametrize("name", NOT_FUSED)
def test_a_rule_that_wants_whole_gradients_gets_them(name):
    assert planned_names(NOT_FUSED[name]()).count("dense_kernel_gradient") == 3


def test_long_sums_are_left_to_their_own_plans():
    assert planned_names(OPTIMIZERS["adam"](), batch=1000).count("dense_kernel_gradient") == 3


def test_a_kernel_is_updated_after_the_last_that_reads_it():
    names = planned_names(OPTIMIZERS["sgd"]())
    update, gradient = "dense_sgd_update", "dense_input_gradient"
    assert [n for n in names if n in (update, gradient)] == [gradient, update, gradient, update, update]


def test_bits_do_not_depend_on_the_number_of_threads():
    results = set()
    for threads in (1, 2, 4, 7):
        _core.set_num_threads(threads)
        results.add(b"".join(w.tobytes() for w in trained(OPTIMIZERS["adam"](), function)))
    assert len(results) == 1


@pytest.mark.parametrize("units", [744, 752], ids=["parts of vectors", "whole vectors"])
def test_a_kernel_of_megabytes_has_the_same_bits(units):
    x, y = RANDOM.standard_normal((2, 32, 720)).astype("float32")

    def trained_kernel(run):
        kernel, optimizer = nnfit.Variable(np.full((720, units), 0.1, "float32")), OPTIMIZERS["adam"]()
        optimizer.build([kernel])

        def step(x, y):
            with nnfit.GradientTape() as tape:
                loss = ops.mean(ops.square(_core.ops.dense(x, kernel)[:, :720] - y))
            optimizer.apply([tape.gradient(loss, kernel)], [kernel])
            return loss

        step = run(step)
        return b"".join(v.numpy().tobytes() for v in (step(x, y), step(x, y), kernel, *optimizer.variables))

    results = {trained_kernel(lambda step: step)}
    for threads in (1, 2, 4, 7):
        _core.set_num_threads(threads)
        results.add(trained_kernel(function))
    assert len(results) == 1


def test_a_gradient_that_is_returned_is_stored():
    kernel, optimizer = nnfit.Variable(RANDOM.standard_normal((50, 3)).astype("float32")), OPTIMIZERS["sgd"]()
    optimizer.build([kernel])

    def step(x, y):
        with nnfit.GradientTape() as tape:
            loss = ops.mean(ops.square(_core.ops.dense(x, kernel) - y))
        gradient = tape.gradient(loss, kernel)
        optimizer.apply([gradient], [kernel])
        return [loss, gradient]

    plan = plan_of(step, X[0], Y[0])
    assert "dense_kernel_gradient" in names_of(plan)


def test_a_kernel_that_two_layers_share_is_updated_by_the_sum():
    shared = nnfit.Variable(np.eye(8, dtype="float32") * 0.5)
    start, optimizer = shared.numpy(), OPTIMIZERS["momentum"]()
    optimizer.build([shared])

    def step(x):
        with nnfit.GradientTape() as tape:
            loss = ops.mean(ops.square(_core.ops.dense(_core.ops.dense(x, shared), shared) - 1.0))
        optimizer.apply([tape.gradient(loss, shared)], [shared])
        return loss

    x = RANDOM.standard_normal((16, 8)).astype("float32")
    results = []
    for run in (step, function(step)):
        shared.assign(start)
        for v in optimizer.variables:
            v.assign(ops.zeros_like(v))
        run(x)
        results.append(shared.numpy())
    np.testing.assert_array_equal(*results)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_two_updates_of_a_kernel_by_gradients_taken_before_follow_each_other(name):
    x, y = X[0], Y[0]

    def trained_kernel(run):
        kernel, optimizer = nnfit.Variable(np.full((50, 3), 0.1, "float32")), OPTIMIZERS[name]()
        optimizer.build([kernel])

        def step(x, y):
            with nnfit.GradientTape(persistent=True) as tape:
                near = ops.mean(ops.square(_core.ops.dense(x, kernel) - y))
                far = ops.mean(ops.square(_core.ops.dense(x * 2.0, kernel) + y))
            gradients = [tape.gradient(loss, kernel) for loss in (near, far)]
            for gradient in reversed(gradients):
                optimizer.apply([gradient], [kernel])
            return near

        step = run(step)
        return [step(x, y).numpy(), step(x, y).numpy(), kernel.numpy(), *(v.numpy() for v in optimizer.variables)]

    for eager, planned in zip(trained_kernel(lambda step: step), trained_kernel(function), strict=True):
        np.testing.assert_array_equal(eager, planned)


@pytest.mark.parametrize("late", ["value", "view"])
def test_an_old_kernel_that_is_read_late_is_not_written_over(late):
    kernel, optimizer = nnfit.Variable(np.ones((50, 3), "float32")), OPTIMIZERS["sgd"]()
    optimizer.build([kernel])

    def step(x, y):
        old = ops.reshape(kernel, (3, 50)) if late == "view" else kernel.value
        with nnfit.GradientTape() as tape:
            loss = ops.mean(ops.square(_core.ops.dense(x, kernel) - y))
        optimizer.apply([tape.gradient(loss, kernel)], [kernel])
        return [loss, old, ops.sum(old)]

    _, old, total = function(step)(X[0], Y[0])
    np.testing.assert_array_equal(old.numpy(), np.ones(old.shape))
    assert float(total) == 150
    assert not np.array_equal(kernel.numpy(), np.ones((50, 3)))


def test_what_does_not_fit_is_refused():
    w, x, dy = ops.zeros((3, 2)), ops.zeros((5, 3)), ops.zeros((5, 2))
    with pytest.raises(ValueError, match="like the gradient"):
        _core.ops.dense_sgd_update(0.5, ops.zeros((2, 3)), x, dy)
    with pytest.raises(ValueError, match="expected 1 scalars, a kernel, 0 slots"):
        _core.ops.dense_sgd_update(0.5, w, w, x, dy)
    with pytest.raises(ValueError, match="expected a scalar"):
        _core.ops.dense_sgd_update(ops.zeros((2,)), w, x, dy)
    with pytest.raises(ValueError, match="neither scales nor a condition"):
        _core.ops.dense_sgd_update(0.5, w, x, dy, scaled=True)
    with pytest.raises(TypeError, match="one dtype"):
        _core.ops.dense_sgd_update(0.5, w, x, ops.cast(dy, "float64"))
