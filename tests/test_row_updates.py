"""Updates of the rows that were looked up: the bits of the update of all rows, and no work for the others."""

import numpy as np
import pytest

import nnfit
from execution import plan_of
from nnfit import _core, layers, ops
from nnfit.function import function

OPTIMIZERS = {
    "sgd": lambda: nnfit.optimizers.SGD(0.5),
    "clipped": lambda: nnfit.optimizers.SGD(0.5, clipvalue=0.25),
    "adagrad": lambda: nnfit.optimizers.Adagrad(0.5),
    "momentum": lambda: nnfit.optimizers.SGD(0.5, momentum=0.5),
    "decay": lambda: nnfit.optimizers.SGD(0.5, weight_decay=0.1),
    "norm": lambda: nnfit.optimizers.SGD(0.5, clipnorm=0.5),
    "accumulated": lambda: nnfit.optimizers.SGD(0.5, gradient_accumulation_steps=2),
    "adam": lambda: nnfit.optimizers.Adam(0.5),
    "rmsprop": lambda: nnfit.optimizers.RMSprop(0.5),
}
LOOKED_UP = np.random.default_rng(0).integers(0, 300, (3, 5, 7)).astype("int32")
TARGETS = np.random.default_rng(1).standard_normal((3, 5, 7, 6)).astype("float32")


def trained(optimizer, run, **options):
    """The weights, and the optimizer's state, after some steps."""
    nnfit.utils.set_random_seed(1)
    table = layers.Embedding(300, 6, **options)
    table.build()
    dense = layers.Dense(6)

    def step(indices, target):
        with nnfit.GradientTape() as tape:
            loss = ops.mean(ops.square(dense(table(indices)) - target))
        weights = [*table.trainable_weights, *dense.trainable_weights]
        optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    step = run(step)
    for indices, target in zip(LOOKED_UP, TARGETS, strict=True):
        step(indices, target)
    return [w.numpy() for w in (*table.weights, *dense.weights, *optimizer.variables)]


@pytest.mark.parametrize("options", [{}, {"embeddings_constraint": "unit_norm"}], ids=["plain", "constraint"])
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_planned_step_has_the_bits_of_an_eager_one(name, options):
    eager = trained(OPTIMIZERS[name](), lambda step: step, **options)
    planned = trained(OPTIMIZERS[name](), function, **options)
    for a, b in zip(eager, planned, strict=True):
        np.testing.assert_array_equal(a, b)


def test_bits_do_not_depend_on_the_number_of_threads():
    results = set()
    for threads in (1, 2, 4):
        _core.set_num_threads(threads)
        results.add(b"".join(w.tobytes() for w in trained(OPTIMIZERS["adagrad"](), function)))
    assert len(results) == 1


def plan_of_a_step(rows, optimizer):
    table = nnfit.Variable(np.zeros((rows, 8), "float32"))
    optimizer.build([table])

    def step(indices):
        with nnfit.GradientTape() as tape:
            loss = ops.sum(ops.square(ops.take(table, indices, axis=0) - 1.0))
        optimizer.apply(tape.gradient(loss, [table]), [table])
        return loss

    return plan_of(step, np.zeros(100, "int32"))


@pytest.mark.parametrize("name", ["sgd", "clipped", "adagrad"])
def test_memory_of_a_step_is_independent_of_the_number_of_rows(name):
    small, large = (plan_of_a_step(rows, OPTIMIZERS[name]()).arena_bytes for rows in (1000, 100_000))
    assert small == large


def test_moments_that_decay_visit_all_rows():
    assert plan_of_a_step(100_000, OPTIMIZERS["adam"]()).arena_bytes >= 100_000 * 8 * 4


def test_indices_out_of_range_are_named():
    step = function(lambda i: _core.ops.sgd_update_rows(0.5, ops.zeros((3, 2)), i, ops.ones((1, 2))))
    with pytest.raises(IndexError, match=r"expected indices in \[-3, 3\)"):
        step(np.array([3], "int32"))
    with pytest.raises(ValueError, match="expected no weight decay"):
        _core.ops.sgd_update_rows(0.5, ops.zeros((3, 2)), [0], ops.ones((1, 2)), weight_decay=0.5)
    with pytest.raises(ValueError, match="expected 1 scalars, a variable, indices of its rows"):
        _core.ops.sgd_update_rows(0.5, ops.zeros((3, 2)), [0], ops.ones((2, 2)))
