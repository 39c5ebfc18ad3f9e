"""Train a network of three dense layers on MNIST with `fit`, and measure it on the test data."""

import nnfit
from nnfit import layers

(x_train, y_train), (x_test, y_test) = nnfit.datasets.mnist.load_data()
x_train = x_train.reshape(-1, 784).astype("float32") / 255
x_test = x_test.reshape(-1, 784).astype("float32") / 255

inputs = nnfit.Input(shape=(784,), name="digits")
x = layers.Dense(64, activation="relu", name="dense_1")(inputs)
x = layers.Dense(64, activation="relu", name="dense_2")(x)
outputs = layers.Dense(10, name="predictions")(x)
model = nnfit.Model(inputs, outputs)
model.summary()

model.compile(
    optimizer=nnfit.optimizers.RMSprop(learning_rate=1e-3),
    loss=nnfit.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(x_train, y_train, batch_size=64, epochs=3, validation_split=1 / 6)
print("loss by epoch:", history.history["loss"])
print("test loss and accuracy:", model.evaluate(x_test, y_test, batch_size=128, verbose=0))
print("first test images are taken for:", model.predict(x_test[:5], verbose=0).argmax(axis=1))
