"""nnfit.function: what is traced, what a plan does, and when neither is possible."""

import gc
import threading
import weakref

import numpy as np
import pytest

import nnfit
from execution import names_of, plan_of
from nnfit import GradientTape, Variable, _core, ops


def counted(f):
    """`f`, counting how often Python runs it."""

    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        return f(*args, **kwargs)

    wrapper.calls = 0
    return wrapper


def test_python_runs_once_for_each_shape_and_type():
    python = counted(lambda x: x * 2.0)
    f = nnfit.function(python)
    for x in (np.ones(3, "float32"), np.zeros(3, "float32"), ops.ones(3)):
        np.testing.assert_array_equal(f(x), 2 * np.asarray(x))
    assert python.calls == 1
    f(np.ones(4, "float32"))
    assert python.calls == 2
    f(np.ones(3, "float64"))
    f(np.ones((3, 1), "float32"))
    assert python.calls == 4
    f(np.ones(3, "float32"))
    assert python.calls == 4


def test_python_values_are_constants_of_the_trace():
    python = counted(lambda x, scale, flag=False: x * scale if flag else x)
    f = nnfit.function(python)
    x = np.ones(2, "float32")
    assert f(x, 2).numpy().tolist() == [1, 1]
    assert f(x, 2, flag=True).numpy().tolist() == [2, 2]
    assert f(x, 3, flag=True).numpy().tolist() == [3, 3]
    assert f(x, 3, flag=True).numpy().tolist() == [3, 3]
    assert python.calls == 3


def test_side_effects_happen_at_the_trace():
    seen = []

    @nnfit.function
    def f(x):
        seen.append("traced")
        return x + 1

    for i in range(3):
        assert int(f(np.int32(i))) == i + 1
    assert seen == ["traced"]


def test_structures_go_in_and_out():
    @nnfit.function
    def f(pair, options):
        a, b = pair
        return {"sum": a + b, "rest": [a * options["k"], ("text", None, 3)]}

    result = f((np.float32(1), np.float32(2)), {"k": np.float32(5)})
    assert float(result["sum"]) == 3
    assert float(result["rest"][0]) == 5
    assert result["rest"][1] == ("text", None, 3)
    assert nnfit.function(lambda x: None)(np.ones(2)) is None
    x = np.float32([1, 2])
    np.testing.assert_array_equal(nnfit.function(lambda x: x)(x), x)
    first, second = nnfit.function(lambda x: (x, x))(x)
    np.testing.assert_array_equal(first, second)


def test_a_result_that_depends_on_no_argument():
    f = nnfit.function(lambda x: (ops.zeros(2), ops.convert_to_tensor([1.0, 2.0])))
    a, b = f(np.ones(3))
    assert (a.numpy().tolist(), b.numpy().tolist()) == ([0, 0], [1, 2])


def test_results_stay_as_they_are():
    f = nnfit.function(lambda x: x * 2.0 + 1.0)
    first = f(np.float32([1, 2]))
    view = first.numpy()
    second = f(np.float32([3, 4]))
    assert first.numpy().tolist() == view.tolist() == [3, 5]
    assert second.numpy().tolist() == [7, 9]


def test_methods_and_decorators():
    class Model:
        def __init__(self, k):
            self.k = k

        @nnfit.function
        def scaled(self, x):
            return x * self.k

        @nnfit.function(max_plans=2)
        def shifted(self, x):
            return x + self.k

    one, two = Model(1.0), Model(2.0)
    x = np.float32([1, 2])
    assert two.scaled(x).numpy().tolist() == [2, 4]
    assert one.scaled(x).numpy().tolist() == [1, 2]
    assert two.shifted(x).numpy().tolist() == [3, 4]


def test_the_number_of_plans_is_bounded():
    python = counted(lambda x: x + 1)
    f = nnfit.function(python, max_plans=2)
    for n in (1, 2, 3, 3, 2, 1):
        assert f(np.zeros(n)).shape == (n,)
    assert python.calls == 4


def test_calls_inside_a_trace_join_it():
    inner_python = counted(lambda x: x * x)
    inner = nnfit.function(inner_python)
    outer = nnfit.function(lambda x: inner(x) + inner(x + 1.0))
    assert float(outer(np.float32(2))) == 13
    assert float(outer(np.float32(3))) == 25
    assert inner_python.calls == 2


