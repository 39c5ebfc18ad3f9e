"""GradientTape."""

import gc
import threading
import weakref

import numpy as np
import pytest

from nnfit import GradientTape, Variable, ops


def test_the_gradient_of_a_variable():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * x
    gradient = tape.gradient(y, x)
    assert (float(gradient), gradient.dtype, gradient.shape) == (6.0, "float32", ())


def test_a_tensor_is_watched_on_demand():
    x = ops.convert_to_tensor([1.0, 2.0])
    with GradientTape() as tape:
        unwatched = x * x
        tape.watch(x)
        y = ops.sum(x * x)
    assert tape.gradient(y, x).numpy().tolist() == [2.0, 4.0]
    with GradientTape() as tape:
        unwatched = x * x
    assert tape.gradient(unwatched, x) is None


def test_a_variable_read_twice_adds_up():
    x = Variable([1.0, 2.0])
    with GradientTape() as tape:
        y = ops.sum(x * 3.0) + ops.sum(x * x)
    assert tape.gradient(y, x).numpy().tolist() == [5.0, 7.0]


def test_an_untrainable_variable_is_not_watched():
    x, y = Variable(2.0), Variable(3.0, trainable=False)
    with GradientTape() as tape:
        z = x * y
    dx, dy = tape.gradient(z, [x, y])
    assert (float(dx), dy) == (3.0, None)
    with GradientTape() as tape:
        tape.watch(y)
        z = x * y
    assert float(tape.gradient(z, y)) == 2.0


def test_watching_can_be_left_to_the_user():
    x, y = Variable(2.0), Variable(3.0)
    with GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(y)
        z = x * y
    assert tape.gradient(z, [x, y])[0] is None
    with GradientTape() as tape:
        x * y
    assert [v is w for v, w in zip(tape.watched_variables(), (x, y), strict=True)] == [True, True]


def test_a_variable_assigned_in_between():
    x = Variable(2.0)
    with GradientTape() as tape:
        y = x * x
        x.assign(10.0)
        z = y + 3.0 * x
    assert float(tape.gradient(z, x)) == 2 * 2.0 + 3.0


def test_structures_of_sources_and_targets():
    a, b = Variable(2.0), Variable([3.0, 4.0])
    with GradientTape(persistent=True) as tape:
        y = a * ops.sum(b * b)
        z = a * 5.0
    gradients = tape.gradient(y, {"a": a, "rest": [b]})
    assert float(gradients["a"]) == 25.0
    assert gradients["rest"][0].numpy().tolist() == [12.0, 16.0]
    assert isinstance(tape.gradient(y, (a, b)), tuple)
    assert isinstance(tape.gradient(y, [a, b]), list)
    assert float(tape.gradient([y, z], a)) == 30.0
    assert float(tape.gradient({"y": y, "z": z}, a)) == 30.0
    assert float(tape.gradient([y, z], a, [2.0, 10.0])) == 100.0
    assert tape.gradient(y, []) == []


def test_weights_of_targets():
    x = Variable([1.0, 2.0])
    with GradientTape(persistent=True) as tape:
        y = x * x
    assert tape.gradient(y, x).numpy().tolist() == [2.0, 4.0]
    assert tape.gradient(y, x, np.float32([10.0, 100.0])).numpy().tolist() == [20.0, 400.0]
    with pytest.raises(ValueError, match=r"output_gradients of shape \(2,\); got \(3,\)"):
        tape.gradient(y, x, np.ones(3, "float32"))
    with pytest.raises(ValueError, match="expected 1 output_gradients"):
        tape.gradient([y], x, [1.0, 2.0])


def test_a_target_that_is_a_source():
    x = Variable(2.0)
    with GradientTape() as tape:
        y = x.value
    assert float(tape.gradient(y, x)) == 1.0
    t = ops.convert_to_tensor(3.0)
    with GradientTape() as tape:
        tape.watch(t)
    assert float(tape.gradient(t, t)) == 1.0


def test_intermediate_results_are_sources():
    x = Variable(2.0)
    with GradientTape() as tape:
        y = x * x
        z = y * y
    assert float(tape.gradient(z, y)) == 8.0


def test_unconnected_sources():
    x, y = Variable([1.0, 2.0]), Variable(3.0)
    with GradientTape(persistent=True) as tape:
        z = y * y
    assert tape.gradient(z, x) is None
    zero = tape.gradient(z, x, unconnected_gradients="zero")
    assert zero.numpy().tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="'none' or 'zero'"):
        tape.gradient(z, x, unconnected_gradients="nothing")


def test_a_tape_gives_its_gradients_once():
    x = Variable(2.0)
    with GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(ValueError, match="persistent=True"):
        tape.gradient(y, x)


def test_a_persistent_tape_gives_them_again():
    x = Variable(2.0)
    with GradientTape(persistent=True) as tape:
        y = x * x
        z = y * x
    assert [float(tape.gradient(t, x)) for t in (y, z, y)] == [4.0, 12.0, 4.0]


