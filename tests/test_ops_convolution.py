"""Convolutions: what a user can get wrong, and what the planner fuses."""

import numpy as np
import pytest

import nnfit
from execution import names_of, plan_of
from nnfit import _core, ops

IMAGES, KERNEL = np.ones((2, 5, 6, 4), "float32"), np.ones((3, 3, 4, 8), "float32")


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (lambda: ops.conv(IMAGES, np.ones((3, 3, 5, 8))), ValueError, r"\[conv\] expected x with 5 channels"),
        (lambda: ops.conv(IMAGES, np.ones((3, 4, 8))), ValueError, r"\[conv\] expected a kernel \(rows, columns"),
        (lambda: ops.conv(IMAGES[0, 0], KERNEL), ValueError, r"\[conv\] expected x of shape"),
        (lambda: ops.conv(IMAGES, np.ones((7, 3, 4, 8))), ValueError, "at least 7 elements.*got 5.*padding='same'"),
        (lambda: ops.conv(IMAGES, KERNEL, padding="full"), ValueError, "valid or same; got 'full'"),
        (lambda: ops.conv(IMAGES, KERNEL, padding="causal"), ValueError, "valid or same; got 'causal'"),
        (lambda: ops.conv(IMAGES, KERNEL, strides=0), ValueError, "strides of at least 1; got 0"),
        (lambda: ops.conv(IMAGES, KERNEL, strides=(1, 2, 3)), ValueError, "each of the 2 spatial axes; got 3"),
        (lambda: ops.conv(IMAGES, KERNEL, dilation_rate=0), ValueError, "dilation of at least 1"),
        (lambda: ops.conv(IMAGES, KERNEL, data_format="first"), ValueError, "channels_last.*'first'"),
        (lambda: ops.conv(IMAGES, np.ones((3, 3, 2, 3))), ValueError, "groups that divides.*got 2"),
        (lambda: ops.depthwise_conv(IMAGES, np.ones((3, 3, 3, 1))), ValueError, r"\[depthwise_conv\].*4, multiplier"),
        (
            lambda: ops.conv_transpose(IMAGES, KERNEL),
            ValueError,
            r"\[conv_transpose\] expected a kernel.*channels of x",
        ),
        (
            lambda: ops.conv_transpose(IMAGES, np.ones((3, 3, 8, 4)), output_padding=-1),
            ValueError,
            "output_padding of at least 0",
        ),
    ],
)
def test_errors(call, error, match):
    with pytest.raises(error, match=match):
        call()


def test_an_output_of_unknown_size_stays_unknown():
    x = nnfit.Input((None, 6, 4))
    assert ops.conv(x, KERNEL, padding="same", strides=(2, 1)).shape == (None, None, 6, 8)
    assert ops.conv_transpose(x, np.ones((3, 3, 8, 4)), strides=2).shape == (None, None, 13, 8)


def test_the_gate_of_a_relu_before_a_convolution_is_applied_as_its_gradient_is_stored():
    def gradient(x, kernel, next_kernel):
        with nnfit.GradientTape() as tape:
            tape.watch(kernel)
            y = _core.ops.conv(x, kernel, activation="relu")
            loss = ops.sum(ops.square(ops.conv(y, next_kernel)))
        return tape.gradient(loss, kernel)

    arrays = [IMAGES, np.linspace(-1, 1, KERNEL.size).reshape(KERNEL.shape), np.ones((2, 2, 8, 3))]
    arguments = [ops.cast(a, "float32") for a in arrays]
    plan = plan_of(gradient, *arguments)
    assert "conv_input_gradient" in names_of(plan)
    assert "relu_gradient" not in names_of(plan)
    np.testing.assert_allclose(plan.run(arguments)[0], gradient(*arguments), rtol=1e-5)


@pytest.mark.parametrize(
    "shapes", [((4, 16, 16, 32), (3, 3, 32, 64)), ((4, 101, 32), (5, 32, 64)), ((16, 101, 64), (3, 64, 64))]
)
def test_winograd_can_be_forbidden_for_functions_that_are_planned_already(shapes):
    x, kernel = (np.random.default_rng(0).uniform(-1, 1, s).astype("float32") for s in shapes)
    exact = ops.conv(x.astype("float64"), kernel.astype("float64")).numpy()
    conv = nnfit.function(ops.conv)
    results = {}
    for allowed in (True, False):
        try:
            nnfit.config.set_winograd(allowed)
            results[allowed] = conv(x, kernel).numpy()
        finally:
            nnfit.config.set_winograd(True)
    assert (results[True] != results[False]).any()
    error, direct = (np.sqrt(np.mean((results[allowed] - exact) ** 2)) for allowed in (True, False))
    assert error <= 4 * direct
    with pytest.raises(TypeError, match=r"\[set_winograd\] expected True or False"):
        nnfit.config.set_winograd("off")
