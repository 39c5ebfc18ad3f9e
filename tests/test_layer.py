"""The base class of layers: state, calls, losses, masks, configuration."""

import copy
import threading
import warnings

import numpy as np
import pytest

from nnfit import layers, ops, random
from nnfit.function import function
from nnfit.layers import InputSpec, Layer
from nnfit.masks import get_mask, set_mask
from nnfit.metrics import Mean
from nnfit.registry import register_serializable
from nnfit.symbolic import KerasTensor
from nnfit.variable import Variable

ONES = np.ones((2, 3), "float32")


class Scale(Layer):
    """A weight, and a counter that training does not touch."""

    def build(self, input_shape):
        self.count = self.add_weight((), "zeros", dtype="int64", trainable=False, name="count")
        self.factor = self.add_weight((input_shape[-1],), "ones", name="factor")

    def call(self, x):
        return x * self.factor


class Seen(Layer):
    """Keeps the `training` that it was called with."""

    def call(self, x, training=None):
        self.seen = training
        return x


class Around(Layer):
    def __init__(self, inner, **kwargs):
        super().__init__(**kwargs)
        self.inner = inner

    def call(self, x):
        return self.inner(x)


# State


def test_own_weights_come_first_and_trainable_ones_before_others():
    layer = Scale(name="s")
    layer(ONES)
    assert [w.path for w in layer.weights] == ["s/factor", "s/count"]
    assert [w.name for w in layer.trainable_weights] == ["factor"]
    assert [w.name for w in layer.non_trainable_weights] == ["count"]
    assert layer.count_params() == 4


def test_layers_and_variables_are_found_in_lists_dicts_and_tuples():
    layer = Layer()
    layer.first = Scale()
    layer.many = [Scale(), {"a": (Scale(), [Scale()])}]
    layer.named = {"v": Variable(1.0)}
    layer.nothing = [1, "x", None]
    assert len(layer._layers) == 4
    assert len(layer.weights) == 1
    for sublayer in layer._layers:
        sublayer(ONES)
    assert len(layer.weights) == 9
    assert layer.weights[0] is layer.named["v"]
    assert layer.nothing == [1, "x", None]


def test_containers_may_change_afterwards():
    layer = Layer()
    layer.blocks = []
    layer.head = a = Scale()
    layer.blocks.append(Scale())
    layer.blocks += [Scale(), Scale()]
    layer.blocks.insert(0, Scale())
    assert layer._layers == [a, layer.blocks[1], layer.blocks[2], layer.blocks[3], layer.blocks[0]]
    removed = layer.blocks.pop()
    assert removed not in layer._layers
    layer.blocks[0] = replaced = Scale()
    assert layer._layers[-1] is replaced
    layer.table = {}
    layer.table["x"] = [Scale()]
    layer.table["x"].append(Scale())
    assert layer._layers[-2:] == layer.table["x"]
    layer.table.clear()
    layer.blocks.clear()
    assert layer._layers == [a]
    assert copy.copy(layer.blocks) == []
    assert type(copy.copy(layer.blocks)) is list


def test_lists_of_plain_values_stay_cheap():
    layer = Layer()
    layer.history = []
    for i in range(50_000):
        layer.history.append({"loss": i})
    layer.history.extend(range(3))
    layer.history += (i for i in range(2))
    assert len(layer.history) == 50_005
    layer.history[0]["layer"] = inner = Scale()
    assert layer._layers == [inner]


def test_what_is_replaced_or_deleted_is_forgotten_unless_held_elsewhere():
    layer = Layer()
    layer.a = first = Scale()
    layer.b = first
    layer.a = second = Scale()
    assert layer._layers == [first, second]
    layer.b = None
    assert layer._layers == [second]
    del layer.a
    assert layer._layers == []


def test_shared_weights_are_listed_once():
    layer = Layer()
    layer.one = layer.two = Scale()
    layer.nested = Around(layer.one)
    layer.one(ONES)
    assert len(layer.weights) == 2


