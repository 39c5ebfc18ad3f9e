"""Sequential and subclassed models, and summaries."""

import json

import numpy as np
import pytest

from nnfit import layers, ops
from nnfit.layers import Input, Layer
from nnfit.models import Model, Sequential, clone_model

ONES = np.ones((2, 3), "float32")


def text_of(model, **kwargs):
    lines = []
    model.summary(print_fn=lines.append, **kwargs)
    return "\n".join(lines)


# Sequential


def test_weights_are_made_as_layers_are_added_behind_an_input():
    model = Sequential(name="stack")
    model.add(Input((3,)))
    model.add(layers.Dense(4, name="a"))
    assert [w.path for w in model.weights] == ["stack/a/kernel", "stack/a/bias"]
    model.add(layers.Dense(2, name="b"))
    assert model.built
    assert (model.input_shape, model.output_shape) == ((None, 3), (None, 2))
    assert [layer.name for layer in model.layers] == ["a", "b"]
    assert model(ONES).shape == (2, 2)


def test_without_an_input_the_first_call_builds():
    model = Sequential([layers.Dense(4), layers.Dense(2)])
    assert not model.built
    assert model.weights == []
    with pytest.raises(AttributeError, match="has no `output_shape` yet"):
        _ = model.output_shape
    with pytest.raises(ValueError, match="is not built"):
        model.count_params()
    assert model(ONES).shape == (2, 2)
    assert model.output_shape == (None, 2)
    assert model.count_params() == 26
    assert model(np.ones((7, 3), "float32")).shape == (7, 2)


def test_build_by_hand_and_by_input_shape():
    model = Sequential([layers.Dense(4)])
    model.build((None, 3))
    assert model.input_shape == (None, 3)
    with pytest.raises(ValueError, match=r"expected inputs of shape \(None, 3\), for which it is built"):
        model.build((None, 5))
    assert Sequential([layers.Dense(4, input_shape=(3,))]).output_shape == (None, 4)
    assert Sequential([layers.Dense(4, input_dim=3)]).output_shape == (None, 4)
    with pytest.raises(ValueError, match="has no layers to build"):
        Sequential().build((None, 3))


def test_add_and_pop():
    model = Sequential([Input((3,)), layers.Dense(4, name="a"), layers.Dense(2, name="b")])
    last = model.pop()
    assert last.name == "b"
    assert model.output_shape == (None, 4)
    assert len(model.weights) == 2
    model.add(last)
    assert model.output_shape == (None, 2)
    with pytest.raises(ValueError, match="has a layer named 'a' already"):
        model.add(layers.Dense(1, name="a"))
    with pytest.raises(ValueError, match="expected its input in front"):
        model.add(Input((3,)))
    with pytest.raises(TypeError, match="expected a layer; got 'dense'"):
        model.add("dense")
    empty = Sequential()
    with pytest.raises(IndexError, match="has no layers to remove"):
        empty.pop()


def test_a_layer_may_stand_twice():
    shared = layers.Dense(3)
    model = Sequential([Input((3,)), shared, shared])
    assert len(model.layers) == 2
    assert len(model.weights) == 2
    k, b = (w.numpy() for w in model.weights)
    np.testing.assert_allclose(model(ONES).numpy(), (ONES @ k + b) @ k + b, rtol=1e-5)


def test_models_stack():
    first = Sequential([Input((3,)), layers.Dense(4)])
    model = Sequential([first, Sequential([layers.Dense(2)])])
    assert model.output_shape == (None, 2)
    assert model(ONES).shape == (2, 2)
    assert len(model.weights) == 4
    x = Input((3,))
    assert Model(x, model(x)).output_shape == (None, 2)


def test_several_inputs_into_the_first_layer():
    model = Sequential([layers.Add(), layers.Dense(2)])
    assert model([ONES, ONES]).shape == (2, 2)
    assert len(model.weights) == 2


def test_sequential_configurations():
    for model in (
        Sequential([Input((3,), name="in"), layers.Dense(2, activation="relu")], name="s"),
        Sequential([layers.Dense(2), layers.Dropout(0.5)]),
    ):
        config = json.loads(json.dumps(model.get_config()))
        again = Sequential.from_config(config)
        assert json.loads(json.dumps(again.get_config())) == config
        model(ONES)
        built = Sequential.from_config(json.loads(json.dumps(model.get_config())))
        built.set_weights(model.get_weights())
        np.testing.assert_allclose(built(ONES).numpy(), model(ONES).numpy(), rtol=1e-6)


def test_cloning_a_stack():
    model = Sequential([Input((3,)), layers.Dense(2)], name="s")
    clone = clone_model(model)
    assert clone.name == "s"
    assert clone.output_shape == (None, 2)
    assert clone.weights[0] is not model.weights[0]
    assert clone_model(model, input_tensors=Input((5, 3))).output_shape == (None, 5, 2)