def test_reset_forgets():
    x = Variable(2.0)
    with GradientTape(persistent=True) as tape:
        y = x * x
        tape.reset()
        z = x * 3.0
    assert tape.gradient(y, x) is None
    assert float(tape.gradient(z, x)) == 3.0


def test_stop_recording():
    x = Variable(2.0)
    with GradientTape(persistent=True) as tape:
        y = x * x
        with tape.stop_recording():
            z = y * x
        w = y * 2.0
    assert tape.gradient(z, x) is None
    assert float(tape.gradient(w, x)) == 8.0


def test_stop_gradient():
    x = Variable(3.0)
    with GradientTape() as tape:
        y = x * ops.stop_gradient(x * x)
    assert float(tape.gradient(y, x)) == 9.0


def test_nested_tapes_give_second_derivatives():
    x = Variable([1.0, 2.0])
    with GradientTape() as outer:
        with GradientTape() as inner:
            y = ops.sum(x * x * x)
        first = inner.gradient(y, x)
    assert first.numpy().tolist() == [3.0, 12.0]
    assert outer.gradient(first, x).numpy().tolist() == [6.0, 12.0]


def test_third_derivatives():
    x = Variable(2.0, dtype="float64")
    with GradientTape() as a:
        with GradientTape() as b:
            with GradientTape() as c:
                y = ops.exp(x) * x
            first = c.gradient(y, x)
        second = b.gradient(first, x)
    third = a.gradient(second, x)
    np.testing.assert_allclose(
        [float(first), float(second), float(third)], np.exp(2.0) * np.array([3, 4, 5]), rtol=1e-14
    )


def test_a_persistent_tape_differentiates_its_own_gradients():
    x = Variable(3.0)
    with GradientTape(persistent=True) as tape:
        y = x * x * x
        first = tape.gradient(y, x)
    assert float(tape.gradient(first, x)) == 18.0


def test_two_tapes_side_by_side():
    x, y = Variable(2.0), Variable(3.0)
    with GradientTape() as one, GradientTape() as two:
        z = x * y
    assert float(one.gradient(z, x)) == 3.0
    assert float(two.gradient(z, y)) == 2.0


def test_gradients_have_the_type_and_shape_of_the_source():
    x = Variable(np.ones((3, 1), "float32"))
    y = Variable(np.ones((4,)), dtype="float64")
    with GradientTape() as tape:
        z = ops.sum(x * y)
    dx, dy = tape.gradient(z, [x, y])
    assert (dx.dtype, dx.shape, dy.dtype, dy.shape) == ("float32", (3, 1), "float64", (4,))
    assert dx.numpy().tolist() == [[4.0], [4.0], [4.0]]


def test_types_through_which_no_gradient_flows():
    x = Variable([1.5, 2.5])
    with GradientTape(persistent=True) as tape:
        y = ops.cast(ops.cast(x, "int32"), "float32") * x
        mask = ops.cast(x > 2.0, "float32") * x
    assert tape.gradient(y, x).numpy().tolist() == [1.0, 2.0]
    assert tape.gradient(mask, x).numpy().tolist() == [0.0, 1.0]


def test_what_cannot_be_watched_or_differentiated():
    with GradientTape() as tape, pytest.raises(ValueError, match="floating"):
        tape.watch(ops.convert_to_tensor([1, 2]))
    x = Variable(2.0)
    with GradientTape() as tape:
        y = ops.cast(x, "int32")
    with pytest.raises(ValueError, match="floating targets"):
        tape.gradient(y, x)
    with pytest.raises(TypeError, match="tensors or variables"):
        tape.gradient(x * x, "x")


def test_an_op_without_gradient_is_named():
    x = Variable([2.0, 1.0])
    with GradientTape() as tape:
        y = ops.host_call(lambda a: a * 2, x, returns=((2,), "float32"))
    with pytest.raises(ValueError, match="'host_call' has no gradient"):
        tape.gradient(y, x)


def test_a_tape_that_is_dropped_frees_what_it_recorded():
    x = Variable(np.ones(1000, "float32"))
    with GradientTape() as tape:
        y = ops.sum(x * x)
    view = y.numpy()
    gone = weakref.ref(tape)
    tape.gradient(y, x)
    del tape, y
    gc.collect()
    assert gone() is None
    assert float(view) == 1000.0


def test_an_exception_inside_stops_the_tape():
    x = Variable(2.0)
    tape = GradientTape()

    def record():
        with tape:
            x * x
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        record()
    z = x * x  # not recorded
    assert tape.gradient(z, x) is None


def test_tapes_belong_to_their_thread():
    x = Variable(2.0)
    results = {}

    def work(k):
        with GradientTape() as tape:
            y = x * float(k)
        results[k] = float(tape.gradient(y, x))

    with GradientTape() as mine:
        threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        y = x * x
    assert results == {k: float(k) for k in range(8)}
    assert float(mine.gradient(y, x)) == 4.0