# --- variables ------------------------------------------------------------------------------------------------------


def test_variables_are_read_and_written_at_each_run():
    v = Variable(1.0)

    @nnfit.function
    def f(x):
        v.assign_add(x)
        return v * 2.0

    assert float(f(np.float32(2))) == 6
    assert float(f(np.float32(2))) == 10
    v.assign(100.0)
    assert float(f(np.float32(1))) == 202
    assert float(v) == 101


def test_reads_and_writes_keep_their_order():
    v, w = Variable([1.0, 2.0]), Variable([10.0, 20.0])

    @nnfit.function
    def f():
        before = v * 1.0
        v.assign(w)
        w.assign(before)
        between = v + w
        v.assign_sub([1.0, 1.0])
        return before, between, v.value

    before, between, after = f()
    assert (before.numpy().tolist(), between.numpy().tolist()) == ([1, 2], [11, 22])
    assert after.numpy().tolist() == v.numpy().tolist() == [9, 19]
    assert w.numpy().tolist() == [1, 2]
    before, _, _ = f()
    assert before.numpy().tolist() == [9, 19]
    assert v.numpy().tolist() == [0, 1]


def test_a_value_read_before_an_assignment_is_the_old_one():
    v = Variable([1.0, 2.0])

    @nnfit.function
    def f():
        old = v.value
        v.assign(old + 1.0)
        return old, v.value

    old, new = f()
    assert (old.numpy().tolist(), new.numpy().tolist()) == ([1, 2], [2, 3])
    kept = v.value
    f()
    assert kept.numpy().tolist() == [2, 3]
    assert v.numpy().tolist() == [3, 4]


def test_variables_that_change_places_under_other_shapes():
    v, w = Variable([[1.0, 2.0]]), Variable([10.0, 20.0])

    @nnfit.function
    def swap():
        old_v, old_w = v.value, w.value
        v.assign(ops.reshape(old_w, (1, 2)))
        w.assign(ops.reshape(old_v, (2,)))
        return ops.reshape(old_v, (2, 1)), old_w

    for _ in range(2):
        old_v, old_w = (t.numpy().ravel().tolist() for t in (v.value, w.value))
        returned = swap()
        assert [t.numpy().ravel().tolist() for t in returned] == [old_v, old_w]
        assert [t.numpy().ravel().tolist() for t in (v, w)] == [old_w, old_v]


def test_a_variable_assigned_from_its_own_parts():
    v = Variable(np.arange(6.0).reshape(2, 3))

    @nnfit.function
    def f():
        v.assign(ops.flip(v.value, 1) + v[:, :1])

    want = np.arange(6.0).reshape(2, 3)
    for _ in range(3):
        f()
        want = want[:, ::-1] + want[:, :1]
    np.testing.assert_array_equal(v.numpy(), want)


