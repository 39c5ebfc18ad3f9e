"""One helper that checks all that any layer must do."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from nnfit import layers, ops, tree
from nnfit.function import function
from nnfit.gradient_tape import GradientTape
from nnfit.masks import get_mask, set_mask
from nnfit.models import Model
from nnfit.symbolic import KerasTensor


def sample(shape: Any, dtype: str = "float32", seed: int = 0, batch: int = 2) -> Any:
    """Values for a structure of input shapes, `None` standing for the batch, away from the kinks of activations."""
    rng = np.random.default_rng(seed)
    if isinstance(shape, list):
        return [sample(s, dtype, seed + i, batch) for i, s in enumerate(shape)]
    sizes = [batch if size is None else size for size in shape]
    if dtype.startswith("float"):
        return (rng.choice([-1.0, 1.0], sizes) * rng.uniform(0.1, 2.0, sizes)).astype(dtype)
    return rng.integers(0, 5, sizes).astype(dtype)


def run_layer_test(
    cls: type,
    init: dict[str, Any],
    input_shape: Any,
    expected_output_shape: Any,
    *,
    input_dtype: str = "float32",
    weights: int = 0,
    trainable_weights: int | None = None,
    seed_generators: int = 0,
    losses: int = 0,
    supports_masking: bool = True,
    differentiable: bool = True,
) -> Any:
    """Checks a layer: configuration, shapes, weights, gradients, masks, and that planned equals eager.

    Args:
        cls: The layer's class.
        init: Its constructor's arguments.
        input_shape: Shape with `None` for the batch, or a list of shapes.
        expected_output_shape: Likewise.
        input_dtype: Dtype of the inputs.
        weights: How many weights it has.
        trainable_weights: How many of them are trainable; all by default.
        seed_generators: How many seed generators it has.
        losses: How many losses a call adds.
        supports_masking: Whether it hands masks on.
        differentiable: Whether gradients flow through it.

    Returns:
        The layer, built.
    """
    x = sample(input_shape, input_dtype)
    check_config(cls, init)
    layer = cls(**init)
    y = check_shapes(layer, x, input_shape, expected_output_shape, input_dtype)
    assert len(layer.weights) == weights
    assert len(layer.trainable_weights) == (weights if trainable_weights is None else trainable_weights)
    assert len(layer.variables) == weights + seed_generators
    assert len(layer.losses) == losses
    check_model(layer, x, y, input_shape, input_dtype)
    np.testing.assert_allclose(function(layer)(x).numpy(), y, rtol=1e-6, atol=1e-6)
    if differentiable:
        check_gradients(cls, init, sample(input_shape, "float64"))
    assert layer.supports_masking is supports_masking
    if supports_masking and not isinstance(input_shape, list) and cls.compute_mask is layers.Layer.compute_mask:
        check_mask(layer, x)
    return layer


def check_config(cls: type, init: dict[str, Any]) -> None:
    layer = cls(**init)
    config = layer.get_config()
    text = json.loads(json.dumps(config))
    assert {"name", "trainable", "dtype"} <= set(text)
    again = cls.from_config(text)
    assert json.loads(json.dumps(again.get_config())) == text
    described = json.loads(json.dumps(layers.serialize(layer)))
    assert described["module"] == "nnfit.layers"
    revived = layers.deserialize(described)
    assert type(revived) is cls
    assert json.loads(json.dumps(revived.get_config())) == text
    assert set(vars(revived)) == set(vars(layer))


def check_shapes(layer: Any, x: Any, input_shape: Any, expected: Any, dtype: str) -> np.ndarray:
    """Inferred shapes and dtypes against those of real outputs, for two batch sizes."""
    symbolic = tree.map_structure(lambda a: KerasTensor((None, *a.shape[1:]), dtype), x)
    inferred = layer(symbolic)
    assert inferred.shape == tuple(expected)
    assert tuple(layer.compute_output_shape(input_shape)) == tuple(expected)
    assert layer.built
    for batch in (2, 5):
        y = layer(sample(input_shape, dtype, batch=batch))
        assert y.shape == tuple(batch if size is None else size for size in expected)
        assert y.dtype == inferred.dtype
    return layer(x).numpy()


def check_model(layer: Any, x: Any, y: np.ndarray, input_shape: Any, dtype: str) -> None:
    """The layer within a functional model, and within the model that its configuration makes."""
    inputs = tree.map_structure(lambda a: layers.Input(a.shape[1:], dtype=dtype), x)
    model = Model(inputs, layer(inputs))
    np.testing.assert_allclose(model(x).numpy(), y, rtol=1e-6, atol=1e-6)
    again = Model.from_config(json.loads(json.dumps(model.get_config())))
    again.set_weights(model.get_weights())
    np.testing.assert_allclose(again(x).numpy(), y, rtol=1e-6, atol=1e-6)


def check_gradients(cls: type, init: dict[str, Any], x: Any, training: bool | None = None) -> None:
    """The tape against central differences in float64, along one direction of weights and inputs; then one step."""
    layer = cls(**{**init, "dtype": "float64"})
    inputs = [ops.convert_to_tensor(a) for a in tree.flatten(x)]
    rebuild = lambda values: values if isinstance(x, list) else values[0]  # noqa: E731
    scale = sample(layer(rebuild(inputs)).shape, "float64", seed=9)

    def loss(values: list[Any]) -> Any:
        return ops.sum(layer(rebuild(values), training=training) * scale)

    weights = layer.trainable_weights
    with GradientTape() as tape:
        tape.watch(inputs)
        value = loss(inputs)
    gradients = tape.gradient(value, [*inputs, *weights])
    assert all(gradient is not None for gradient in gradients)
    rng = np.random.default_rng(1)
    directions = [rng.standard_normal(tuple(g.shape)) for g in gradients]
    slope = sum(float(np.sum(g.numpy() * d)) for g, d in zip(gradients, directions, strict=True))
    start = [w.numpy().copy() for w in weights]

    def moved(step: float) -> float:
        for w, s, d in zip(weights, start, directions[len(inputs) :], strict=True):
            w.assign(s + step * d)
        shifted = [a.numpy() + step * d for a, d in zip(inputs, directions, strict=False)]
        return float(loss([ops.convert_to_tensor(a) for a in shifted]))

    numeric = (moved(1e-6) - moved(-1e-6)) / 2e-6
    np.testing.assert_allclose(slope, numeric, rtol=1e-6, atol=1e-6)
    for w, s, g in zip(weights, start, gradients[len(inputs) :], strict=True):
        w.assign(s - 1e-4 * g.numpy())
    if weights:
        assert float(loss(inputs)) < float(value)


def check_mask(layer: Any, x: Any) -> None:
    """The mask of the input comes out unless the layer makes one of its own."""
    tensor = ops.convert_to_tensor(x)
    mask = ops.convert_to_tensor(np.arange(len(x)) % 2 == 0)
    mask = ops.reshape(mask, (len(x), *[1] * (tensor.ndim - 1)))
    set_mask(tensor, mask)
    assert get_mask(layer(tensor)) is mask
