"""Every registered class of every family comes back from a file as it was.

The tests walk the registries. A class whose arguments have defaults needs nothing here; one with arguments that must be
given, or inputs of an unusual shape, needs a row in `REQUIRED`, `ARGUMENTS` or `INPUTS`, and a test says so.
"""

import inspect
import json

import numpy as np
import pytest

import nnfit
from nnfit import (
    activations,
    constraints,
    initializers,
    layers,
    losses,
    metrics,
    models,
    optimizers,
    random,
    regularizers,
)
from nnfit.layers import Input
from nnfit.optimizers import schedules
from nnfit.registry import deserialize_object, serialize_object
from nnfit.saving import load_model

# Arguments without defaults, by name: they mean the same in every class. A lambda makes a new one each time.
REQUIRED = {
    "units": 3,
    "filters": 2,
    "kernel_size": 2,
    "rate": 0.25,
    "stddev": 0.5,
    "n": 2,
    "input_dim": 7,
    "output_dim": 3,
    "num_heads": 2,
    "key_dim": 2,
    "num_classes": 3,
    "class_id": 1,
    "target_class_ids": [0, 1],
    "precision": 0.5,
    "recall": 0.5,
    "specificity": 0.5,
    "sensitivity": 0.5,
    "schedule": schedules.ExponentialDecay(0.1, 5, 0.5),
    "initial_learning_rate": 0.1,
    "decay_steps": 10,
    "decay_rate": 0.5,
    "first_decay_steps": 10,
    "boundaries": [3, 6],
    "values": [0.3, 0.2, 0.1],
    "fn": losses.mean_squared_error,
    "function": nnfit.ops.square,
    "layer": lambda: layers.Dense(3),
    "height": 4,
    "width": 4,
    "factor": 0.25,
    "height_factor": 0.25,
    "width_factor": 0.25,
}

# Arguments by class: those that must be given and mean something of their own.
ARGUMENTS = {
    "Reshape": {"target_shape": (2, 2)},
    "Permute": {"dims": (2, 1)},
    "Dot": {"axes": 1},
    "Rescaling": {"scale": 0.5},
    "Activation": {"activation": "tanh"},
    "GroupNormalization": {"groups": 2},
}

# Shapes of inputs without the batch axis, by class; without a row, the first of SHAPES that the layer takes.
INPUTS = {
    "Add": [(4,), (4,)],
    "Average": [(4,), (4,)],
    "Concatenate": [(4,), (4,)],
    "Dot": [(4,), (4,)],
    "Maximum": [(4,), (4,)],
    "Minimum": [(4,), (4,)],
    "Multiply": [(4,), (4,)],
    "Subtract": [(4,), (4,)],
}
SHAPES = [(4,), (8, 4), (8, 8, 4), (6, 6, 6, 4)]

# Bases, which are no layers, losses and so on by themselves, and what stands for the user's data.
ABSTRACT = {"Layer", "Wrapper", "Model", "InputLayer", "Loss", "Metric", "Optimizer", "Initializer", "Regularizer"}

# What arguments with defaults of `None` or a name may be instead.
OTHERWISE = {
    "name": "another",
    "dtype": "float64",
    "seed": 3,
    "reduction": "sum",
    "weight_decay": 0.125,
    "clipnorm": 2.0,
    "clipvalue": 2.0,
    "global_clipnorm": 2.0,
    "loss_scale_factor": 2.0,
    "ema_overwrite_frequency": 3,
    "gradient_accumulation_steps": 3,
    "ignore_class": 2,
    "class_id": 1,
    "thresholds": [0.25, 0.5],
    "max_value": 6.0,
    "data_format": "channels_first",
    "noise_shape": [None, 1],
    "activity_regularizer": "l2",
    "kernel_regularizer": "l1",
    "bias_constraint": "non_neg",
    "alpha_initializer": "ones",
}


def members(registry):
    """The classes of a family, each once."""
    named = map(registry.find, registry.names())
    found = {id(cls): cls for cls in named if inspect.isclass(cls)}
    return sorted((cls for cls in found.values() if cls.__name__ not in ABSTRACT), key=lambda cls: cls.__name__)


def parameters(cls):
    """The named arguments of a class's constructor."""
    found = list(inspect.signature(cls.__init__).parameters.values())[1:]
    return [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]


def arguments(cls):
    given = dict(ARGUMENTS.get(cls.__name__, {}))
    for parameter in parameters(cls):
        if parameter.default is parameter.empty and parameter.name not in given:
            if parameter.name not in REQUIRED:
                pytest.fail(
                    f"{cls.__name__} needs a value for its argument '{parameter.name}': add a row to ARGUMENTS, or to "
                    f"REQUIRED, in {__file__}"
                )
            given[parameter.name] = REQUIRED[parameter.name]
    return {name: value() if getattr(value, "__name__", "") == "<lambda>" else value for name, value in given.items()}


def make(cls):
    return cls(**arguments(cls))


def through_json(value):
    return json.loads(json.dumps(value))


def check_description(made):
    """The description is JSON, and makes an object of the same description."""
    described = through_json(serialize_object(made))
    again = deserialize_object(described)
    assert type(again) is type(made)
    assert through_json(serialize_object(again)) == described
    return again


def check_arguments(cls):
    """Whichever argument is given another value than its default, the description has it."""
    for parameter in parameters(cls):
        value = another(parameter)
        if value is None:
            continue
        try:
            made = cls(**{**arguments(cls), parameter.name: value})
        except (ValueError, TypeError):
            continue  # not one of the values that the class takes
        described = through_json(serialize_object(made))["config"]
        kept = described.get(parameter.name)
        assert kept is not None or parameter.name in described, f"get_config leaves out '{parameter.name}'"
        if isinstance(value, float):
            assert kept == pytest.approx(value, rel=1e-6)
        elif not isinstance(kept, dict):  # a name may have become the description of an object
            assert kept in (value, [value], [value, value])
        check_description(made)