def test_a_set_of_layers_is_rejected():
    layer = Layer()
    with pytest.raises(ValueError, match="got a set, which has no order"):
        layer.blocks = {Scale(), Scale()}


def test_metrics_and_seed_generators_are_variables_of_their_own_kind():
    layer = Around(Scale())
    layer.metric = Mean(name="m")
    layer.inner.generator = random.SeedGenerator(1)
    layer(ONES)
    assert layer.metrics == [layer.metric]
    assert layer.metrics_variables == layer.metric.variables
    assert len(layer.weights) == 2
    assert layer.variables == [*layer.weights, layer.inner.generator.state]
    assert layer.inner.generator.state in layer.non_trainable_variables


def test_trainable_reaches_down_and_to_later_weights():
    layer = Around(Scale())
    layer.trainable = False
    layer(ONES)
    assert layer.trainable_weights == []
    assert len(layer.non_trainable_weights) == 2
    assert not layer.inner.trainable
    layer.trainable = True
    assert [w.name for w in layer.trainable_weights] == ["factor"]
    layer.inner.factor.trainable = False
    assert layer.trainable_weights == []
    with pytest.raises(ValueError, match="expected trainable to be True or False; got 'yes'"):
        Layer(trainable="yes")


def test_weights_are_set_all_or_none():
    layer = Scale(name="s")
    layer(ONES)
    values = [np.array([1, 2, 3], "float32"), np.array(7)]
    layer.set_weights(values)
    for got, expected in zip(layer.get_weights(), values, strict=True):
        np.testing.assert_array_equal(got, expected)
    with pytest.raises(ValueError, match=r"\[s\] expected 2 weights; got 1"):
        layer.set_weights(values[:1])
    with pytest.raises(ValueError, match=r"\[s\] expected weight 1 \('s/count'\) of shape \(\); got \(2,\)"):
        layer.set_weights([np.zeros(3), np.zeros(2)])
    np.testing.assert_array_equal(layer.factor.numpy(), values[0])
    with pytest.raises(ValueError, match="It has none yet"):
        Scale().set_weights(values)


def test_names_are_unique_and_paths_nest():
    first, second = Scale(), Scale()
    assert first.name != second.name
    outer = Around(Around(Scale(name="c"), name="b"), name="a")
    outer(ONES)
    assert [w.path for w in outer.weights] == ["a/b/c/factor", "a/b/c/count"]


def test_forgetting_super_init_is_explained():
    class Forgetful(Layer):
        def __init__(self):
            self.units = 3

    with pytest.raises(RuntimeError, match=r"call `super\(\).__init__\(\)` first"):
        Forgetful()(ONES)


def test_unknown_arguments_are_rejected():
    with pytest.raises(TypeError, match=r"\[Layer\] unexpected keyword arguments \['units'\]"):
        Layer(units=3)
    with pytest.raises(ValueError, match="expected dtype to be one of"):
        Layer(dtype="float16")


def test_a_layer_without_call_says_so():
    with pytest.raises(NotImplementedError, match="needs a `call` method"):
        Layer()(ONES)


def test_add_weight_defaults():
    layer = Layer(dtype="float64")
    assert layer.add_weight().shape == ()
    assert layer.add_weight((2, 2)).dtype == "float64"
    assert layer.add_weight((2,), dtype="int32").numpy().tolist() == [0, 0]
    with pytest.raises(ValueError, match="Pass name='kernel'"):
        layer.add_weight("kernel")
    with pytest.raises(ValueError, match="expected a shape without None"):
        layer.add_weight((None, 2))


# Building


def test_build_is_called_once_with_the_shape():
    shapes = []

    class Recorder(Layer):
        def build(self, input_shape):
            shapes.append(input_shape)

        def call(self, x):
            return x

    layer = Recorder()
    layer(KerasTensor((None, 3)))
    layer(ONES)
    layer(ONES)
    assert shapes == [(None, 3)]
    assert layer.get_build_config() == {"input_shape": (None, 3)}


