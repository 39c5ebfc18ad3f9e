"""Initializers: values, moments, seeds and names."""

import json

import numpy as np
import pytest

from nnfit import initializers, random

SHAPE = (60, 80)


def test_constant_initializers():
    np.testing.assert_array_equal(initializers.Zeros()((2, 3)).numpy(), np.zeros((2, 3), "float32"))
    np.testing.assert_array_equal(initializers.Ones()((2, 3), dtype="float64").numpy(), np.ones((2, 3)))
    np.testing.assert_array_equal(initializers.Constant(2.5)((2, 2)).numpy(), np.full((2, 2), 2.5, "float32"))
    np.testing.assert_array_equal(initializers.Constant(3)((2,), dtype="int32").numpy(), np.array([3, 3], "int32"))
    np.testing.assert_array_equal(initializers.Constant([1.0, 2.0])((3, 2)).numpy(), [[1, 2]] * 3)
    np.testing.assert_array_equal(initializers.Identity(2.0)((2, 3)).numpy(), [[2, 0, 0], [0, 2, 0]])
    with pytest.raises(ValueError, match=r"\[Identity\] expected a shape of rank 2; got \(3,\)"):
        initializers.Identity()((3,))


FAN_IN, FAN_OUT = SHAPE
RANDOM = {  # the standard deviation and the bound of each
    "RandomNormal": (0.05, np.inf),
    "RandomUniform": (0.05 / np.sqrt(3), 0.05),
    "TruncatedNormal": (0.05 * 0.87962566, 0.1),
    "VarianceScaling": (np.sqrt(1 / FAN_IN), 2 * np.sqrt(1 / FAN_IN) / 0.87962566),
    "GlorotUniform": (np.sqrt(2 / (FAN_IN + FAN_OUT)), np.sqrt(6 / (FAN_IN + FAN_OUT))),
    "GlorotNormal": (np.sqrt(2 / (FAN_IN + FAN_OUT)), 2 * np.sqrt(2 / (FAN_IN + FAN_OUT)) / 0.87962566),
    "HeUniform": (np.sqrt(2 / FAN_IN), np.sqrt(6 / FAN_IN)),
    "HeNormal": (np.sqrt(2 / FAN_IN), 2 * np.sqrt(2 / FAN_IN) / 0.87962566),
    "LecunUniform": (np.sqrt(1 / FAN_IN), np.sqrt(3 / FAN_IN)),
    "LecunNormal": (np.sqrt(1 / FAN_IN), 2 * np.sqrt(1 / FAN_IN) / 0.87962566),
}


@pytest.mark.parametrize("name", sorted(RANDOM))
def test_moments_and_bounds(name):
    stddev, bound = RANDOM[name]
    x = getattr(initializers, name)(seed=1)(SHAPE).numpy()
    assert x.dtype == np.float32
    assert x.shape == SHAPE
    assert abs(x.mean()) < 5 * stddev / np.sqrt(x.size)
    assert abs(x.std() / stddev - 1) < 0.05
    assert np.abs(x).max() <= bound * (1 + 1e-6)
    if np.isfinite(bound):
        assert np.abs(x).max() > 0.95 * bound


@pytest.mark.parametrize(("mode", "fan"), [("fan_in", 27 * 16), ("fan_out", 27 * 32), ("fan_avg", 27 * 24)])
@pytest.mark.parametrize("distribution", ["uniform", "truncated_normal", "untruncated_normal", "normal"])
def test_variance_scaling_counts_the_receptive_field(mode, fan, distribution):
    x = initializers.VarianceScaling(2.0, mode, distribution, seed=1)((3, 9, 16, 32)).numpy()
    assert abs(x.var() * fan / 2 - 1) < 0.06


def test_compute_fans():
    assert initializers.compute_fans(()) == (1, 1)
    assert initializers.compute_fans((7,)) == (7, 7)
    assert initializers.compute_fans((7, 5)) == (7, 5)
    assert initializers.compute_fans((3, 3, 16, 32)) == (144, 288)
    assert initializers.compute_fans((8, 2, 3), input_axes=[0], output_axes=[1, 2]) == (8, 6)


@pytest.mark.parametrize("shape", [(4, 4), (8, 3), (3, 8), (2, 3, 5)])
def test_orthogonal(shape):
    x = initializers.Orthogonal(gain=2.0, seed=1)(shape).numpy()
    assert x.shape == shape
    matrix = x.reshape(-1, shape[-1]).astype("float64")
    gram = matrix @ matrix.T if matrix.shape[0] < matrix.shape[1] else matrix.T @ matrix
    np.testing.assert_allclose(gram, 4 * np.eye(len(gram)), atol=1e-6)
    with pytest.raises(ValueError, match=r"\[Orthogonal\] expected a shape of rank 2 or more; got \(3,\)"):
        initializers.Orthogonal()((3,))


