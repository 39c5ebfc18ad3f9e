"""What the planner makes of a convolution and the pooling of its result: one op, of the same bits."""

import numpy as np
import pytest

import nnfit
from execution import names_of, plan_of
from nnfit import _core, ops

R = np.random.default_rng(0)


def real(*shape, dtype="float32"):
    return R.standard_normal(shape).astype(dtype)


def step(convolve, pool_size=2, strides=None, padding="valid"):
    """The pooled convolution, and the gradients that training takes of it."""

    def run(x, kernel, bias):
        with nnfit.GradientTape() as tape:
            tape.watch(kernel)
            tape.watch(bias)
            y = ops.max_pool(convolve(x, kernel, bias), pool_size, strides, padding)
            loss = ops.sum(y * ops.cos(y))
        return [y, *tape.gradient(loss, [kernel, bias])]

    return run


def bits_of(results):
    return b"".join(t.numpy().tobytes() for t in results)


def conv(**attributes):
    return lambda x, kernel, bias: _core.ops.conv(x, kernel, bias, **attributes)


SERIES = (32, 60, 8), (5, 8, 16)
IMAGES = (32, 12, 11, 3), (3, 3, 3, 8)
LARGE = (32, 13, 13, 32), (3, 3, 32, 64)  # by Winograd's method
FEW = (64, 28, 28, 2), (5, 5, 2, 3)  # channels that share a vector
CALLS = {
    "images": (IMAGES, step(conv(activation="relu"))),
    "images, overlapping": (IMAGES, step(conv(activation="relu", padding="same"), 3, 2, "same")),
    "images, tanh": (IMAGES, step(conv(activation="tanh", strides=(2,)))),
    "winograd": (LARGE, step(conv(activation="relu"))),
    "few channels": (FEW, step(conv())),
    "groups": (((48, 9, 9, 6), (3, 3, 3, 10)), step(conv(groups=2, activation="relu"))),
    "steps": (SERIES, step(conv(activation="relu", padding="same"))),
    "steps, causal": (SERIES, step(conv(padding="causal", dilation=(2,)), 3, 1)),
}


BY_TYPE = pytest.mark.parametrize("dtype", ["float32", "float64"])


def arrays_of(shapes, dtype="float32"):
    x, kernel = shapes
    return [ops.convert_to_tensor(real(*shape, dtype=dtype)) for shape in (x, kernel, kernel[-1:])]


@BY_TYPE
@pytest.mark.parametrize("name", CALLS)
def test_prediction_pools_a_few_images_at_a_time_with_the_bits_of_both_ops(name, dtype):
    shapes, function = CALLS[name]
    arrays = arrays_of(shapes, dtype)
    plan = plan_of(lambda *a: function(*a)[:1], *arrays)
    assert names_of(plan) == ["conv_max_pool"]
    assert bits_of(plan.run(arrays)) == bits_of(function(*arrays)[:1])


@BY_TYPE
@pytest.mark.parametrize("name", CALLS)
def test_training_does_where_no_gradient_reads_what_is_pooled(name, dtype):
    shapes, function = CALLS[name]
    arrays = arrays_of(shapes, dtype)
    plan = plan_of(function, *arrays)
    read = "tanh" in name
    assert names_of(plan).count("conv_max_pool") == (not read)
    assert names_of(plan).count("conv") == names_of(plan).count("max_pool") == read
    assert bits_of(plan.run(arrays)) == bits_of(function(*arrays))


@pytest.mark.parametrize(
    ("x", "kernel", "why"),
    [
        ((15, 8, 8, 3), (3, 3, 3, 4), "too few images to share out"),
        ((16, 96, 96, 3), (3, 3, 3, 16), "an image larger than the cache"),
        ((32, 8, 8, 3), (1, 1, 3, 4), "single pixels are one row for all images"),
        ((32, 8, 8, 6), (3, 3, 1, 6), "depthwise tasks are one image each"),
    ],
)
def test_the_two_stay_apart_where_that_is_faster(x, kernel, why):
    function = step(conv(groups=x[-1] // kernel[-2]))
    arrays = arrays_of((x, kernel))
    plan = plan_of(lambda *a: function(*a)[:1], *arrays)
    assert names_of(plan) == ["conv", "max_pool"], why
    assert bits_of(plan.run(arrays)) == bits_of(function(*arrays)[:1])


def test_a_result_that_is_read_elsewhere_is_made():
    def both(x, kernel, bias):
        y = ops.conv(x, kernel)
        return [ops.max_pool(y, 2), ops.sum(y) + bias]

    arrays = arrays_of(IMAGES)
    plan = plan_of(both, *arrays)
    assert "conv_max_pool" not in names_of(plan)
    assert bits_of(plan.run(arrays)) == bits_of(both(*arrays))


def test_winograd_can_be_forbidden_afterwards():
    shapes, function = CALLS["winograd"]
    arrays = arrays_of(shapes)
    plan = plan_of(lambda *a: function(*a)[:1], *arrays)
    try:
        nnfit.config.set_winograd(False)
        assert bits_of(plan.run(arrays)) == bits_of(function(*arrays)[:1])
    finally:
        nnfit.config.set_winograd(True)


def test_a_wrong_pooling_is_named():
    x, kernel, _ = arrays_of(IMAGES)
    with pytest.raises(ValueError, match=r"\[conv_max_pool\] expected pool_strides to be 2 positive integers"):
        _core.ops.conv_max_pool(x, kernel, pool_size=(2, 2), pool_strides=(1,))
    with pytest.raises(ValueError, match=r"\[conv_max_pool\] expected pool_padding to be 'valid' or 'same'"):
        _core.ops.conv_max_pool(x, kernel, pool_size=(2, 2), pool_padding="full")
