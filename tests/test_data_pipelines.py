"""Each transformation against what plain Python does to a list, and both ways of running it against each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnfit
from nnfit.data import Dataset, TensorSpec


def values(dataset):
    """Elements as Python numbers and lists."""
    return [element.tolist() for element in dataset.as_numpy_iterator()]


def chunks(items, size, drop):
    parts = [items[i : i + size] for i in range(0, len(items), size)]
    return [part for part in parts if len(part) == size] if drop else parts


def flatten(parts):
    return [item for part in parts for item in part]


SMALL, COUNT = st.integers(1, 5), st.integers(0, 12)
# name, arguments, the same on a list of elements; `level` says whether elements are numbers or batches of them
STEPS = st.one_of(
    st.tuples(st.just("take"), COUNT),
    st.tuples(st.just("skip"), COUNT),
    st.tuples(st.just("repeat"), st.integers(0, 3)),
    st.tuples(st.just("shard"), SMALL, st.integers(0, 4)),
    st.tuples(st.just("batch"), SMALL, st.booleans()),
    st.tuples(st.just("unbatch")),
    st.tuples(st.just("rebatch"), SMALL, st.booleans()),
    st.tuples(st.just("prefetch"), SMALL),
    st.tuples(st.just("cache")),
)


def reference(items, batched, step):
    """What a step does to a list; and whether its items are batches."""
    name, *args = step
    match name:
        case "take":
            return items[: args[0]], batched
        case "skip":
            return items[args[0] :], batched
        case "repeat":
            return items * args[0], batched
        case "shard":
            return items[args[1] % args[0] :: args[0]], batched
        case "batch" if not batched:
            return chunks(items, *args), True
        case "unbatch" if batched:
            return flatten(items), False
        case "rebatch" if batched:
            return chunks(flatten(items), *args), True
    return items, batched


def applied(dataset, batched, step):
    name, *args = step
    if (name == "batch") == batched and name in ("batch", "unbatch", "rebatch"):
        return dataset
    if name == "shard":
        args[1] %= args[0]
    return getattr(dataset, name)(*args)


@given(count=st.integers(0, 30), steps=st.lists(STEPS, max_size=5))
@settings(max_examples=150, deadline=None)
def test_pipelines_do_what_lists_do(count, steps):
    items, batched = list(range(count)), False
    rows, stream = Dataset.range(count), Dataset.range(count).map(lambda i: i)
    for step in steps:
        rows, stream = applied(rows, batched, step), applied(stream, batched, step)
        items, batched = reference(items, batched, step)
    assert values(rows) == items
    assert values(stream) == items
    assert values(rows) == items  # and again
    assert int(rows.cardinality()) in (len(items), -2)
    assert int(stream.cardinality()) in (len(items), -2)
    for_fit = rows.as_rows()
    if for_fit is not None:
        flat = for_fit.data[for_fit.order()].tolist()
        assert for_fit.rows == len(flat)
        assert chunks(flat, for_fit.batch_size, False) == items


@given(
    count=st.integers(0, 60),
    buffers=st.lists(st.integers(1, 70), min_size=1, max_size=2),
    repeats=st.integers(1, 3),
    size=st.integers(1, 9),
    seed=st.integers(0, 2**40),
    reshuffle=st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_rows_are_shuffled_as_elements_are(count, buffers, repeats, size, seed, reshuffle):
    def pipeline(dataset):
        for buffer in buffers:
            dataset = dataset.shuffle(buffer, seed, reshuffle)
        return dataset.repeat(repeats).batch(size)

    rows, stream = pipeline(Dataset.range(count)), pipeline(Dataset.range(count).map(lambda i: i))
    for _ in range(2):
        first = values(rows)
        assert first == values(stream)
        assert sorted(flatten(first)) == sorted(list(range(count)) * repeats)


@given(count=st.integers(1, 50), size=st.integers(1, 60), seed=st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_a_shuffled_element_comes_from_the_buffer(count, size, seed):
    order = values(Dataset.range(count).shuffle(size, seed=seed))
    assert all(element < place + size for place, element in enumerate(order))


def test_a_shuffle_with_a_large_buffer_is_uniform():
    places = np.array([values(Dataset.range(8).shuffle(8, seed=seed)) for seed in range(2000)])
    counts = np.array([np.bincount(places[:, i], minlength=8) for i in range(8)])
    assert (np.abs(counts - 250) < 5 * np.sqrt(250)).all()


def test_a_buffered_shuffle_chooses_uniformly():
    first = np.bincount([values(Dataset.range(50).shuffle(5, seed=seed))[0] for seed in range(1500)], minlength=5)
    assert (np.abs(first - 300) < 5 * np.sqrt(300)).all()


def test_many_rows_are_shuffled_in_blocks():
    count = (1 << 16) + 5000
    x = np.arange(count)
    order = np.concatenate(list(Dataset.from_tensor_slices(x).shuffle(1000, seed=3).batch(997).as_numpy_iterator()))
    np.testing.assert_array_equal(np.sort(order), x)
    assert (order < np.arange(count) + 1000).all()
    np.testing.assert_array_equal(
        order[:3000], values(Dataset.range(count).map(lambda i: i).shuffle(1000, 3).take(3000))
    )


def test_an_endless_repetition_is_gathered_too():
    rows = Dataset.range(5).shuffle(5, seed=1).repeat().batch(4)
    stream = Dataset.range(5).map(lambda i: i).shuffle(5, seed=1).repeat().batch(4)
    first = values(rows.take(6))
    assert first == values(stream.take(6))
    assert sorted(flatten(first)[:20]) == sorted(list(range(5)) * 4)
    assert rows.as_rows() is None
    assert rows.take(6).as_rows().rows == 24
    assert values(Dataset.range(0).repeat()) == []


def test_reshuffling_and_seeds():
    again = Dataset.range(30).shuffle(30, seed=5)
    assert values(again) != values(again)
    same = Dataset.range(30).shuffle(30, seed=5, reshuffle_each_iteration=False)
    assert values(same) == values(same)
    a, b = Dataset.range(30).shuffle(30, seed=5), Dataset.range(30).shuffle(30, seed=5)
    assert [values(a), values(a)] == [values(b), values(b)]
    assert values(Dataset.range(30).shuffle(30, seed=6)) != values(Dataset.range(30).shuffle(30, seed=5))


def test_set_random_seed_decides_unseeded_shuffles():
    def order():
        nnfit.utils.set_random_seed(11)
        return values(Dataset.range(40).shuffle(10))

    assert order() == order()


def test_the_state_of_shuffles_can_be_kept_and_restored():
    def made():
        return Dataset.range(20).shuffle(20, seed=2).batch(3).shuffle(4, seed=9)

    dataset, other = made(), made()
    list(dataset)
    state = dataset.get_state()
    expected = [values(dataset), values(dataset)]
    other.set_state(state)
    assert [values(other), values(other)] == expected
    with pytest.raises(ValueError, match="states of 2 shuffles; got 1"):
        other.set_state(state[:1])


@pytest.mark.parametrize("drop", [False, True])
@given(
    count=st.integers(0, 15),
    size=st.integers(1, 5),
    shift=st.one_of(st.none(), st.integers(1, 7)),
    stride=st.integers(1, 3),
)
@settings(max_examples=60, deadline=None)
def test_windows(drop, count, size, shift, stride):
    dataset = Dataset.range(count).window(size, shift, stride, drop)
    expected = [list(range(first, count, stride))[:size] for first in range(0, count, shift or size)]
    if drop:
        expected = [window for window in expected if len(window) == size]
    assert [values(window) for window in dataset] == expected
    assert len(dataset) == len(expected)


def test_windows_of_nests_have_a_data_set_for_each_component():
    dataset = Dataset.from_tensor_slices((np.arange(4), {"a": np.arange(4.0)})).window(2)
    for i, (x, rest) in enumerate(dataset):
        assert values(x) == [2 * i, 2 * i + 1]
        assert values(rest["a"].batch(2)) == [[2 * i, 2 * i + 1]]
    assert dataset.element_spec[0].element_spec == TensorSpec((), "int64")


@given(
    counts=st.lists(st.integers(0, 5), max_size=6),
    cycle=st.integers(1, 4),
    block=st.integers(1, 3),
    parallel=st.sampled_from([None, 2]),
)
@settings(max_examples=60, deadline=None)
def test_interleave(counts, cycle, block, parallel):
    """A slot that ran out takes the next input when its turn comes."""
    inputs = [[10 * i + j for j in range(n)] for i, n in enumerate(counts)]
    waiting, slots, expected = list(inputs), [], []
    slots = [list(waiting.pop(0)) for _ in range(min(cycle, len(waiting)))]
    turn = 0
    while slots:
        turn %= len(slots)
        part, slots[turn] = slots[turn][:block], slots[turn][block:]
        expected += part
        if len(part) == block:
            turn += 1
        elif waiting:
            slots[turn] = list(waiting.pop(0))
            turn += 1
        else:
            slots.pop(turn)

    def inner(i, n):
        return Dataset.range(int(i) * 10, int(i) * 10 + int(n))

    numbers = np.array(counts, "int64").reshape(-1)
    dataset = Dataset.from_tensor_slices((np.arange(len(counts)), numbers)).interleave(inner, cycle, block, parallel)
    assert values(dataset) == expected


def test_flat_map_concatenate_enumerate_reduce_apply():
    numbers = Dataset.range(4)
    assert values(numbers.flat_map(lambda n: Dataset.range(int(n)))) == [0, 0, 1, 0, 1, 2]
    joined = numbers.concatenate(Dataset.range(7, 9))
    assert values(joined) == [0, 1, 2, 3, 7, 8]
    assert len(joined) == 6
    assert [(int(i), int(n)) for i, n in joined.enumerate(5)] == [(5, 0), (6, 1), (7, 2), (8, 3), (9, 7), (10, 8)]
    total, count = joined.reduce((np.int64(0), 0), lambda state, n: (state[0] + n, state[1] + 1))
    assert (int(total), int(count)) == (21, 6)
    assert values(numbers.apply(lambda dataset: dataset.take(1))) == [0]
    with pytest.raises(TypeError, match=r"Dataset\.flat_map\] expected a Dataset"):
        list(numbers.flat_map(lambda n: n))


def test_filter_and_take_while():
    numbers = Dataset.range(10)
    assert values(numbers.filter(lambda n: n % 3 == 0)) == [0, 3, 6, 9]
    assert values(numbers.take_while(lambda n: n < 4)) == [0, 1, 2, 3]
    pairs = Dataset.zip((numbers, numbers.skip(1)))
    assert len(list(pairs.filter(lambda a, b: (a + b) > 9))) == 4
    with pytest.raises(ValueError, match="to give a scalar"):
        list(numbers.batch(2).filter(lambda n: n > 0))


def test_padded_batch():
    ragged = Dataset.range(1, 5).map(lambda n: (np.full(int(n), int(n)), np.full((2, int(n)), 1.5)))
    first, second = list(ragged.padded_batch(3).as_numpy_iterator())
    np.testing.assert_array_equal(first[0], [[1, 0, 0], [2, 2, 0], [3, 3, 3]])
    assert first[1].shape == (3, 2, 3)
    assert first[1].sum() == 1.5 * 2 * 6
    assert second[0].shape == (1, 4)
    assert len(ragged.padded_batch(3, drop_remainder=True)) == 1
    shaped = ragged.padded_batch(4, padded_shapes=((6,), (None, 5)), padding_values=(-1, 0.0))
    x, y = next(shaped.as_numpy_iterator())
    assert (x.shape, y.shape) == ((4, 6), (4, 2, 5))
    assert x[0].tolist() == [1, -1, -1, -1, -1, -1]
    with pytest.raises(ValueError, match=r"no larger than \(2,\); got one of \(4,\)"):
        list(ragged.map(lambda x, y: x).padded_batch(4, padded_shapes=(2,)))
    assert ragged.padded_batch(2, ((6,), (None, 5)), drop_remainder=True).element_spec == (
        TensorSpec((2, 6), "int64"),
        TensorSpec((2, None, 5), "float64"),
    )


def test_batching_elements_of_different_shapes_names_the_fix():
    with pytest.raises(ValueError, match="Use padded_batch"):
        list(Dataset.range(1, 4).map(lambda n: np.zeros(int(n))).batch(2))


def test_split():
    train, test = Dataset.range(10).split(0.75)
    assert (values(train), values(test)) == (list(range(8)), [8, 9])
    train, test = Dataset.range(10).split(right_size=3, shuffle=True, seed=4)
    assert sorted(values(train) + values(test)) == list(range(10))
    assert values(train) == values(train)
    assert len(test) == 3
    for sizes in [(None, None), (8, 3), (1.5, None), (-1, None)]:
        with pytest.raises(ValueError, match=r"Dataset\.split"):
            Dataset.range(10).split(*sizes)


@pytest.mark.parametrize(
    ("dataset", "spec"),
    [
        (Dataset.range(5).batch(2), TensorSpec((None,), "int64")),
        (Dataset.range(5).batch(2, drop_remainder=True), TensorSpec((2,), "int64")),
        (Dataset.range(5).batch(2).map(lambda n: n * 1.5), TensorSpec((None,), "float32")),
        (Dataset.range(5).map(lambda n: float(n)), TensorSpec((), "float32")),
        (Dataset.range(5).batch(2).unbatch(), TensorSpec((), "int64")),
        (Dataset.range(5).repeat().shuffle(2).prefetch(1).cache(), TensorSpec((), "int64")),
        (Dataset.range(5).enumerate(), (TensorSpec((), "int64"), TensorSpec((), "int64"))),
        (Dataset.range(5).batch(2).concatenate(Dataset.range(5).batch(3, True)), TensorSpec((None,), "int64")),
    ],
)
def test_element_specs(dataset, spec):
    assert dataset.element_spec == spec


@pytest.mark.parametrize(
    "wrong",
    [
        lambda d: d.batch(0),
        lambda d: d.batch(2.5),
        lambda d: d.shuffle(0),
        lambda d: d.filter(bool).shuffle(None),
        lambda d: d.take(-2),
        lambda d: d.repeat(-2),
        lambda d: d.shard(2, 2),
        lambda d: d.window(0),
        lambda d: d.map(bool, num_parallel_calls=0),
        lambda d: d.prefetch(-3),
    ],
)
def test_impossible_counts_are_errors(wrong):
    with pytest.raises(ValueError, match=r"\[Dataset.*expected"):
        wrong(Dataset.range(4))


@pytest.mark.parametrize("shards", [2, 3])
def test_batches_of_a_shard_hold_its_rows(shards):
    """The numbers of a shard's rows are every n-th of others: a strided array."""
    batches = Dataset.range(10).shard(shards, 1).batch(2)
    assert flatten(values(batches)) == list(range(10))[1::shards]
