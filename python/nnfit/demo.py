"""The demonstration behind `python -m nnfit demo`."""

from __future__ import annotations

import time

import nnfit
from nnfit import layers


def train_on_digits(epochs: int = 30, seed: int = 0) -> float:
    """Train a small network on the embedded digits, with validation, and print its accuracy on the test data.

    Args:
        epochs: Passes over the training data.
        seed: Seed of the initial weights and of the shuffles.

    Returns:
        The share of the test images that the trained network tells right, 0 to 1.
    """
    nnfit.utils.set_random_seed(seed)
    (x_train, y_train), (x_test, y_test) = nnfit.datasets.digits.load_data()

    model = nnfit.Sequential(
        [
            nnfit.Input(shape=(8, 8)),
            layers.Rescaling(1 / 16),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(256, activation="relu"),
            layers.Dense(10),
        ],
        name="digits",
    )
    model.summary()
    model.compile(
        optimizer="adam",
        loss=nnfit.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )

    start = time.perf_counter()
    model.fit(x_train, y_train, batch_size=32, epochs=epochs, validation_split=0.1)
    seconds = time.perf_counter() - start
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    print(f"Test accuracy {accuracy:.2%} on {len(x_test)} images, after {epochs} epochs in {seconds:.2f} s.")
    return float(accuracy)