def test_build_takes_a_shape_for_each_tensor_argument():
    class Attention(Layer):
        def build(self, query_shape, value_shape):
            self.shapes = {"query": query_shape, "value": value_shape}

        def call(self, query, value, scale=1.0):
            return query + value

    layer = Attention()
    layer(np.ones((2, 1), "float32"), value=ONES)
    assert layer.shapes == {"query": (2, 1), "value": (2, 3)}

    class Misnamed(Attention):
        def build(self, query_shape, key_shape):
            pass

    with pytest.raises(ValueError, match="Name each argument of `build`"):
        Misnamed()(ONES, ONES)


def test_sublayers_are_built_by_building_the_layer():
    layer = Around(Around(layers.Dense(4)))
    layer.build((None, 3))
    assert [w.shape for w in layer.weights] == [(3, 4), (4,)]
    assert layer.compute_output_shape((None, 3)) == (None, 4)


def test_weights_made_while_a_function_is_traced_have_values():
    layer = Around(layers.Dense(4))
    y = function(layer)(ONES)
    assert layer.inner.kernel.numpy().std() > 0
    np.testing.assert_allclose(y.numpy(), layer(ONES).numpy(), rtol=1e-6)


def test_symbolic_calls_change_no_state():
    class Counter(Layer):
        def build(self, input_shape):
            self.count = self.add_weight((), "zeros", trainable=False)

        def call(self, x):
            self.count.assign_add(1.0)
            self.add_loss(ops.sum(x))
            return x

    layer = Counter()
    layer(KerasTensor((None, 3)))
    assert float(layer.count) == 0
    assert layer.losses == []
    layer(ONES)
    assert float(layer.count) == 1


# Calls


def test_arrays_are_cast_to_the_layers_dtype():
    class Dtype(Layer):
        def call(self, x):
            self.seen = x.dtype
            return x

    for layer, given, expected in [
        (Dtype(), np.float64, "float32"),
        (Dtype(), np.float32, "float32"),
        (Dtype(), np.int32, "int32"),
        (Dtype(), np.uint8, "uint8"),
        (Dtype(dtype="float64"), np.float32, "float64"),
        (Dtype(autocast=False), np.float64, "float64"),
    ]:
        layer(np.ones((2, 3), given))
        assert layer.seen == expected
        layer(ops.convert_to_tensor(np.ones((2, 3), given)))
        assert layer.seen == expected


def test_training_is_explicit_then_inherited_then_default():
    inner = Seen()
    outer = Around(Around(inner))
    for given, expected in [(True, True), (False, False), (None, None)]:
        outer(ONES, training=given)
        assert inner.seen is expected
    outer(ONES)
    assert inner.seen is None

    class Opinionated(Layer):
        def __init__(self):
            super().__init__()
            self.one, self.two = Seen(), Seen()

        def call(self, x):
            return self.two(self.one(x, training=True))

    layer = Opinionated()
    layer(ONES, training=False)
    assert (layer.one.seen, layer.two.seen) == (True, False)

    class ByDefault(Seen):
        def call(self, x, training=True):
            return super().call(x, training)

    layer = ByDefault()
    layer(ONES)
    assert layer.seen is True
    Around(layer)(ONES, training=False)
    assert layer.seen is False


def test_the_straight_way_in_does_the_same():
    """The second call on a like tensor skips everything but `call`."""
    inner = Seen()
    dense = layers.Dense(2, name="d")
    outer = Around(inner)
    outer.dense = dense
    outer.call = lambda x: dense(inner(x))
    x = ops.convert_to_tensor(ONES)
    for training in (True, False, None, True):
        outer(x, training=training)
        assert inner.seen is training
    with pytest.raises(ValueError, match=r"\[d\] expected input \(batch, 3\)"):
        outer(ops.ones((2, 4)))
    dense.input_spec = InputSpec(ndim=3)
    with pytest.raises(ValueError, match=r"\[d\] expected input of rank 3; got \(2, 3\)"):
        outer(x)


