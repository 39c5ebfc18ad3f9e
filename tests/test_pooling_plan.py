"""What the planner makes of pooling: indices are found once, and gradients are gated while they are small."""

import numpy as np
import pytest

import nnfit
from execution import names_of, plan_of
from nnfit import _core, ops

X = np.random.default_rng(0).standard_normal((2, 9, 7, 5)).astype("float32")


def gradient(function, x):
    with nnfit.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
        loss = ops.sum(y * ops.cos(y))
    return tape.gradient(loss, x)


def same_bits(function):
    eager, planned = function(ops.convert_to_tensor(X)), nnfit.function(function)(X)
    return eager.numpy().tobytes() == planned.numpy().tobytes()


def test_pooling_alone_finds_no_index():
    plan = plan_of(lambda x: ops.max_pool(x, 2), X)
    assert [(name, len(outputs)) for name, _, outputs in plan.calls] == [("max_pool", 1)]


def test_a_gradient_does_not_pool_again():
    def step(x):
        return gradient(lambda x: ops.max_pool(ops.tanh(x), 2), x)

    assert names_of(plan_of(step, X)).count("max_pool") == 1
    assert same_bits(step)


def test_poolings_of_other_windows_or_images_stay_apart():
    def step(x):
        return gradient(lambda x: ops.max_pool(x, 2) + ops.max_pool(x, 2, strides=2) + ops.max_pool(-x, 2), x)

    assert names_of(plan_of(step, X)).count("max_pool") == 2
    assert same_bits(step)


@pytest.mark.parametrize(("pool_size", "strides", "padding"), [(2, None, "valid"), (3, 1, "same"), (2, 3, "same")])
def test_a_relu_before_is_passed_after_pooling(pool_size, strides, padding):
    def step(x):
        return gradient(lambda x: ops.max_pool(ops.relu(x), pool_size, strides, padding), x)

    names = names_of(plan_of(step, X))
    assert names.count("relu_gradient") == names.count("max_pool_gradient") == 1
    assert names.index("relu_gradient") < names.index("max_pool_gradient")
    assert same_bits(step)


def test_a_relu_of_which_more_is_made_is_not_passed_early():
    def step(x):
        def branches(x):
            y = ops.relu(x)
            return ops.max_pool(y, 2)[:, 0, 0] + ops.sum(y, axis=(1, 2))

        return gradient(branches, x)

    names = names_of(plan_of(step, X))
    assert names.index("max_pool_gradient") < names.index("relu_gradient")
    assert same_bits(step)


def test_both_the_index_and_the_values_may_be_asked_for():
    def both(x):
        y, index = _core.ops.max_pool(x, pool_size=(2, 2), return_index=True)
        return ops.max_pool(x, 2) * 2 + y + ops.cast(index, "float32")

    assert same_bits(both)