SEEDED = sorted({*RANDOM, "Orthogonal"})


@pytest.mark.parametrize("name", SEEDED)
def test_an_int_seed_repeats_and_a_generator_goes_on(name):
    make = getattr(initializers, name)
    seeded = make(seed=3)
    np.testing.assert_array_equal(seeded((4, 4)).numpy(), seeded((4, 4)).numpy())
    generator = random.SeedGenerator(seed=3)
    going_on = make(seed=generator)
    assert (going_on((4, 4)).numpy() != going_on((4, 4)).numpy()).any()
    np.testing.assert_array_equal(generator.state.numpy(), [3, 2])


@pytest.mark.parametrize("name", SEEDED)
def test_seedless_initializers_are_reproduced_by_set_random_seed(name):
    def draw():
        initializer = getattr(initializers, name)()
        return initializer((4, 4)).numpy(), initializer((4, 4)).numpy(), getattr(initializers, name)()((4, 4)).numpy()

    random.set_random_seed(1)
    first = draw()
    assert (first[0] != first[1]).any()
    assert (first[1] != first[2]).any()
    random.set_random_seed(1)
    for a, b in zip(first, draw(), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", SEEDED)
def test_round_trip(name):
    initializer = getattr(initializers, name)(seed=5)
    copy = initializers.deserialize(json.loads(json.dumps(initializers.serialize(initializer))))
    assert type(copy) is type(initializer)
    np.testing.assert_array_equal(copy((3, 4)).numpy(), initializer((3, 4)).numpy())
    np.testing.assert_array_equal(initializer.clone()((3, 4)).numpy(), initializer((3, 4)).numpy())


def test_constants_and_generators_round_trip():
    array = initializers.Constant(np.array([1.5, 2.5], "float32"))
    copy = initializers.get(json.loads(json.dumps(initializers.serialize(array))))
    np.testing.assert_array_equal(copy((2,)).numpy(), [1.5, 2.5])
    seeded = initializers.HeNormal(seed=random.SeedGenerator(seed=4))
    copy = initializers.get(json.loads(json.dumps(initializers.serialize(seeded))))
    np.testing.assert_array_equal(copy((2, 2)).numpy(), seeded((2, 2)).numpy())


@pytest.mark.parametrize(
    ("name", "cls"),
    [
        ("zeros", "Zeros"),
        ("zero", "Zeros"),
        ("one", "Ones"),
        ("normal", "RandomNormal"),
        ("uniform", "RandomUniform"),
        ("truncated_normal", "TruncatedNormal"),
        ("glorot_uniform", "GlorotUniform"),
        ("GlorotUniform", "GlorotUniform"),
        ("he_normal", "HeNormal"),
        ("lecun_uniform", "LecunUniform"),
        ("variance_scaling", "VarianceScaling"),
        ("orthogonal", "Orthogonal"),
        ("OrthogonalInitializer", "Orthogonal"),
        ("IdentityInitializer", "Identity"),
    ],
)
def test_names(name, cls):
    assert type(initializers.get(name)) is getattr(initializers, cls)


def test_values_and_callables_are_initializers():
    value = np.arange(6.0).reshape(2, 3)
    initialize = initializers.get(value)
    np.testing.assert_array_equal(initialize((2, 3), dtype="float32").numpy(), value)
    with pytest.raises(ValueError, match=r"\[initializers\] expected a value of shape \(3, 2\); got \(2, 3\)"):
        initialize((3, 2))
    make = lambda shape, dtype=None: np.full(shape, 7.0)  # noqa: E731
    assert initializers.get(make) is make
    assert initializers.get(None) is None


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: initializers.VarianceScaling(scale=0), "expected a positive scale; got 0"),
        (lambda: initializers.VarianceScaling(mode="fan"), "expected mode to be one of .* got 'fan'"),
        (
            lambda: initializers.VarianceScaling(distribution="cauchy"),
            "expected distribution to be one of .* got 'cauchy'",
        ),
        (lambda: initializers.VarianceScaling(input_axes=[0]), "expected both input_axes and output_axes"),
        (
            lambda: initializers.GlorotUniform(seed="1"),
            r"\[GlorotUniform\] expected `seed` to be an int or a SeedGenerator",
        ),
        (lambda: initializers.get("glorot_unifrom"), "unknown name 'glorot_unifrom'.*nearest first: glorot_uniform"),
    ],
)
def test_errors(make, words):
    with pytest.raises(ValueError, match=words):
        make()