def test_the_call_ends_even_when_it_fails():
    class Failing(Layer):
        def call(self, x):
            raise KeyError("inside")

    with pytest.raises(KeyError, match="inside"):
        Around(Failing())(ONES, training=True)
    layer = Seen()
    layer(ONES)
    assert layer.seen is None


def test_threads_do_not_see_each_others_calls():
    entered, leave = threading.Event(), threading.Event()

    class Waiting(Layer):
        def call(self, x, training=None):
            entered.set()
            assert leave.wait(30)
            return x

    thread = threading.Thread(target=lambda: Waiting()(ONES, training=True))
    thread.start()
    assert entered.wait(30)
    layer = Seen()
    Around(layer)(ONES)
    leave.set()
    thread.join()
    assert layer.seen is None


def test_options_are_passed_by_name():
    class Option(Layer):
        def call(self, x, factor=1.0):
            return x * factor

    layer = Option()
    np.testing.assert_array_equal(layer(ONES, factor=3.0).numpy(), 3)
    with pytest.raises(ValueError, match=r"expected tensors or arrays as positional arguments; got 3.0 \(float\)"):
        layer(ONES, 3.0)
    assert layer(KerasTensor((None, 3)), factor=2.0).node.kwargs == {"factor": 2.0}


def test_structures_of_inputs_and_outputs():
    class Swap(Layer):
        def call(self, pair):
            return {"second": pair["b"], "first": [pair["a"], ops.sum(pair["b"], axis=1)]}

    layer = Swap()
    y = layer({"a": ONES, "b": 2 * ONES})
    np.testing.assert_array_equal(y["first"][1].numpy(), [6, 6])
    spec = layer({"a": KerasTensor((None, 3)), "b": KerasTensor((None, 5))})
    assert spec["second"].shape == (None, 5)
    assert spec["first"][1].shape == (None,)
    assert {id(t.node) for t in (spec["second"], *spec["first"])} == {id(layer.nodes[0])}


def test_output_shape_is_inferred_from_the_call():
    class Odd(Layer):
        def call(self, x):
            return ops.concatenate([x, x[:, :1]], axis=1), ops.cast(ops.sum(x, axis=(1, 2)), "int32")

    a, b = Odd()(KerasTensor((None, None, 4)))
    assert (a.shape, b.shape, b.dtype) == ((None, None, 4), (None,), "int32")
    assert Odd().compute_output_shape((None, 7, 4)) == ((None, 8, 4), (None,))


def test_a_compute_output_shape_of_ones_own_is_believed():
    class Told(Layer):
        def call(self, x):
            raise AssertionError("not called")

        def compute_output_shape(self, input_shape):
            return (*input_shape[:-1], 9)

    assert Told()(KerasTensor((None, 3))).shape == (None, 9)


def test_errors_of_inference_say_what_was_tried():
    class Halves(Layer):
        def call(self, x):
            return ops.reshape(x, (7, 11))

    with pytest.raises(ValueError, match=r"finding the output shape of 'halves.*for input shape \(None, 3\)"):
        Halves()(KerasTensor((None, 3)))


