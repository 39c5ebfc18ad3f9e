"""Functional models: graphs, calls, names, errors, configuration."""

import json

import numpy as np
import pytest

from nnfit import layers, ops
from nnfit.function import function
from nnfit.layers import Input, Layer
from nnfit.masks import get_mask, set_mask
from nnfit.models import Functional, Model, Sequential, clone_model
from nnfit.registry import register_serializable
from nnfit.symbolic import KerasTensor


def rows(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def same_after_config(model, x):
    """Rebuilds a model from its configuration as JSON, with its weights, and compares the outputs."""
    again = type(model).from_config(json.loads(json.dumps(model.get_config())))
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]
    again.set_weights(model.get_weights())
    for a, b in zip(_flat(again(x)), _flat(model(x)), strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-6)
    return again


def _flat(value):
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else [value]


def guide_model():
    inputs = Input(shape=(784,), name="digits")
    x = layers.Dense(64, activation="relu", name="dense_1")(inputs)
    x = layers.Dense(64, activation="relu", name="dense_2")(x)
    return Model(inputs=inputs, outputs=layers.Dense(10, name="predictions")(x))


def test_the_guides_model():
    model = guide_model()
    assert isinstance(model, Functional)
    assert [layer.name for layer in model.layers] == ["digits", "dense_1", "dense_2", "predictions"]
    assert (model.input_shape, model.output_shape) == ((None, 784), (None, 10))
    assert (model.input_names, model.output_names) == (["digits"], ["predictions"])
    assert model.count_params() == 55050
    assert [w.path for w in model.weights[:2]] == ["dense_1/kernel", "dense_1/bias"]
    x = rows(5, 784)
    expected = x
    for kernel, bias, top in zip(model.weights[::2], model.weights[1::2], (0, 0, -np.inf), strict=True):
        expected = np.maximum(expected @ kernel.numpy() + bias.numpy(), top)
    np.testing.assert_allclose(model(x).numpy(), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(function(model)(x).numpy(), expected, rtol=1e-4, atol=1e-5)
    same_after_config(model, x)


# Graphs


def test_a_diamond_with_a_shared_layer():
    x = Input((4,))
    shared = layers.Dense(4, name="shared")
    once = shared(x)
    twice = shared(once)
    out = layers.Add()([once, twice, x])
    model = Model(x, out)
    assert len(model.weights) == 2
    values = rows(3, 4)
    k, b = (w.numpy() for w in model.weights)
    one = values @ k + b
    np.testing.assert_allclose(model(values).numpy(), one + (one @ k + b) + values, rtol=1e-5, atol=1e-5)
    same_after_config(model, values)


def test_layers_are_ordered_by_their_distance_from_the_output():
    a, b = Input((2,), name="a"), Input((2,), name="b")
    short = layers.Dense(2, name="short")(b)
    long = layers.Dense(2, name="long_2")(layers.Dense(2, name="long_1")(a))
    model = Model([a, b], layers.Add(name="sum")([short, long]))
    assert [layer.name for layer in model.layers] == ["a", "b", "long_1", "short", "long_2", "sum"]


def test_raw_ops_are_nodes():
    x = Input((4,))
    y = ops.relu(x) * 2.0 + 1.0
    y = -y / np.arange(1, 5, dtype="float32") - 3
    y = ops.concatenate([y[:, 1:], y[:, 0:1]], axis=-1)
    model = Model(x, {"y": y, "z": y[..., 0]})
    values = rows(3, 4)
    expected = -(np.maximum(values, 0) * 2 + 1) / np.arange(1, 5) - 3
    expected = np.concatenate([expected[:, 1:], expected[:, :1]], -1)
    result = model(values)
    np.testing.assert_allclose(result["y"].numpy(), expected, rtol=1e-5)
    np.testing.assert_allclose(result["z"].numpy(), expected[:, 0], rtol=1e-5)
    assert all(isinstance(layer, Layer) for layer in model.layers)
    same_after_config(model, values)


def test_reflected_operators_and_comparisons():
    x = Input((2,))
    model = Model(x, [2 - x, 1 / x, 3 * x, x @ np.ones((2, 1), "float32"), x > 0.5, np.ones(2, "float32") + x])
    values = np.array([[1.0, 4.0]], "float32")
    expected = [2 - values, 1 / values, 3 * values, values.sum(1, keepdims=True), values > 0.5, values + 1]
    for got, wanted in zip(model(values), expected, strict=True):
        np.testing.assert_allclose(got.numpy(), wanted)


def test_a_layer_with_several_outputs_of_which_one_is_used():
    class Parts(Layer):
        def call(self, x):
            return {"first": x[:, :1], "rest": (x[:, 1:], x * 0.0)}

    x = Input((3,))
    parts = Parts()(x)
    model = Model(x, parts["rest"][0])
    np.testing.assert_array_equal(model(np.array([[1, 2, 3]], "float32")).numpy(), [[2, 3]])


def test_a_deep_graph_needs_no_deep_stack():
    x = y = Input((1,))
    for _ in range(3000):
        y = layers.Identity()(y)
    assert float(Model(x, y)(np.ones((1, 1), "float32"))[0, 0]) == 1


def test_models_are_layers():
    inner = guide_model()
    x = Input((28, 28))
    outer = Model(x, layers.Softmax()(inner(layers.Flatten()(x))))
    assert outer.output_shape == (None, 10)
    assert inner in outer.layers
    assert outer.trainable_weights == inner.trainable_weights
    values = rows(2, 28, 28)
    scores = np.exp(inner(values.reshape(2, -1)).numpy())
    np.testing.assert_allclose(outer(values).numpy(), scores / scores.sum(1, keepdims=True), rtol=1e-4)
    same_after_config(outer, values)
    inner.trainable = False
    assert outer.trainable_weights == []


def test_a_model_within_a_model_infers_other_shapes():
    x = Input((None, 3))
    inner = Model(x, layers.Dense(2)(x))
    y = Input((7, 3))
    assert inner(y).shape == (None, 7, 2)
    assert inner.compute_output_shape((None, 5, 3)) == (None, 5, 2)


def test_models_from_within_a_graph():
    model = guide_model()
    features = Model(model.inputs, model.get_layer("dense_1").output)
    values = rows(2, 784)
    hidden = features(values)
    head = Model(model.get_layer("dense_1").output, model.output)
    assert head.input_shape == (None, 64)
    np.testing.assert_allclose(head(hidden).numpy(), model(values).numpy(), rtol=1e-5)
    assert head.weights == model.weights[2:]
    again = Model(head.inputs, head.outputs)
    np.testing.assert_allclose(again(hidden).numpy(), model(values).numpy(), rtol=1e-5)


# Inputs and outputs


def two_inputs(structure):
    a, b = Input((2,), name="a"), Input((3,), name="b")
    joined = layers.Concatenate()([a, b])
    return Model(structure(a, b), layers.Dense(1, kernel_initializer="ones")(joined))


@pytest.mark.parametrize(
    "structure",
    [
        lambda a, b: [a, b],
        lambda a, b: (a, b),
        lambda a, b: {"a": a, "b": b},
        lambda a, b: {"b": b, "a": a},
        lambda a, b: [a, {"b": b}],
    ],
)
def test_structures_of_inputs(structure):
    model = two_inputs(structure)
    x, y = rows(4, 2), rows(4, 3)
    expected = x.sum(1, keepdims=True) + y.sum(1, keepdims=True)
    np.testing.assert_allclose(model(structure(x, y)).numpy(), expected, rtol=1e-5, atol=1e-6)
    same_after_config(model, structure(x, y))


def test_inputs_by_name_and_by_position():
    x, y = rows(4, 2), rows(4, 3)
    for model, positional in [
        (two_inputs(lambda a, b: [a, b]), [x, y]),
        (two_inputs(lambda a, b: {"b": b, "a": a}), [y, x]),
    ]:
        expected = model({"a": x, "b": y}).numpy()
        np.testing.assert_array_equal(model({"b": y, "a": x, "unused": x}).numpy(), expected)
        np.testing.assert_array_equal(model(positional).numpy(), expected)
        np.testing.assert_array_equal(model(tuple(positional)).numpy(), expected)


@pytest.mark.parametrize("structure", [lambda a, b: [a, b], lambda a, b: (a, b), lambda a, b: {"x": b, "y": {"z": a}}])
def test_structures_of_outputs(structure):
    x = Input((2,))
    outputs = structure(x + 1.0, x * 2.0)
    result = Model(x, outputs)(np.ones((1, 2), "float32"))
    expected = structure(2.0, 2.0)
    assert type(result) is type(expected)
    if isinstance(expected, dict):
        assert list(result) == ["x", "y"]
        assert list(result["y"]) == ["z"]


def test_one_output_in_a_list_is_returned_alone():
    x = Input((2,))
    assert Model([x], [x + 1.0])(np.ones((1, 2), "float32")).shape == (1, 2)
    assert list(Model(x, {"y": x + 1.0})(np.ones((1, 2), "float32"))) == ["y"]


def test_inputs_take_their_dtype_and_rank():
    x = Input((1,), dtype="float32")
    model = Model(x, x * 2.0)
    assert model(np.ones((3, 1))).dtype == "float32"
    assert model(np.ones((3, 1), "uint8")).dtype == "float32"
    assert model(np.ones(3, "float32")).shape == (3, 1)
    assert model([[1.0], [2.0]]).shape == (2, 1)
    flat = Input(())
    assert Model(flat, flat * 2.0)(np.ones((3, 1), "float32")).shape == (3,)
    whole = Input((2,), dtype="int32")
    assert Model(whole, whole + 1)(np.ones((1, 2))).dtype == "int32"


def test_the_batch_size_of_an_input_is_not_insisted_on():
    x = Input((2,), batch_size=4)
    assert Model(x, x * 2.0)(np.ones((3, 2), "float32")).shape == (3, 2)


def test_wrong_inputs_are_explained():
    x = Input((2,), name="a")
    model = Model(x, layers.Dense(1)(x), name="m")
    with pytest.raises(ValueError, match=r"\[m\] expected input 'a' \(batch, 2\); got \(4, 3\)"):
        model(rows(4, 3))
    with pytest.raises(ValueError, match=r"\[m\] expected input 'a' \(batch, 2\); got \(4, 2, 2\)"):
        model(rows(4, 2, 2))
    with pytest.raises(ValueError, match=r"\[m\] expected 1 input \['a'\]; got 2"):
        model([rows(4, 2), rows(4, 2)])
    with pytest.raises(ValueError, match=r"\[m\] expected a tensor for input 'a'; got None"):
        model(None)
    pair = two_inputs(lambda a, b: [a, b])
    with pytest.raises(ValueError, match=r"expected inputs named \['a', 'b'\]; got .*\['a', 'c'\]. Missing: \['b'\]"):
        pair({"a": rows(4, 2), "c": rows(4, 3)})
    with pytest.raises(ValueError, match="got 1. Pass a list in this order"):
        pair([rows(4, 2)])
    with pytest.raises(ValueError, match=r"expected input 'a' \(batch, 2\); got \(4, 3\)"):
        pair([rows(4, 3), rows(4, 2)])


def test_optional_inputs():
    a, b = Input((2,), name="a"), Input((2,), name="b", optional=True)

    class Choose(Layer):
        def call(self, pair):
            return pair[0] if pair[1] is None else pair[1]

    model = Model([a, b], Choose()([a, b]))
    x, y = rows(1, 2), rows(1, 2, seed=1)
    np.testing.assert_array_equal(model([x, None]).numpy(), x)
    np.testing.assert_array_equal(model([x, y]).numpy(), y)


# Construction errors


def test_disconnected_graphs_are_explained():
    a, b = Input((2,), name="a"), Input((2,), name="b")
    total = layers.Add(name="sum")([a, b])
    with pytest.raises(ValueError, match=r"depend on the input 'b' \(needed by 'sum'\), which is not among .*\['a'\]"):
        Model(a, total)
    with pytest.raises(ValueError, match="which nothing computes"):
        Model(a, KerasTensor((None, 2)))
    with pytest.raises(ValueError, match="expected `outputs` to be KerasTensors"):
        Model(a, np.ones(2))
    with pytest.raises(ValueError, match="expected `inputs` to be KerasTensors"):
        Model([a, "b"], total)
    with pytest.raises(ValueError, match="at least one KerasTensor in `inputs`"):
        Model([], total)


def test_an_unused_input_is_kept():
    a, b = Input((2,), name="a"), Input((2,), name="b")
    model = Model([a, b], a * 2.0)
    assert {layer.name for layer in model.layers} == {"a", "b"}
    np.testing.assert_array_equal(model([np.ones((1, 2)), np.zeros((1, 2))]).numpy(), 2)
    same_after_config(model, [rows(1, 2), rows(1, 2)])


def test_layers_of_one_name_are_rejected():
    x = Input((2,))
    y = layers.Dense(2, name="twin")(layers.Dense(2, name="twin")(x))
    with pytest.raises(ValueError, match="got two named 'twin'"):
        Model(x, y)


def test_get_layer():
    model = guide_model()
    assert model.get_layer("dense_1") is model.layers[1]
    assert model.get_layer(index=-1).name == "predictions"
    with pytest.raises(ValueError, match=r"has no layer 'x'. Its layers: \['digits'"):
        model.get_layer("x")
    with pytest.raises(ValueError, match="expected an index below 4; got 4"):
        model.get_layer(index=4)
    with pytest.raises(ValueError, match="expected a name or an index"):
        model.get_layer()
    with pytest.raises(AttributeError, match="use another attribute name"):
        model.layers = []


# Training flag, masks, losses, metrics


def test_training_reaches_the_layers():
    x = Input((50,))
    model = Model(x, layers.Dropout(0.5, seed=0)(x))
    values = np.ones((2, 50), "float32")
    np.testing.assert_array_equal(model(values).numpy(), 1)
    assert (model(values, training=True).numpy() == 0).any()
    forced = Model(x, layers.Dropout(0.5, seed=0)(x, training=True))
    assert (forced(values, training=False).numpy() == 0).any()
    same_config = Model.from_config(json.loads(json.dumps(forced.get_config())))
    assert (same_config(values).numpy() == 0).any()


def test_masks_pass_through_the_graph():
    x = Input((3,))
    model = Model(x, layers.Activation("relu")(layers.Dense(2)(x)))
    values, mask = ops.ones((2, 3)), ops.ones((2,), dtype="bool")
    set_mask(values, mask)
    assert get_mask(model(values)) is mask
    assert get_mask(model(ops.ones((2, 3)), mask=mask)) is mask


def test_a_loss_of_the_graph_is_one_of_each_call():
    x = Input((2,))
    hidden = layers.Dense(2, kernel_initializer="ones")(x)
    model = Model(x, layers.Dense(1, kernel_initializer="ones")(hidden))
    model.add_loss(ops.sum(hidden) * 0.1)
    model(np.ones((3, 2), "float32"))
    assert [float(loss) for loss in model.losses] == [pytest.approx(1.2)]
    model(np.ones((1, 2), "float32"))
    assert [float(loss) for loss in model.losses] == [pytest.approx(0.4)]
    again = same_after_config(model, np.ones((1, 2), "float32"))
    assert [float(loss) for loss in again.losses] == [pytest.approx(0.4)]
    y = Input((2,))
    outer = Model(y, model(y))
    outer(np.ones((2, 2), "float32"))
    assert [float(loss) for loss in outer.losses] == [pytest.approx(0.8)]


def test_layers_that_only_a_loss_needs_belong_to_the_model():
    x = Input((2,))
    model = Model(x, layers.Dense(1)(x))
    critic = layers.Dense(3)
    model.add_loss(ops.sum(critic(x)))
    assert critic in model.layers
    assert len(model.weights) == 4


def test_losses_of_other_graphs_are_rejected():
    x, other = Input((2,)), Input((2,))
    model = Model(x, x * 2.0)
    with pytest.raises(ValueError, match="the graph is disconnected"):
        model.add_loss(ops.sum(other))
    model(np.ones((1, 2), "float32"))
    assert model.losses == []


def test_a_metric_of_the_graph_averages_over_calls():
    x = Input((2,))
    model = Model(x, x * 2.0)
    model.add_metric(ops.max(x), name="top", aggregation="mean")
    model(np.ones((1, 2), "float32"))
    model(3 * np.ones((1, 2), "float32"))
    (metric,) = model.metrics
    assert (metric.name, float(metric.result())) == ("top", 2)
    again = same_after_config(model, np.ones((1, 2), "float32"))
    assert [m.name for m in again.metrics] == ["top"]
    with pytest.raises(ValueError, match="expected a name"):
        model.add_metric(ops.max(x))
    with pytest.raises(ValueError, match="the graph is disconnected"):
        model.add_metric(ops.max(Input((2,))), name="other")


# Subclasses, cloning


@register_serializable("test_functional")
class Custom(Model):
    def train_step(self, data):
        return {"custom": 1}


def test_a_subclass_of_model_may_be_functional():
    x = Input((3,))
    model = Custom(x, layers.Dense(2)(x))
    assert isinstance(model, Custom)
    assert isinstance(model, Functional)
    assert type(model).__name__ == "Custom"
    assert model.train_step(None) == {"custom": 1}
    again = same_after_config(model, rows(2, 3))
    assert isinstance(again, Custom)

    class Ready(Model):
        def __init__(self, units):
            x = Input((3,))
            super().__init__(inputs=x, outputs=layers.Dense(units)(x))
            self.units = units

    ready = Ready(4)
    assert ready(rows(2, 3)).shape == (2, 4)
    assert ready.units == 4
    revived = Ready.from_config(ready.get_config())
    assert revived(rows(2, 3)).shape == (2, 4)


def test_a_described_subclass_comes_back_as_itself():
    from nnfit.models import registry

    x = Input((3,))
    model = Custom(x, layers.Dense(2)(x))
    assert isinstance(registry.deserialize(json.loads(json.dumps(registry.serialize(model)))), Custom)


def test_clones_have_the_same_graph_and_new_weights():
    inner = Sequential([Input((4,)), layers.Dense(4, name="inside")], name="inner")
    x = Input((4,), name="x")
    model = Model(x, {"y": ops.tanh(inner(x)) + inner(inner(x))}, name="m")
    model.add_loss(ops.sum(x))
    clone = clone_model(model)
    assert clone.name == "m"
    assert [layer.name for layer in clone.layers] == [layer.name for layer in model.layers]
    assert not {id(w) for w in clone.weights} & {id(w) for w in model.weights}
    clone.set_weights(model.get_weights())
    values = rows(3, 4)
    np.testing.assert_allclose(clone(values)["y"].numpy(), model(values)["y"].numpy(), rtol=1e-5)
    assert float(clone.losses[0]) == pytest.approx(float(model.losses[0]))


def test_cloning_with_a_function_and_on_other_inputs():
    model = guide_model()
    wide = clone_model(
        model,
        input_tensors=Input((7, 784)),
        clone_function=lambda layer: layers.Dense(layer.units, name=f"{layer.name}_wide"),
    )
    assert wide.output_shape == (None, 7, 10)
    assert [layer.name for layer in wide.layers[1:]] == ["dense_1_wide", "dense_2_wide", "predictions_wide"]
    with pytest.raises(ValueError, match="expected 1 input_tensors; got 2"):
        clone_model(model, input_tensors=[Input((1,)), Input((1,))])


def test_configurations_with_loops_are_rejected():
    config = guide_model().get_config()
    history = config["layers"][1]["inbound_nodes"][0]["args"][0]["config"]
    history["keras_history"] = ["dense_2", 0, 0]
    with pytest.raises(ValueError, match=r"expected calls that can be ordered; these cannot: \['dense_1'"):
        Model.from_config(config)