def another(parameter):
    default = parameter.default
    if isinstance(default, bool):
        return not default
    if isinstance(default, (int, float)):
        return default + 1 if isinstance(default, int) else default / 2 or 0.25
    return None if default is parameter.empty else OTHERWISE.get(parameter.name)


def of(registry):
    return pytest.mark.parametrize("cls", members(registry), ids=lambda cls: cls.__name__)


@of(constraints.registry)
def test_constraints(cls):
    check_arguments(cls)
    made = make(cls)
    w = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    np.testing.assert_array_equal(check_description(made)(w), made(w))


@of(regularizers.registry)
def test_regularizers(cls):
    check_arguments(cls)
    made = make(cls)
    w = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")
    assert float(check_description(made)(w)) == float(made(w))


@of(initializers.registry)
def test_initializers(cls):
    check_arguments(cls)
    given = arguments(cls)
    if any(p.name == "seed" for p in parameters(cls)):
        given["seed"] = 5
    made = cls(**given)
    np.testing.assert_array_equal(check_description(made)((4, 4)), made((4, 4)))


@of(schedules.registry)
def test_schedules(cls):
    check_arguments(cls)
    made = make(cls)
    again = check_description(made)
    assert [float(again(step)) for step in range(0, 30, 3)] == [float(made(step)) for step in range(0, 30, 3)]


@of(losses.registry)
def test_losses(cls):
    check_arguments(cls)
    check_description(make(cls))


@of(metrics.registry)
def test_metrics(cls):
    check_arguments(cls)
    made = make(cls)
    again = check_description(made)
    assert [(v.shape, v.dtype) for v in again.variables] == [(v.shape, v.dtype) for v in made.variables]


@of(optimizers.registry)
def test_optimizers(cls, tmp_path):
    check_arguments(cls)
    made = make(cls)
    check_description(made)
    model = models.Sequential([Input((4,)), layers.Dense(3), layers.Dense(1)])
    model.compile(made, "mse")
    x = np.random.default_rng(0).normal(size=(8, 4))
    model.fit(x, x[:, 0], epochs=2, batch_size=4, shuffle=False, verbose=0)
    model.save(tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    for trained in (model, loaded):
        trained.fit(x, x[:, 0], epochs=2, batch_size=4, shuffle=False, verbose=0)
    for left, right in zip(loaded.optimizer.variables, made.variables, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy())
    for left, right in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize(
    "name", [n for n in activations.registry.names() if inspect.isfunction(activations.registry.find(n))]
)
def test_activations(name):
    function = activations.get(name)
    assert activations.get(through_json(activations.serialize(function))) is function
    assert deserialize_object(through_json(serialize_object(function))) is function


@pytest.mark.parametrize("module", [losses, metrics, activations, nnfit.ops], ids=lambda module: module.__name__)
def test_functions_that_are_exported_are_found_again(module):
    for name in module.__all__:
        function = getattr(module, name)
        if inspect.isfunction(function) and function.__name__ == name and name != "get":
            assert deserialize_object(through_json(serialize_object(function))) is function, name


def layer_cases():
    return members(layers.registry)


def called(cls):
    """A functional model with one layer of a class, and data for it."""
    shapes = [INPUTS[cls.__name__]] if cls.__name__ in INPUTS else SHAPES
    refusals = []
    for shape in shapes:
        several = isinstance(shape, list)
        inputs = [Input(s, batch_size=2) for s in (shape if several else [shape])]
        rng = np.random.default_rng(0)
        data = [rng.integers(0, 3, x.shape).astype("float32") for x in inputs]
        try:
            model = models.Model(inputs, make(cls)(inputs if several else inputs[0]))
            model(data, training=True)
        except (ValueError, TypeError) as error:
            refusals.append(f"{shape}: {error}")
            continue
        return model, data
    return pytest.fail(
        f"{cls.__name__} takes none of these inputs; add a row to INPUTS in {__file__}:\n" + "\n".join(refusals)
    )


def flat(outputs):
    return [np.asarray(x) for x in nnfit.tree.flatten(outputs)]


@pytest.mark.parametrize("cls", layer_cases(), ids=lambda cls: cls.__name__)
def test_layers(cls, tmp_path):
    check_arguments(cls)
    check_description(make(cls))
    model, data = called(cls)
    rng = np.random.default_rng(1)
    for weight in model.weights:
        if weight.dtype.startswith("float"):
            weight.assign(np.abs(rng.normal(size=weight.shape)))
    flat(model(data, training=True))  # uses up random numbers, and changes running means
    model.save(tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    for training in (False, True, False):
        random.set_random_seed(3)
        expected = flat(model(data, training=training))
        random.set_random_seed(3)
        for left, right in zip(flat(loaded(data, training=training)), expected, strict=True):
            np.testing.assert_array_equal(left, right)
    for left, right in zip(loaded.variables, model.variables, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy())


@of(models.registry)
def test_models(cls):
    x = Input((4,))
    made = {
        "Functional": lambda: models.Model(x, layers.Dense(2)(x)),
        "Sequential": lambda: models.Sequential([x, layers.Dense(2)]),
    }
    if cls.__name__ not in made:
        pytest.fail(f"{cls.__name__} needs a row in {__file__}")
    model = made[cls.__name__]()
    assert type(models.model_from_json(model.to_json())) is type(model) is cls