@pytest.mark.parametrize(
    ("spec", "fits", "fails", "expected"),
    [
        (InputSpec(ndim=2), (2, 3), (2, 3, 4), "of rank 2"),
        (InputSpec(min_ndim=3), (2, 3, 4), (2, 3), "of rank 3 or more"),
        (InputSpec(max_ndim=2), (2, 3), (2, 3, 4), "of rank 2 at most"),
        (InputSpec(min_ndim=2, max_ndim=3), (2, 3), (2, 3, 4, 5), "of rank 2 to 3"),
        (InputSpec(shape=(None, 3)), (5, 3), (5, 4), r"\(batch, 3\)"),
        (InputSpec(axes={1: 3}), (5, 3, 4), (5, 4, 4), r"\(batch, 3, None\)"),
        (InputSpec(dtype="float32"), (5,), None, "dtype float32"),
        (InputSpec(shape=(None, 3, 1), allow_last_axis_squeeze=True), (2, 3), (2, 4), r"\(batch, 3\)"),
    ],
)
def test_input_specs(spec, fits, fails, expected):
    layer = Seen(name="seen")
    layer.input_spec = spec
    layer(np.zeros(fits, "float32"))
    wrong = np.zeros((5,), "int32") if fails is None else np.zeros(fails, "float32")
    with pytest.raises(ValueError, match=rf"\[seen\] expected input {expected}"):
        layer(wrong)


def test_input_specs_of_several_inputs():
    class Pair(Layer):
        def call(self, pair):
            return pair[0]

    layer = Pair(name="pair")
    layer.input_spec = [InputSpec(ndim=2), InputSpec(ndim=1, name="length")]
    layer([ONES, ONES[:, 0]])
    with pytest.raises(ValueError, match=r"\[pair\] expected 2 inputs; got 1"):
        layer([ONES])
    with pytest.raises(ValueError, match=r"\[pair\] expected input length of rank 1; got \(2, 3\)"):
        layer([ONES, ONES])
    with pytest.raises(TypeError, match="expected axes to be a dict with integer keys"):
        InputSpec(axes={"x": 1})


# Losses and metrics


def test_added_losses_are_those_of_the_latest_call():
    class Penalty(Layer):
        def call(self, x):
            self.add_loss(ops.sum(x))
            return x

    shared = Penalty()
    outer = Around(Around(shared))
    outer(ONES)
    assert [float(loss) for loss in outer.losses] == [6.0]
    outer(2 * ONES)
    assert [float(loss) for loss in outer.losses] == [12.0]
    shared(3 * ONES)
    assert [float(loss) for loss in outer.losses] == [18.0]

    class Twice(Layer):
        def __init__(self):
            super().__init__()
            self.inner = shared

        def call(self, x):
            return self.inner(self.inner(x) + 1.0)

    twice = Twice()
    twice(ONES)
    twice(ONES)
    assert [float(loss) for loss in twice.losses] == [6.0, 12.0]


def test_losses_of_a_sublayer_that_was_not_called_are_gone():
    class Penalty(Layer):
        def call(self, x):
            self.add_loss(ops.sum(x))
            return x

    class Sometimes(Around):
        def call(self, x, use=True):
            return self.inner(x) if use else x

    layer = Sometimes(Penalty())
    layer(ONES)
    assert len(layer.losses) == 1
    layer(ONES, use=False)
    assert layer.losses == []


def test_losses_of_a_trace_end_with_it():
    class Penalty(Layer):
        def call(self, x):
            self.add_loss(ops.sum(x))
            return x

    layer = Penalty()

    @function
    def total(x):
        layer(x)
        return sum(layer.losses)

    assert float(total(ONES)) == 6
    assert layer.losses == []
    layer(ONES)
    assert [float(loss) for loss in layer.losses] == [6.0]


def test_losses_must_be_tensors():
    with pytest.raises(ValueError, match="add_loss expected a tensor computed in `call`; got 3.0"):
        Layer().add_loss(3.0)


def test_added_metrics_average_over_calls():
    class Spread(Layer):
        def call(self, x):
            self.add_metric(ops.max(x), name="top", aggregation="mean")
            return x

    layer = Around(Spread())
    layer(KerasTensor((None, 3)))
    layer(ONES)
    layer(3 * ONES)
    (metric,) = layer.metrics
    assert (metric.name, float(metric.result())) == ("top", 2.0)
    with pytest.raises(ValueError, match="expected a name"):
        Layer().add_metric(1.0)
    with pytest.raises(ValueError, match="aggregation='mean'; got 'sum'"):
        Layer().add_metric(1.0, name="x", aggregation="sum")


