"""Ten training steps of a small residual network with batch normalization, and its predictions after them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from . import inputs
from .precision import floatx
from .store import Results
from .training import digest

FILE = "residual.npz"
STEPS, BATCH, SIZE, CLASSES = 10, 8, 8, 4

# Rates and constants are powers of two, or sums of some, which float32 has: TensorFlow rounds them to it.
OPTIMIZER = {"learning_rate": 2**-5, "momentum": 0.875}
NORMALIZATION = {"momentum": 0.875, "epsilon": 2**-10}


def _normalized(library: ModuleType, x: Any, filters: int, kernel_size: int, strides: int = 1) -> Any:
    convolution = library.layers.Conv2D(filters, kernel_size, strides=strides, padding="same", use_bias=False)
    return library.layers.BatchNormalization(**NORMALIZATION)(convolution(x))


def _block(library: ModuleType, x: Any, filters: int, strides: int, activation: str) -> Any:
    """Two convolutions beside a shortcut, which has one of its own where the shape changes."""
    layers = library.layers
    y = layers.Activation(activation)(_normalized(library, x, filters, 3, strides))
    y = _normalized(library, y, filters, 3)
    shortcut = x if strides == 1 else _normalized(library, x, filters, 1, strides)
    return layers.Activation(activation)(layers.Add()([y, shortcut]))


def _model(library: ModuleType, activation: str) -> Any:
    layers = library.layers
    images = library.Input(shape=(SIZE, SIZE, 3))
    x = layers.Activation(activation)(_normalized(library, images, 6, 3))
    x = layers.MaxPooling2D(2, strides=1, padding="same")(x)
    x = _block(library, x, 6, 1, activation)
    x = _block(library, x, 10, 2, activation)
    model = library.Model(images, layers.Dense(CLASSES)(layers.GlobalAveragePooling2D()(x)))
    values = inputs.weights_away_from_zero([w.shape for w in model.get_weights()], 80)
    positive = [w.name.endswith("variance") for w in model.weights]
    model.set_weights([np.abs(v) if p else v for v, p in zip(values, positive, strict=True)])
    return model


def _train(library: ModuleType, dtype: str, *, activation: str) -> Results:
    with floatx(library, dtype):
        model = _model(library, activation)
        model.compile(
            optimizer=library.optimizers.SGD(**OPTIMIZER),
            loss=library.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        x = inputs.uniform((STEPS * BATCH, SIZE, SIZE, 3), 81, -1.0, 1.0).astype(dtype)
        y = inputs.labels(STEPS * BATCH, CLASSES, 82)
        batches = [slice(start, start + BATCH) for start in range(0, STEPS * BATCH, BATCH)]
        losses = [float(model.train_on_batch(x[batch], y[batch])) for batch in batches]
        weights = [np.asarray(w, np.float64) for w in model.get_weights()]
        prediction = np.asarray(model.predict(x[:BATCH], verbose=0), np.float64)
    return digest({"loss": np.array(losses), **{f"weight_{i}": w for i, w in enumerate(weights)}}) | {
        "prediction": prediction
    }


# The smooth one tells rounding from mistakes where a kink could decide.
CASES: dict[str, Callable[[ModuleType, str], Results]] = {
    activation: partial(_train, activation=activation) for activation in ("relu", "tanh")
}
