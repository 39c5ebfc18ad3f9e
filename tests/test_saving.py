"""Saved models: what comes back, and that training goes on as if nothing had happened."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nnfit
from nnfit import layers, models, ops
from nnfit.layers import Input
from nnfit.saving import custom_object_scope, load_model, register_serializable

X = np.random.default_rng(0).normal(size=(24, 6)).astype("float32")
Y = np.random.default_rng(1).integers(0, 3, 24)


def functional():
    x = Input((6,), name="x")
    shared = layers.Dense(6, activation="relu", kernel_regularizer=nnfit.regularizers.L2(0.01), name="shared")
    h = layers.Dropout(0.4)(shared(layers.Dropout(0.2, seed=3)(shared(x))))
    return models.Model(x, layers.Dense(3)(h * 0.5))


def sequential():
    return models.Sequential([Input((6,)), layers.Dense(5, activation="tanh"), layers.Dropout(0.3), layers.Dense(3)])


@register_serializable("tests")
class Blocks(models.Model):
    def __init__(self, widths=(4, 5), **kwargs):
        super().__init__(**kwargs)
        self.blocks = [layers.Dense(width, activation="relu") for width in widths]
        self.heads = {"main": layers.Dense(3)}
        self.drop = layers.Dropout(0.2)
        self.scale = self.add_weight((), initializer="ones", name="factor")

    def call(self, x):
        for block in self.blocks:
            x = self.drop(block(x))
        return self.heads["main"](x) * self.scale


@register_serializable("tests")
class Lazy(layers.Layer):
    """A layer that makes its sublayer when it is built."""

    def build(self, input_shape):
        self.inner = layers.Dense(input_shape[-1])

    def call(self, x):
        return self.inner(x)


def nested():
    encoder = models.Sequential([Input((6,)), layers.Dense(4), layers.Dropout(0.1)], name="encoder")
    x = Input((6,))
    inner = models.Model(x, layers.Dense(4)(Lazy()(encoder(x))))
    y = Input((6,))
    return models.Model(y, layers.Dense(3)(layers.Add()([inner(y), encoder(y), Blocks((4, 4))(y)[:, :1]])))


KINDS = {"functional": functional, "sequential": sequential, "subclassed": Blocks, "nested": nested}


def compiled(kind, optimizer="adam"):
    model = KINDS[kind]()
    loss = nnfit.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(
        optimizer,
        loss,
        metrics=["accuracy", nnfit.metrics.MeanMetricWrapper(nnfit.metrics.sparse_categorical_accuracy, name="mine")],
    )
    return model


def trained(model, epochs=2):
    model.fit(X, Y, batch_size=10, epochs=epochs, shuffle=False, verbose=0)
    return model


def assert_same_bits(a, b):
    for left, right in zip(a, b, strict=True):
        np.testing.assert_array_equal(np.asarray(left), np.asarray(right))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("optimizer", [
    nnfit.optimizers.Adam(nnfit.optimizers.schedules.ExponentialDecay(0.01, 3, 0.9), amsgrad=True),
    nnfit.optimizers.SGD(0.1, momentum=0.9, use_ema=True, ema_overwrite_frequency=3, global_clipnorm=1.0),
    nnfit.optimizers.RMSprop(0.01, gradient_accumulation_steps=2, weight_decay=0.1),
], ids=lambda optimizer: optimizer.name)  # fmt: skip
def test_a_loaded_model_goes_on_training_to_the_same_bits(kind, optimizer, tmp_path):
    optimizer = type(optimizer).from_config(optimizer.get_config())
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    model = trained(compiled(kind, optimizer))
    path = tmp_path / "saved"
    model.save(path)
    loaded = load_model(path)
    assert type(loaded) is type(model)
    assert_same_bits(loaded.get_weights(), model.get_weights())
    assert_same_bits(loaded.optimizer.variables, model.optimizer.variables)
    assert loaded.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)
    assert loaded.metrics_names == model.metrics_names
    trained(model), trained(loaded)
    assert_same_bits(loaded.get_weights(), model.get_weights())
    assert_same_bits(loaded.optimizer.variables, model.optimizer.variables)
    assert_same_bits(loaded.variables, model.variables)
    assert_same_bits([loaded.predict(X, verbose=0)], [model.predict(X, verbose=0)])


def test_another_process_goes_on_to_the_same_bits(tmp_path):
    model = trained(compiled("functional"))
    model.save(tmp_path / "saved")
    program = (
        "import sys, numpy as np, nnfit\n"
        "folder = sys.argv[1]\n"
        "model = nnfit.models.load_model(folder + '/saved')\n"
        "data = np.load(folder + '/data.npz')\n"
        "model.fit(data['x'], data['y'], batch_size=10, epochs=2, shuffle=False, verbose=0)\n"
        "np.savez(folder + '/weights.npz', *model.get_weights())\n"
    )
    np.savez(tmp_path / "data.npz", x=X, y=Y)
    path = os.pathsep.join(p for p in sys.path if p)
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, env={**os.environ, "PYTHONPATH": path})
    assert_same_bits(np.load(tmp_path / "weights.npz").values(), trained(model).get_weights())


def test_tensors_have_the_paths_of_the_model(tmp_path):
    from safetensors.numpy import load_file

    model = Blocks(name="anything")
    model(X)
    model.save_weights(tmp_path / "w")
    tensors = load_file(tmp_path / "w")
    assert set(tensors) == {
        "scale", "blocks/0/kernel", "blocks/0/bias", "blocks/1/kernel", "blocks/1/bias", "heads/main/kernel",
        "heads/main/bias", "drop/seed_generator",
    }  # fmt: skip
    np.testing.assert_array_equal(tensors["blocks/1/kernel"], model.blocks[1].kernel.numpy())


@register_serializable("tests")
class OwnGraph(models.Model):
    """A functional model that makes its graph itself."""

    def __init__(self, units, **kwargs):
        x = Input((6,))
        super().__init__(x, layers.Dense(3)(layers.Dense(units)(x)), **kwargs)
        self.units = units


@register_serializable("tests")
class OwnStack(models.Sequential):
    """A stack that makes its layers itself."""

    def __init__(self, units, **kwargs):
        super().__init__([Input((6,)), layers.Dense(units), layers.Dropout(0.5)], **kwargs)
        self.units = units
        self.add(layers.Dense(3))

    def get_config(self):
        return {"units": self.units, "name": self.name}


@pytest.mark.parametrize("cls", [OwnGraph, OwnStack])
def test_models_that_make_their_layers_themselves(cls, tmp_path):
    model = cls(4)
    model.compile("adam", nnfit.losses.SparseCategoricalCrossentropy(from_logits=True))
    trained(model)
    loaded = load_saved(model, tmp_path)
    assert isinstance(loaded, cls)
    assert loaded.units == 4
    trained(model), trained(loaded)
    assert_same_bits(loaded.get_weights(), model.get_weights())


@register_serializable("tests")
class Joined(layers.Layer):
    """A layer that is built from the shapes of two arguments."""

    def build(self, a_shape, b_shape):
        self.w = self.add_weight((a_shape[-1], b_shape[-1]), name="w")

    def call(self, a, b):
        return ops.matmul(a, self.w) * b


@register_serializable("tests")
class SeveralInputs(models.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.joined = Joined()
        self.inner = {"deep": [layers.Dense(4), layers.Dense(3)]}

    def call(self, inputs, training=False):
        x = self.joined(inputs["a"], inputs["b"])
        for layer in self.inner["deep"]:
            x = layer(x)
        return x


def test_subclassed_models_of_several_inputs(tmp_path):
    data = {"a": X, "b": X[:, :2]}
    model = SeveralInputs()
    model.compile("adam", nnfit.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(data, Y, verbose=0, shuffle=False)
    loaded = load_saved(model, tmp_path)
    for one in (model, loaded):
        one.fit(data, Y, verbose=0, shuffle=False)
    assert_same_bits(loaded.get_weights(), model.get_weights())


@register_serializable("tests")
class Counting(layers.Layer):
    """A layer with state that is in no variable."""

    def build(self, input_shape):
        self.w = self.add_weight((1,), name="w")
        self.seen = 0

    def call(self, x):
        return x * self.w

    def save_own_variables(self, store):
        super().save_own_variables(store)
        store["seen"] = np.array(self.seen)
        store["w"] = self.w  # a name that is taken

    def load_own_variables(self, store):
        self.seen = int(store["seen"])
        self.w.assign(store["w"])


def test_state_that_layers_save_themselves(tmp_path):
    model = models.Sequential([Input((6,)), Counting(name="counting")])
    model.layers[0].seen = 7
    loaded = load_saved(model, tmp_path)
    assert loaded.layers[0].seen == 7
    assert_same_bits(loaded.get_weights(), model.get_weights())
    model.layers[0].seen = 8
    model.save_weights(tmp_path / "w")
    loaded.load_weights(tmp_path / "w")
    assert loaded.layers[0].seen == 8


def test_a_model_that_was_never_called_comes_back_unbuilt(tmp_path):
    loaded = load_saved(Blocks((2,)), tmp_path)
    assert not loaded.built
    assert loaded(X).shape == (24, 3)


def test_names_in_any_script(tmp_path):
    model = models.Sequential([Input((6,)), layers.Dense(2, name="слой")])
    assert_same_bits(load_saved(model, tmp_path).get_weights(), model.get_weights())


def test_layers_shared_between_models_stay_shared(tmp_path):
    shared = layers.Dense(6)
    inner = models.Sequential([Input((6,)), shared])
    x = Input((6,))
    model = models.Model(x, layers.Add()([inner(x), shared(x)]))
    for again in (load_saved(model, tmp_path), models.model_from_json(model.to_json())):
        assert len(again.weights) == 2
        again.set_weights(model.get_weights())
        assert_same_bits([again(X)], [model(X)])
    assert "shared_object_id" not in functional().to_json().replace("GlorotUniform", "")


def load_saved(model, tmp_path, **kwargs):
    model.save(tmp_path / "model")
    return load_model(tmp_path / "model", **kwargs)


def test_layers_and_weights_that_are_not_trained_stay_so(tmp_path):
    model = compiled("subclassed")
    trained(model)
    model.blocks[0].trainable = False
    model.scale.trainable = False
    loaded = load_saved(model, tmp_path)
    assert [w.trainable for w in loaded.weights] == [w.trainable for w in model.weights]
    assert not loaded.blocks[0].trainable
    assert len(loaded.trainable_weights) == len(model.trainable_weights) == 4


def test_an_assigned_learning_rate_is_kept(tmp_path):
    model = trained(compiled("sequential"))
    model.optimizer.learning_rate = 0.0625
    assert float(load_saved(model, tmp_path).optimizer.learning_rate) == 0.0625


def test_without_compile_and_without_optimizer(tmp_path):
    model = trained(compiled("sequential"))
    assert not load_saved(model, tmp_path, compile=False).compiled
    model.save(tmp_path / "bare", include_optimizer=False)
    bare = load_model(tmp_path / "bare")
    assert bare.compiled
    assert int(bare.optimizer.iterations) == 0
    assert bare.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)
    plain = load_saved(sequential(), tmp_path)
    assert not plain.compiled
    unbuilt = load_saved(models.Sequential([layers.Dense(2)]), tmp_path)
    assert unbuilt(X).shape == (24, 2)


def test_several_outputs_with_losses_by_name_and_added_losses(tmp_path):
    x = Input((6,))
    h = layers.Dense(4)(x)
    model = models.Model(x, {"a": layers.Dense(1, name="a")(h), "b": layers.Dense(3, name="b")(h)})
    model.add_loss(ops.mean(h) * 0.1)
    model.add_metric(ops.std(h), name="deviation")
    model.compile(
        "sgd", {"a": "mse", "b": nnfit.losses.SparseCategoricalCrossentropy(from_logits=True)},
        loss_weights={"a": 0.5, "b": 2.0}, metrics={"a": ["mae"]}, weighted_metrics={"b": "accuracy"},
    )  # fmt: skip
    targets = {"a": X[:, 0], "b": Y}
    model.fit(X, targets, verbose=0)
    loaded = load_saved(model, tmp_path)
    assert loaded.evaluate(X, targets, verbose=0, return_dict=True) == model.evaluate(
        X, targets, verbose=0, return_dict=True
    )


def largest_error(y_true, y_pred):
    return ops.max(ops.abs(y_true - y_pred), axis=-1)


def test_functions_of_ones_own_are_found_by_name(tmp_path):
    model = models.Sequential(
        [Input((6,)), layers.Dense(1, activation=nnfit.ops.tanh), layers.Lambda(nnfit.ops.square)]
    )
    model.compile("sgd", largest_error, metrics=[largest_error, nnfit.metrics.binary_accuracy])
    model.evaluate(X, Y, verbose=0)
    model.save(tmp_path / "model")
    with pytest.raises(ValueError, match="unknown name 'largest_error'.*register_serializable"):
        load_model(tmp_path / "model")
    loaded = load_model(tmp_path / "model", custom_objects={"largest_error": largest_error})
    assert loaded.evaluate(X, Y, verbose=0) == model.evaluate(X, Y, verbose=0)


class Unregistered(layers.Layer):
    def call(self, x):
        return x * 2


def test_unknown_classes_say_how_to_register_them(tmp_path):
    model = models.Sequential([Input((6,)), Unregistered()])
    model.save(tmp_path / "model")
    wanted = (
        r"model' holds a model that cannot be made.*unknown name 'Unregistered'.*`register_serializable`, or load it"
    )
    with pytest.raises(ValueError, match=wanted):
        load_model(tmp_path / "model")
    assert_same_bits([load_model(tmp_path / "model", {"Unregistered": Unregistered})(X)], [2 * X])
    with custom_object_scope({"Unregistered": Unregistered}):
        assert load_model(tmp_path / "model")(X).shape == X.shape


def test_lambdas_cannot_be_saved(tmp_path):
    model = models.Sequential([Input((6,)), layers.Lambda(lambda x: x)])
    with pytest.raises(ValueError, match="a lambda has no name"):
        model.save(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []
    model = models.Sequential([Input((6,)), layers.Dense(1)])
    model.compile("sgd", lambda y_true, y_pred: ops.mean(y_pred))
    with pytest.warns(UserWarning, match="saved without the arguments of `compile`"):
        model.save(tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    assert not loaded.compiled
    assert_same_bits(loaded.get_weights(), model.get_weights())


def test_a_compile_of_ones_own(tmp_path):
    @register_serializable("tests")
    class Own(models.Sequential):
        def compile(self, rate):
            super().compile(nnfit.optimizers.SGD(rate), "mse")

    model = Own([Input((6,)), layers.Dense(1)])
    model.compile(0.5)
    with pytest.warns(UserWarning, match="is not compiled: its `compile` is not that of Model"):
        assert not load_saved(model, tmp_path).compiled
    Own.get_compile_config = lambda self: {"rate": float(self.optimizer.learning_rate)}
    Own.compile_from_config = lambda self, config: self.compile(**config)
    assert float(load_saved(model, tmp_path).optimizer.learning_rate) == 0.5


# Weights


def test_weights_fit_a_model_made_alike_whatever_its_automatic_names(tmp_path):
    for make in KINDS.values():
        model, other = make(), make()
        model(X), other(X)
        model.save_weights(tmp_path / "w")
        other.load_weights(tmp_path / "w")
        assert_same_bits(other.variables, model.variables)


def test_weights_build_a_model_that_has_none_yet(tmp_path):
    model = Blocks()
    model(X)
    model.save_weights(tmp_path / "w")
    other = Blocks()
    other.load_weights(tmp_path / "w")
    assert_same_bits([other(X)], [model(X)])
    assert [w.path.split("/")[-1] for w in other.weights] == [w.path.split("/")[-1] for w in model.weights]
    assert {w.path.split("/")[0] for w in other.weights} == {other.name}


def test_weights_of_a_whole_model_serve_too(tmp_path):
    model = trained(compiled("sequential"))
    model.save(tmp_path / "model")
    other = sequential()
    other.load_weights(tmp_path / "model")
    assert_same_bits(other.get_weights(), model.get_weights())
    model.save_weights(tmp_path / "w")
    with pytest.raises(ValueError, match="holds weights alone"):
        load_model(tmp_path / "w")


def test_an_optimizer_in_use_takes_up_its_state_with_the_weights(tmp_path):
    model = trained(compiled("sequential"))
    model.save_weights(tmp_path / "w")
    again, unused = compiled("sequential"), compiled("sequential")
    trained(again, epochs=1)
    again.load_weights(tmp_path / "w")
    unused.load_weights(tmp_path / "w")
    assert int(unused.optimizer.iterations) == 0
    trained(model), trained(again)
    assert_same_bits(again.get_weights(), model.get_weights())
    other = trained(compiled("sequential", "sgd"), epochs=1)
    with pytest.warns(UserWarning, match="has the state of another kind of optimizer than .*goes on as it is"):
        other.load_weights(tmp_path / "w")
    assert int(other.optimizer.iterations) == 3


def test_weights_that_do_not_fit(tmp_path):
    model = models.Sequential([Input((6,)), layers.Dense(4, name="a"), layers.Dense(3, name="b")])
    model.save_weights(tmp_path / "w")
    other = models.Sequential([Input((6,)), layers.Dense(4, name="a"), layers.Dense(2, name="b"), layers.Dense(1)])
    before = other.get_weights()
    with pytest.raises(
        ValueError, match=r"w' does not fit the model: the file has no 'dense/kernel'.*has shape \(4, 3\)"
    ):
        other.load_weights(tmp_path / "w")
    assert_same_bits(other.get_weights(), before)
    with pytest.warns(UserWarning, match="weights left out: .*'b/kernel' has shape"):
        other.load_weights(tmp_path / "w", skip_mismatch=True)
    assert_same_bits(other.get_weights(), [*model.get_weights()[:2], *before[2:]])


def test_other_dtypes(tmp_path):
    model = models.Sequential([Input((6,), dtype="float64"), layers.Dense(3, dtype="float64")])
    assert load_saved(model, tmp_path).weights[0].dtype == "float64"
    single = models.Sequential([Input((6,)), layers.Dense(3)])
    model.save_weights(tmp_path / "w")
    single.load_weights(tmp_path / "w")
    np.testing.assert_array_equal(single.weights[0].numpy(), model.weights[0].numpy().astype("float32"))


# Paths


@pytest.mark.parametrize("name", ["model", "model.h5", "model.keras", "my model.v2", "a/b/模型", "x" * 240])
def test_any_path_will_do(name, tmp_path):
    model = sequential()
    model.save(tmp_path / name)
    assert_same_bits(load_model(str(tmp_path / name)).get_weights(), model.get_weights())


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError, match="is a folder"):
        sequential().save(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_overwrite_false_keeps_what_is_there(tmp_path):
    path = tmp_path / "m"
    sequential().save(path, overwrite=False)
    before = path.read_bytes()
    for save in (sequential().save, sequential().save_weights):
        with pytest.raises(FileExistsError, match=r"m' is there already. Pass overwrite=True"):
            save(path, overwrite=False)
    assert path.read_bytes() == before


# Architectures as text


@pytest.mark.parametrize("kind", KINDS)
def test_json_round_trip(kind):
    model = KINDS[kind]()
    again = models.model_from_json(model.to_json(indent=1))
    assert again.to_json() == model.to_json()


@pytest.mark.parametrize(("text", "words"), [("{", "this is no JSON"), ("3", "expected the description of a model")])
def test_json_that_describes_no_model(text, words):
    with pytest.raises(ValueError, match=words):
        models.model_from_json(text)


def test_the_file_is_where_it_was_asked_for(tmp_path):
    link = tmp_path / "latest"
    link.symlink_to(tmp_path / "target")
    sequential().save(link)
    assert link.is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["latest", "target"]
    assert Path(tmp_path / "target").stat().st_mode & 0o600 == 0o600
