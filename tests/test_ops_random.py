"""Random ops: pure functions of a state, distributed as they say, the same at any number of threads."""

import numpy as np
import pytest

import nnfit
from nnfit import _core, ops

N = 100_000
STATE = np.array([7, 3], "int64")
CALLS = {
    "random_uniform": {"shape": (N,), "low": -1.0, "high": 3.0},
    "random_normal": {"shape": (N,), "mean": 1.0, "stddev": 2.0},
    "random_truncated_normal": {"shape": (N,), "mean": 1.0, "stddev": 2.0},
    "random_integer": {"shape": (N,), "low": -3, "high": 9},
    "random_bernoulli": {"shape": (N,), "probability": 0.25},
    "random_permutation": {"size": N},
}
# Mean and standard deviation; of the normal truncated at two deviations, 0.8796 of the one it is cut from.
MOMENTS = {
    "random_uniform": (1.0, 4 / np.sqrt(12)),
    "random_normal": (1.0, 2.0),
    "random_truncated_normal": (1.0, 2 * 0.87962566),
    "random_integer": (2.5, np.sqrt((12**2 - 1) / 12)),
    "random_bernoulli": (0.25, np.sqrt(0.25 * 0.75)),
    "random_permutation": ((N - 1) / 2, np.sqrt((N**2 - 1) / 12)),
}


def draw(name, state=STATE, **changes):
    return getattr(_core.ops, name)(state, **{**CALLS[name], **changes}).numpy()


@pytest.mark.parametrize("name", CALLS)
def test_a_state_gives_the_same_numbers_each_time(name):
    first = draw(name)
    np.testing.assert_array_equal(first, draw(name))
    np.testing.assert_array_equal(first, nnfit.function(lambda s: getattr(_core.ops, name)(s, **CALLS[name]))(STATE))
    for other in ([7, 4], [8, 3]):
        assert (first != draw(name, np.array(other, "int64"))).any()


@pytest.mark.parametrize("name", CALLS)
def test_bits_do_not_depend_on_the_number_of_threads(name):
    bits = set()
    for threads in (1, 2, 4, 7):
        _core.set_num_threads(threads)
        bits.add(draw(name).tobytes())
    assert len(bits) == 1


@pytest.mark.parametrize("name", CALLS)
def test_moments(name):
    mean, deviation = MOMENTS[name]
    values = draw(name).astype("float64")
    assert abs(values.mean() - mean) < 5 * deviation / np.sqrt(N)
    assert abs(values.std() / deviation - 1) < 0.02
    neighbours = np.corrcoef(values[1:], values[:-1])[0, 1]
    assert abs(neighbours) < 5 / np.sqrt(N)


def test_ranges():
    assert -1 <= draw("random_uniform").min() < draw("random_uniform").max() < 3
    assert np.abs(draw("random_truncated_normal") - 1).max() <= 4
    assert np.unique(draw("random_integer")).tolist() == list(range(-3, 9))
    np.testing.assert_array_equal(np.sort(draw("random_permutation")), np.arange(N))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_types_and_shapes(dtype):
    for name in ("random_uniform", "random_normal", "random_truncated_normal"):
        values = draw(name, shape=(2, 0, 3), dtype=dtype)
        assert (values.dtype, values.shape) == (dtype, (2, 0, 3))
    assert draw("random_integer", shape=(), dtype="int64").dtype == "int64"
    assert draw("random_bernoulli", shape=(2, 3)).dtype == "bool"
    assert draw("random_permutation", size=0).shape == (0,)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dropout_keeps_the_mean_and_passes_gradients_where_it_keeps(dtype):
    x = ops.convert_to_tensor(np.linspace(1, 2, N).astype(dtype))
    with nnfit.GradientTape() as tape:
        tape.watch(x)
        y = _core.ops.dropout(STATE, x, rate=0.25)
    kept = y.numpy() != 0
    np.testing.assert_allclose(y.numpy()[kept], x.numpy()[kept] / 0.75, rtol=4 * np.finfo(dtype).eps)
    assert abs(kept.mean() - 0.75) < 5 * np.sqrt(0.25 * 0.75 / N)
    weights = np.linspace(-1, 1, N).astype(dtype)
    gradient = tape.gradient(y, x, weights).numpy()
    np.testing.assert_allclose(gradient, np.where(kept, weights / 0.75, 0), rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_array_equal(_core.ops.dropout(STATE, x, rate=0.0).numpy(), x.numpy())


@pytest.mark.parametrize(
    ("name", "changes", "match"),
    [
        ("random_uniform", {"low": 2.0, "high": 1.0}, "low <= high"),
        ("random_normal", {"stddev": -1.0}, "stddev >= 0"),
        ("random_integer", {"low": 3, "high": 3}, "low < high"),
        ("random_bernoulli", {"probability": 1.5}, r"\[0, 1\]"),
        ("random_permutation", {"size": -1}, "at least 0"),
        ("random_normal", {"shape": (-1,)}, "at least 0"),
    ],
)
def test_bad_arguments_are_named(name, changes, match):
    with pytest.raises(ValueError, match=rf"\[{name}\] expected .*{match}"):
        draw(name, **changes)
    with pytest.raises(ValueError, match=rf"\[{name}\] expected a state"):
        draw(name, np.zeros(3, "int64"))
