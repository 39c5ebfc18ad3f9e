"""Random tensors: reproducible, distributed as they say, and counted in a variable."""

import json
import random as python_random
import subprocess
import sys

import numpy as np
import pytest

from nnfit import random
from nnfit.function import function
from nnfit.registry import deserialize_object, serialize_object

N = 20_000
SIGMAS = 5  # a fixed seed makes each test either pass or fail, always


def assert_mean(values, mean, stddev):
    assert abs(np.mean(values) - mean) < SIGMAS * stddev / np.sqrt(np.size(values))


DRAWS = {
    "normal": lambda seed: random.normal((3, 50), seed=seed),
    "truncated_normal": lambda seed: random.truncated_normal((3, 50), seed=seed),
    "uniform": lambda seed: random.uniform((3, 50), seed=seed),
    "randint": lambda seed: random.randint((3, 50), 0, 1000, seed=seed),
    "categorical": lambda seed: random.categorical(np.zeros((3, 7), "float32"), 50, seed=seed),
    "dropout": lambda seed: random.dropout(np.ones((3, 50), "float32"), 0.5, seed=seed),
    "shuffle": lambda seed: random.shuffle(np.arange(50), seed=seed),
}


@pytest.mark.parametrize("name", sorted(DRAWS))
def test_an_int_seed_gives_the_same_numbers_each_time(name):
    draw = DRAWS[name]
    first, second, other = draw(3).numpy(), draw(3).numpy(), draw(4).numpy()
    np.testing.assert_array_equal(first, second)
    assert (first != other).any()


@pytest.mark.parametrize("name", sorted(DRAWS))
def test_a_generator_gives_new_numbers_and_replays_from_its_state(name):
    draw, generator = DRAWS[name], random.SeedGenerator(seed=5)
    first = draw(generator).numpy()
    state = generator.state.numpy().copy()
    second = draw(generator).numpy()
    assert (first != second).any()
    generator.state.assign(state)
    np.testing.assert_array_equal(draw(generator).numpy(), second)
    np.testing.assert_array_equal(draw(random.SeedGenerator(seed=5)).numpy(), first)


@pytest.mark.parametrize("name", sorted(DRAWS))
def test_planned_draws_equal_eager_ones(name):
    draw = DRAWS[name]
    eager, planned = random.SeedGenerator(seed=6), random.SeedGenerator(seed=6)
    step = function(lambda: draw(planned))
    for _ in range(3):
        np.testing.assert_array_equal(step().numpy(), draw(eager).numpy())
    np.testing.assert_array_equal(planned.state.numpy(), [6, 3])


@pytest.mark.parametrize("name", sorted(DRAWS))
def test_set_random_seed_reproduces_seedless_draws(name):
    draw = DRAWS[name]
    random.set_random_seed(11)
    first = [draw(None).numpy() for _ in range(2)]
    assert (first[0] != first[1]).any()
    random.set_random_seed(11)
    for values in first:
        np.testing.assert_array_equal(draw(None).numpy(), values)


def test_set_random_seed_seeds_python_and_numpy_too():
    random.set_random_seed(12)
    first = python_random.random(), np.random.rand(), random.SeedGenerator().state.numpy()[0]  # noqa: NPY002
    random.set_random_seed(12)
    assert first == (python_random.random(), np.random.rand(), random.SeedGenerator().state.numpy()[0])  # noqa: NPY002


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, True, None])
def test_set_random_seed_checks_its_argument(seed):
    with pytest.raises(ValueError, match=r"\[set_random_seed\] expected an int in \[0, 2\*\*32\); got"):
        random.set_random_seed(seed)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_normal(dtype):
    x = random.normal((N,), mean=2.0, stddev=3.0, dtype=dtype, seed=1).numpy()
    assert x.dtype == dtype
    assert_mean(x, 2, 3)
    assert_mean((x - 2) ** 2, 9, 9 * np.sqrt(2))
    assert_mean(((x - 2) / 3) ** 3, 0, np.sqrt(15))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_truncated_normal(dtype):
    x = random.truncated_normal((N,), mean=-1.0, stddev=0.5, dtype=dtype, seed=1).numpy()
    assert x.dtype == dtype
    assert np.abs(x + 1).max() <= 1
    assert_mean(x, -1, 0.44)
    assert abs(np.std(x) / 0.5 - 0.87962566103423978) < 0.02


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_uniform(dtype):
    x = random.uniform((N,), minval=-1.0, maxval=3.0, dtype=dtype, seed=1).numpy()
    assert x.dtype == dtype
    assert x.min() >= -1
    assert x.max() < 3
    assert_mean(x, 1, 4 / np.sqrt(12))
    counts, _ = np.histogram(x, bins=8, range=(-1, 3))
    assert np.abs(counts - N / 8).max() < SIGMAS * np.sqrt(N / 8)


