"""Work on threads: order, errors, and that the threads end."""

import gc
import threading

import numpy as np
import pytest

import nnfit
from nnfit import ops
from nnfit.data import AUTOTUNE, Dataset


def workers():
    return [thread for thread in threading.enumerate() if thread.name.startswith(("nnfit-prefetch", "nnfit-map"))]


def assert_no_workers_left():
    for thread in workers():
        thread.join(timeout=10)
    assert workers() == []


def test_a_parallel_map_keeps_the_order_and_runs_at_once():
    together = threading.Barrier(3, timeout=20)

    def meet(n):
        together.wait()  # passes only if three calls are under way
        return n * n

    dataset = Dataset.range(9).map(meet, num_parallel_calls=3)
    assert [int(n) for n in dataset] == [n * n for n in range(9)]
    assert_no_workers_left()


def test_autotune():
    assert [int(n) for n in Dataset.range(20).map(lambda n: n + 1, AUTOTUNE).prefetch(AUTOTUNE)] == list(range(1, 21))
    assert_no_workers_left()


def test_autotune_leaves_short_calls_where_they_are():
    seen = set()
    list(Dataset.range(40).map(lambda n: seen.add(threading.current_thread()) or n, AUTOTUNE))
    assert seen == {threading.current_thread()}


def test_autotune_runs_long_calls_at_once():
    together = threading.Barrier(2, timeout=20)

    def work(n):
        if int(n) < 8:
            return sum(range(100_000)) * 0 + n  # takes a while
        together.wait()  # passes only if two calls are under way
        return n

    nnfit.config.set_num_threads(2)
    assert [int(n) for n in Dataset.range(20).map(work, AUTOTUNE)] == list(range(20))
    assert_no_workers_left()


@pytest.mark.parametrize("parallel", [None, 2])
@pytest.mark.parametrize("prefetch", [0, 2])
def test_an_error_of_a_function_arrives_with_its_own_traceback(parallel, prefetch):
    def failing(n):
        if n == 3:
            raise KeyError("the third")
        return n

    iterator = iter(Dataset.range(10).map(failing, parallel).prefetch(prefetch))
    assert [int(next(iterator)) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(KeyError, match="the third") as caught:
        next(iterator)
    assert caught.traceback[-1].name == "failing"
    assert next(iterator, None) is None
    assert_no_workers_left()


def test_a_thread_that_is_ended_from_within_says_so():
    def leaving(n):
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        next(iter(Dataset.range(3).map(leaving).prefetch(1)))
    assert_no_workers_left()


@pytest.mark.parametrize("end", ["close", "drop"])
def test_threads_end_with_an_iterator_that_is_left(end):
    dataset = Dataset.range(1000).map(lambda n: n, num_parallel_calls=2).prefetch(2)
    iterator = iter(dataset)
    assert int(next(iterator)) == 0
    assert workers()
    if end == "close":
        iterator.close()
    else:
        del iterator
        gc.collect()
    assert_no_workers_left()


def test_threads_end_with_a_take():
    assert [int(n) for n in Dataset.range(100).map(lambda n: n).prefetch(4).take(2)] == [0, 1]
    gc.collect()
    assert_no_workers_left()


def test_prefetch_makes_no_more_than_its_buffer():
    made = []
    release = threading.Semaphore(0)

    def note(n):
        made.append(int(n))
        release.release()
        return n

    iterator = iter(Dataset.range(50).map(note).prefetch(3))
    next(iterator)
    for _ in range(4):  # one taken, three waiting
        assert release.acquire(timeout=20)
    assert len(made) <= 5  # and at most one in the thread's hands
    iterator.close()
    assert_no_workers_left()


def test_a_pass_in_a_thread_of_ones_own():
    dataset = Dataset.from_tensor_slices(np.arange(100)).shuffle(10, seed=1).batch(7).map(lambda n: ops.sum(n))
    results = [None] * 4

    def work(i):
        results[i] = sum(int(n) for n in dataset)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [4950] * 4