def test_input_and_output_tensors_of_a_stack():
    model = Sequential([Input((3,), name="in"), layers.Dense(4, name="mid"), layers.Dense(2)])
    features = Model(model.inputs, model.get_layer("mid").output)
    assert features(ONES).shape == (2, 4)
    assert model.input_names == ["in"]


# Subclasses


class Classifier(Model):
    def __init__(self, units=4, **kwargs):
        super().__init__(**kwargs)
        self.hidden = layers.Dense(units, activation="relu")
        self.scores = [layers.Dense(2), layers.Dense(3)]

    def call(self, x):
        x = self.hidden(x)
        return [score(x) for score in self.scores]


def test_subclassed_models_build_at_the_first_call():
    model = Classifier(name="c")
    assert not model.built
    a, b = model(ONES)
    assert (a.shape, b.shape) == ((2, 2), (2, 3))
    assert [w.path.split("/")[0] for w in model.weights] == ["c"] * 6
    assert model.layers == [model.hidden, *model.scores]


def test_subclassed_models_build_from_a_shape():
    model = Classifier()
    model.build((None, 3))
    assert len(model.weights) == 6
    assert model.compute_output_shape((None, 3)) == [(None, 2), (None, 3)]


def test_subclassed_models_within_functional_ones():
    inner = Classifier()
    x = Input((3,))
    outer = Model(x, layers.Concatenate()(inner(x)))
    assert outer.output_shape == (None, 5)
    assert outer(ONES).shape == (2, 5)


def test_subclassed_models_are_cloned_by_configuration():
    model = Classifier(units=7, name="c")
    clone = clone_model(model)
    assert (clone.hidden.units, clone.name) == (7, "c")
    with pytest.raises(ValueError, match="is cloned by its configuration alone"):
        clone_model(model, input_tensors=Input((3,)))


def test_a_model_without_call_says_so():
    with pytest.raises(NotImplementedError, match="needs a `call` method"):
        Model()(ONES)


def test_losses_of_a_custom_layer_reach_the_model():
    class ActivityRegularizationLayer(Layer):
        def call(self, inputs):
            self.add_loss(ops.sum(inputs) * 0.1)
            return inputs

    x = Input((3,))
    model = Model(x, layers.Dense(2)(ActivityRegularizationLayer()(x)))
    assert model.losses == []
    model(ONES)
    assert [float(loss) for loss in model.losses] == [pytest.approx(0.6)]
    model(2 * ONES)
    assert float(sum(model.losses)) == pytest.approx(1.2)


# Summaries


def test_summary_lists_layers_shapes_and_counts():
    model = Sequential(
        [Input((784,)), layers.Dense(64, name="dense_1"), layers.Dense(10, name="predictions")], name="m"
    )
    text = text_of(model)
    assert 'Model: "m"' in text
    row = next(line for line in text.splitlines() if "dense_1 (Dense)" in line)
    assert "(None, 64)" in row
    assert "50,240" in row
    assert "Total params: 50,890 (198.79 KB)" in text
    assert "Non-trainable params: 0 (0.00 B)" in text
    assert "Connected to" not in text


def test_summary_of_a_branched_graph_says_what_is_connected():
    a, b = Input((2,), name="a"), Input((2,), name="b")
    model = Model([a, b], layers.Add(name="sum")([a, b]) * 2.0)
    text = text_of(model, line_length=120)
    assert "Connected to" in text
    row = next(line for line in text.splitlines() if "sum (Add)" in line)
    assert "a[0][0], b[0][0]" in row
    assert "(multiply)" in text


def test_summary_of_an_unbuilt_model():
    model = Classifier()
    assert "0 (unbuilt)" in text_of(model)
    model(ONES)
    text = text_of(model, show_trainable=True)
    row = next(line for line in text.splitlines() if "(Dense)" in line)
    assert "(None, 4)" in row
    assert "16" in row
    assert "Y" in row


def test_summary_expands_models_within_and_limits_its_range():
    inner = Sequential([Input((3,)), layers.Dense(4, name="deep")], name="inner")
    model = Sequential([inner, layers.Dense(2, name="top")])
    assert "deep" not in text_of(model)
    assert "└ deep (Dense)" in text_of(model, expand_nested=True)
    assert "inner" not in text_of(model, layer_range=["top", "top"])
    with pytest.raises(ValueError, match="found no layer named as in layer_range"):
        text_of(model, layer_range=["x", "y"])


def test_summary_prints_to_standard_output(capsys):
    Sequential([Input((3,)), layers.Dense(4)]).summary()
    assert "Total params: 16" in capsys.readouterr().out