@pytest.mark.parametrize("dtype", ["uint8", "int32", "int64"])
def test_randint(dtype):
    x = random.randint((N,), 3, 8, dtype=dtype, seed=1).numpy()
    assert x.dtype == dtype
    counts = np.bincount(x, minlength=9)
    assert counts[:3].sum() == counts[8:].sum() == 0
    assert np.abs(counts[3:8] - N / 5).max() < SIGMAS * np.sqrt(N / 5)


def test_categorical_has_the_probabilities_of_the_logits():
    p = np.array([[0.1, 0.2, 0.7], [0.5, 0.5, 0.0]])
    with np.errstate(divide="ignore"):
        logits = np.log(p).astype("float32")
    draws = random.categorical(logits, N, seed=1).numpy()
    assert draws.shape == (2, N)
    assert draws.dtype == np.int32
    for row, probabilities in zip(draws, p, strict=True):
        counts = np.bincount(row, minlength=3)
        assert (np.abs(counts - N * probabilities) <= SIGMAS * np.sqrt(N * probabilities * (1 - probabilities))).all()


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_shuffle_moves_whole_slices(axis):
    x = np.arange(60).reshape(10, 6)
    y = random.shuffle(x, axis=axis, seed=1).numpy()
    assert (y != x).any()
    order = np.argsort(np.moveaxis(y, axis, 0)[:, 0])
    np.testing.assert_array_equal(np.take(y, order, axis=axis), x)


def test_dropout_zeroes_a_share_and_scales_the_rest():
    x = np.full((N,), 3.0, "float32")
    y = random.dropout(x, 0.25, seed=1).numpy()
    np.testing.assert_allclose(np.unique(y), [0, 4], rtol=1e-6)
    assert_mean(y == 0, 0.25, 0.44)


def test_dropout_with_a_noise_shape_drops_rows_together():
    y = random.dropout(np.ones((200, 5), "float32"), 0.5, noise_shape=(None, 1), seed=1).numpy()
    assert (y == y[:, :1]).all()
    assert 0 < y[:, 0].mean() < 2


def test_dropout_at_its_ends():
    x = np.random.default_rng(0).normal(size=(4, 4)).astype("float32")
    np.testing.assert_array_equal(random.dropout(x, 0.0).numpy(), x)
    np.testing.assert_array_equal(random.dropout(x, 1.0).numpy(), np.zeros_like(x))
    for rate in (-0.1, 1.1):
        with pytest.raises(ValueError, match=r"\[dropout\] expected a rate in \[0, 1\]; got"):
            random.dropout(x, rate)
    with pytest.raises(ValueError, match=r"\[dropout\] expected a noise_shape of rank 2; got \(4,\)"):
        random.dropout(x, 0.5, noise_shape=(4,))


@pytest.mark.parametrize("seed", ["1", 1.0, True])
def test_seeds_of_another_kind_are_refused(seed):
    with pytest.raises(ValueError, match=r"\[random\] expected `seed` to be an int or a SeedGenerator; got"):
        random.normal((2,), seed=seed)


def test_dtypes_of_another_kind_are_refused():
    for draw in (random.normal, random.truncated_normal, random.uniform):
        with pytest.raises(ValueError, match="expected a floating-point dtype; got 'int32'"):
            draw((2,), dtype="int32")
    with pytest.raises(ValueError, match="expected an integer dtype; got 'float32'"):
        random.randint((2,), 0, 2, dtype="float32")
    with pytest.raises(ValueError, match=r"expected logits \(batch, classes\); got shape \(3,\)"):
        random.categorical(np.zeros(3, "float32"), 2)


def test_a_seed_may_be_any_int():
    states = [random.SeedGenerator(seed=seed).state.numpy() for seed in (-1, 2**63, 2**64 + 5)]
    assert [int(state[0]) for state in states] == [-1, -(2**63), 5]
    assert all(int(state[1]) == 0 for state in states)


def test_a_generator_round_trips_through_json():
    copy = deserialize_object(json.loads(json.dumps(serialize_object(random.SeedGenerator(seed=9, name="mine")))))
    assert isinstance(copy, random.SeedGenerator)
    assert copy.get_config() == {"seed": 9, "name": "mine"}
    np.testing.assert_array_equal(copy.state.numpy(), [9, 0])


def test_the_first_seeding_of_a_program_is_like_the_others():
    program = "import random, nnfit; [print(nnfit.utils.set_random_seed(1), random.random()) for _ in range(2)]"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    first, second = done.stdout.splitlines()
    assert first == second
