"""Train on the digits with a loop of one's own: gradients from a tape, once eagerly and once as a planned function."""

import time

import numpy as np

import nnfit
from nnfit import layers, ops

EPOCHS = 10
BATCH_SIZE = 32

(x_train, y_train), (x_test, y_test) = nnfit.datasets.digits.load_data()
x_train = x_train.reshape(-1, 64).astype("float32") / 16
x_test = x_test.reshape(-1, 64).astype("float32") / 16


def train(planned: bool) -> None:
    """Train a new model and report its accuracy and the time per step."""
    nnfit.utils.set_random_seed(0)
    model = nnfit.Sequential([nnfit.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Dense(10)])
    optimizer = nnfit.optimizers.Adam(learning_rate=3e-3)
    loss_of = nnfit.losses.SparseCategoricalCrossentropy(from_logits=True)

    def step(x, y):
        with nnfit.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_weights)
        optimizer.apply_gradients(zip(gradients, model.trainable_weights, strict=True))
        return loss

    if planned:
        step = nnfit.function(step)
    order = np.random.default_rng(0)
    steps = 0
    start = time.perf_counter()
    for _ in range(EPOCHS):
        shuffled = order.permutation(len(x_train))
        for batch in np.split(shuffled, range(BATCH_SIZE, len(shuffled), BATCH_SIZE)):
            loss = step(x_train[batch], y_train[batch])
            steps += 1
    seconds = time.perf_counter() - start
    accuracy = float(np.mean(ops.argmax(model(x_test), axis=-1).numpy() == y_test))
    kind = "planned" if planned else "eager"
    print(f"{kind}: loss {float(loss):.4f}, test accuracy {accuracy:.2%}, {1e6 * seconds / steps:.0f} µs per step")


train(planned=False)
train(planned=True)