def test_assigning_another_shape_is_refused():
    v = Variable([1.0, 2.0])
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        v.assign([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"):
        nnfit.function(lambda x: v.assign(x))(np.ones(3, "float32"))


def test_a_traced_training_step_is_the_eager_one():
    def fit(step_of):
        w, b = Variable(np.linspace(-1, 1, 6).reshape(3, 2).astype("float32")), Variable(np.zeros(2, "float32"))

        def step(x, y):
            with GradientTape() as tape:
                loss = ops.mean(ops.square(ops.matmul(x, w) + b - y))
            for variable, gradient in zip((w, b), tape.gradient(loss, [w, b]), strict=True):
                variable.assign_sub(0.1 * gradient)
            return loss

        step = step_of(step)
        random = np.random.default_rng(0)
        losses = [
            float(step(random.standard_normal((5, 3), "float32"), random.standard_normal((5, 2), "float32")))
            for _ in range(10)
        ]
        return losses, w.numpy(), b.numpy()

    planned, eager = fit(nnfit.function), fit(lambda f: f)
    for a, b in zip(planned, eager, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


# --- gradients ------------------------------------------------------------------------------------------------------


def test_gradients_inside_and_outside():
    v = Variable([1.0, 2.0])

    @nnfit.function
    def gradient(x):
        with GradientTape() as tape:
            y = ops.sum(v * x * v)
        return tape.gradient(y, v)

    assert gradient(np.float32([1, 10])).numpy().tolist() == [2, 40]

    @nnfit.function
    def second(x):
        with GradientTape() as outer:
            outer.watch(x)
            with GradientTape() as inner:
                inner.watch(x)
                y = ops.sum(x * x * x)
            g = inner.gradient(y, x)
        return outer.gradient(g, x)

    np.testing.assert_allclose(second(np.float32([1, 2])), [6, 12])


# --- values ---------------------------------------------------------------------------------------------------------

INSPECTIONS = {
    "float": float,
    "bool": bool,
    "int": int,
    "numpy": lambda t: t.numpy(),
    "item": lambda t: t.item(),
    "asarray": np.asarray,
    "tolist": lambda t: t.tolist(),
    "index": lambda t: [1, 2][ops.cast(t, "int32")],
    "if": lambda t: 1 if t > 0 else 2,
    "dlpack": lambda t: np.from_dlpack(t),
}


@pytest.mark.parametrize("name", INSPECTIONS)
def test_a_traced_tensor_has_no_value(name):
    errors = []

    @nnfit.function
    def f(x):
        try:
            INSPECTIONS[name](x)
        except _core.TracedValueError as error:
            errors.append(str(error))
        return x

    f(np.float32(1.0))
    assert len(errors) == 1
    assert "traced" in errors[0]


def test_a_function_that_looks_at_a_value_runs_eagerly():
    def f(x):
        if float(x) > 0:
            return x
        return -x

    python = counted(f)
    planned = nnfit.function(python)
    with pytest.warns(UserWarning, match=r"runs eagerly from now on: .*test_function\.py:\d+") as caught:
        assert float(planned(np.float32(-2))) == 2
    assert len(caught) == 1
    assert float(planned(np.float32(3))) == 3  # and warns no more
    assert python.calls == 3


def test_shapes_types_and_text_of_a_traced_tensor_are_known():
    seen = []

    @nnfit.function
    def f(x):
        seen.append((x.shape, x.dtype, x.ndim, x.size, len(x), "traced" in repr(x), f"{x}"[:7]))
        return sum(row for row in x)

    assert f(np.ones((2, 3), "float32")).numpy().tolist() == [2, 2, 2]
    assert seen == [((2, 3), "float32", 2, 6, 2, True, "<Tensor")]


def test_a_tensor_that_leaves_its_trace_is_refused():
    kept = []

    @nnfit.function
    def f(x):
        kept.append(x * 2.0)
        return x

    f(np.float32(1))
    with pytest.raises(_core.TracedValueError, match="return it"):
        kept[0] + 1.0
    with pytest.raises(_core.TracedValueError):
        float(kept[0])


def test_an_error_in_the_function_is_the_users_and_leaves_nothing_behind():
    attempts = []

    @nnfit.function
    def f(x):
        attempts.append(1)
        if len(attempts) == 1:
            raise KeyError("mine")
        return ops.matmul(x, np.ones((3, 2), "float32"))

    x = np.ones((1, 3), "float32")
    with pytest.raises(KeyError, match="mine"):
        f(x)
    assert not _core.tracing()
    assert f(x).numpy().tolist() == [[3, 3]]
    with pytest.raises(ValueError, match=r"\[matmul\]"):
        f(np.ones((1, 4), "float32"))
    assert not _core.tracing()


# --- host calls -----------------------------------------------------------------------------------------------------


def test_host_calls_run_at_each_run_in_order():
    log = []

    @nnfit.function
    def f(x):
        ops.host_call(lambda a: log.append(("first", a.tolist())), x)
        y = x * 2.0
        ops.host_call(lambda a, b: log.append(("second", a.tolist(), b.tolist())), y, x)
        return y

    f(np.float32([1, 2]))
    f(np.float32([3, 4]))
    assert log == [
        ("first", [1, 2]),
        ("second", [2, 4], [1, 2]),
        ("first", [3, 4]),
        ("second", [6, 8], [3, 4]),
    ]


def test_host_calls_return_tensors():
    def f(x):
        doubled, total = ops.host_call(lambda a: (2 * a, a.sum()), x, returns=[((2,), "float32"), ((), "float64")])
        return doubled + 1.0, total, ops.host_call(np.sort, x, returns=((2,), "float32"))

    for g in (f, nnfit.function(f)):
        a, total, ordered = g(np.float32([3, 2]))
        assert (a.numpy().tolist(), float(total), ordered.numpy().tolist()) == ([7, 5], 5.0, [2, 3])
        assert (a.dtype, total.dtype) == ("float32", "float64")


def test_what_a_host_call_is_given_may_be_kept():
    kept = []
    f = nnfit.function(lambda x: ops.host_call(kept.append, x * 1.0))
    for i in range(3):
        f(np.float32([i, i]))
    assert [a.tolist() for a in kept] == [[0, 0], [1, 1], [2, 2]]


def test_errors_of_host_calls():
    def broken(a):
        raise RuntimeError("mine")

    for wrap in (lambda f: f, nnfit.function):
        with pytest.raises(RuntimeError, match="mine"):
            wrap(lambda x: ops.host_call(broken, x))(np.ones(2))
        with pytest.raises(ValueError, match=r"\[host_call\] expected a result of shape \(2,\).*\(3,\)"):
            wrap(lambda x: ops.host_call(lambda a: np.ones(3), x, returns=((2,), "float32")))(np.ones(2))
        with pytest.raises(ValueError, match=r"\[host_call\] expected 2 results"):
            wrap(lambda x: ops.host_call(lambda a: a, x, returns=[((2,), "float32"), ((), "int32")]))(np.ones(2))


# --- threads and life -----------------------------------------------------------------------------------------------


def test_threads_share_a_function():
    python = counted(lambda x, y: ops.sum(ops.tanh(ops.matmul(x, y)), axis=0))
    f = nnfit.function(python)
    random = np.random.default_rng(0)
    y = random.standard_normal((64, 32), "float32")
    xs = [random.standard_normal((128, 64), "float32") for _ in range(4)]
    wants = [f(x, y).numpy() for x in xs]
    wrong = []

    def work(k):
        for _ in range(50):
            if not np.array_equal(f(xs[k], y).numpy(), wants[k]):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert python.calls == 1


def test_threads_may_trace_at_once():
    f = nnfit.function(lambda x: ops.sum(x * 2.0))
    results = {}

    def work(n):
        results[n] = float(f(np.ones(n, "float32")))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 17)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {n: 2.0 * n for n in range(1, 17)}


def test_a_function_that_is_dropped_frees_its_plans():
    class Held:
        pass

    held = Held()
    gone = weakref.ref(held)

    def make(held):
        @nnfit.function
        def f(x):
            ops.host_call(lambda a, held=held: None, x)
            return x * 2.0

        return f

    f = make(held)
    f(np.ones(3))
    del f, held
    gc.collect()
    assert gone() is None


def test_plans_reuse_memory():
    def chain(x):
        for _ in range(30):
            x = ops.matmul(x, x)
        return ops.sum(x)

    assert plan_of(chain, np.zeros((64, 64), "float32")).arena_bytes <= 4 * 64 * 64 * 4


def test_what_nobody_uses_is_not_computed():
    def f(x):
        ops.exp(x)
        return ops.tanh(x) + ops.tanh(x)

    names = names_of(plan_of(f, np.zeros(4, "float32")))
    assert "exp" not in names
    assert names.count("tanh") <= 1  # equal calls are made once, or in one fused pass


@pytest.mark.parametrize("optimizer", ["sgd", "nadam", "lion"])
def test_a_written_out_loop_trains_as_fit_does(optimizer):
    x, y = np.random.default_rng(0).random((22, 3), np.float32), np.arange(22) % 2

    def made():
        nnfit.utils.set_random_seed(3)
        return nnfit.Sequential([nnfit.Input((3,)), nnfit.layers.Dense(4, "relu"), nnfit.layers.Dense(2)])

    loss_of = nnfit.losses.SparseCategoricalCrossentropy(from_logits=True)
    fitted = made()
    fitted.compile(optimizer, loss_of)
    fitted.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
    model, own = made(), nnfit.optimizers.get(optimizer)

    @nnfit.function
    def step(x, y):
        with nnfit.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        own.apply_gradients(zip(tape.gradient(loss, model.trainable_weights), model.trainable_weights, strict=True))

    for first in (*range(0, 22, 4), *range(0, 22, 4)):  # the last batch of a pass is smaller: another plan
        step(x[first : first + 4], y[first : first + 4])
    for mine, expected in zip(model.get_weights(), fitted.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, expected)
    assert int(own.iterations) == int(fitted.optimizer.iterations) == 12