# Masks


class Masking(Layer):
    def compute_mask(self, inputs, previous_mask):
        return ops.any(inputs > 0.0, axis=-1)

    def call(self, x):
        return x * 1.0


class Heeding(Layer):
    def call(self, x, mask=None):
        self.seen = mask
        return x * 1.0


def test_masks_travel_to_the_layers_that_take_them():
    heeding = Heeding()
    heeding.supports_masking = True
    x = np.array([[[1.0], [0.0]]], "float32")
    y = heeding(layers.Identity()(Masking()(x)))
    np.testing.assert_array_equal(heeding.seen.numpy(), [[True, False]])
    np.testing.assert_array_equal(get_mask(y).numpy(), [[True, False]])
    heeding(x)
    assert heeding.seen is None
    heeding(x, mask=np.array([[False, True]]))
    np.testing.assert_array_equal(heeding.seen.numpy(), [[False, True]])


def test_masks_of_several_arguments():
    class Attention(Layer):
        def call(self, query, value, query_mask=None, value_mask=None):
            self.seen = query_mask, value_mask
            return query

    layer = Attention()
    layer.supports_masking = True
    value = ops.ones((2, 3))
    mask = ops.ones((2,), dtype="bool")
    set_mask(value, mask)
    layer(ops.ones((2, 3)), value)
    assert layer.seen == (None, mask)


def test_a_layer_that_drops_a_mask_warns():
    class Plain(Layer):
        def call(self, x):
            return x * 1.0

    x = ops.ones((2, 3))
    set_mask(x, ops.ones((2,), dtype="bool"))
    with pytest.warns(UserWarning, match="does not support masking: the mask of its input ends here"):
        y = Plain()(x)
    assert get_mask(y) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Plain()(ops.ones((2, 3)))


# Configuration


@register_serializable("test_layer")
class Described(Layer):
    def __init__(self, units, *, sizes=(1, 2), inner=None, **kwargs):
        super().__init__(**kwargs)
        self.kept = units, sizes, inner

    def call(self, x):
        return x


def test_constructor_arguments_are_the_configuration():
    layer = Described(3, inner=layers.Dense(2, name="inner"), name="x", trainable=False)
    config = layer.get_config()
    assert config["units"] == 3
    assert config["sizes"] == [1, 2]
    assert (config["name"], config["trainable"], config["dtype"]) == ("x", False, "float32")
    again = Described.from_config(config)
    assert again.kept[2].name == "inner"
    assert (again.name, again.trainable) == ("x", False)


def test_a_constructor_without_the_base_arguments_will_do():
    class Plain(Layer):
        def __init__(self, units=2):
            super().__init__()
            self.units = units

        def call(self, x):
            return x

    layer = Plain(5)
    layer.trainable = False
    again = Plain.from_config(layer.get_config())
    assert (again.units, again.name, again.trainable) == (5, layer.name, False)


def test_what_cannot_be_described_is_named():
    with pytest.raises(NotImplementedError, match=r"\[Described\] cannot describe its argument 'inner'"):
        Described(3, inner=object()).get_config()


def test_a_configuration_that_does_not_fit_is_explained():
    with pytest.raises(TypeError, match=r"\[Dense\] could not be made from its configuration"):
        layers.Dense.from_config({"unit": 3})


def test_input_and_output_of_a_layer_in_a_graph():
    layer = layers.Dense(2)
    with pytest.raises(AttributeError, match="has no `output`: it has not been called on a KerasTensor"):
        _ = layer.output
    x = layers.Input((3,))
    y = layer(x)
    assert layer.input is x
    assert layer.output is y
