"""clone_model: the same model anew."""

import numpy as np
import pytest

import nnfit
from nnfit import layers, models
from nnfit.layers import Input

X = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")


def shared_within():
    shared = layers.Dense(6, name="shared")
    inner = models.Sequential([Input((6,)), shared, layers.Dense(6, name="deep")], name="inner")
    x = Input((6,), name="x")
    return models.Model(x, layers.Dense(2, name="last")(layers.Add()([inner(x), shared(x), shared(x) * 2.0])))


def reconfigured(**changes):
    def clone(layer):
        config = layer.get_config()
        return type(layer).from_config({**config, **{k: v for k, v in changes.items() if k in config}})

    return clone


def test_a_clone_computes_the_same_with_the_same_weights():
    model = shared_within()
    clone = models.clone_model(model)
    assert len(clone.weights) == len(model.weights) == 6
    assert not {id(w) for w in clone.weights} & {id(w) for w in model.weights}
    clone.set_weights(model.get_weights())
    np.testing.assert_array_equal(clone(X).numpy(), model(X).numpy())
    assert [layer.name for layer in clone.layers] == [layer.name for layer in model.layers]


def test_clone_function_replaces_layers():
    clone = models.clone_model(shared_within(), clone_function=reconfigured(activation="tanh"))
    assert clone.get_layer("shared").activation is nnfit.activations.tanh
    assert clone.get_layer("inner").get_layer("deep").activation is nnfit.activations.linear
    clone = models.clone_model(shared_within(), clone_function=reconfigured(activation="tanh"), recursive=True)
    assert clone.get_layer("inner").get_layer("deep").activation is nnfit.activations.tanh
    assert len(clone.weights) == 6


def test_clone_function_may_keep_layers():
    model = shared_within()
    clone = models.clone_model(model, clone_function=lambda layer: layer)
    assert [id(w) for w in clone.weights] == [id(w) for w in model.weights]
    np.testing.assert_array_equal(clone(X).numpy(), model(X).numpy())


def test_call_function_inserts_layers():
    def with_dropout(layer, *args, **kwargs):
        x = layer(*args, **kwargs)
        return layers.Dropout(0.5)(x) if layer.name == "last" else x

    clone = models.clone_model(shared_within(), call_function=with_dropout)
    assert type(clone.layers[-1]) is layers.Dropout
    with pytest.raises(ValueError, match="expected no call_function for 'stack', whose layers are listed"):
        models.clone_model(models.Sequential([Input((6,)), layers.Dense(2)], name="stack"), call_function=with_dropout)


def test_what_is_not_trained_stays_so():
    for make in (shared_within, lambda: models.Sequential([Input((6,)), layers.Dense(2)])):
        frozen = make()
        frozen.trainable = False
        assert models.clone_model(frozen).trainable_weights == []
        partly = make()
        partly.layers[-1].trainable = False
        assert len(models.clone_model(partly).trainable_weights) == len(partly.trainable_weights)


def test_on_other_inputs():
    clone = models.clone_model(shared_within(), input_tensors=Input((6,), name="other"))
    assert clone.input_names == ["other"]
    with pytest.raises(ValueError, match="expected 1 input_tensors; got 2"):
        models.clone_model(shared_within(), input_tensors=[Input((6,)), Input((6,))])
