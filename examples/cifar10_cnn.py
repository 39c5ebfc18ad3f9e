"""Train a small convolutional network on CIFAR-10, with augmentation, batch normalisation and a cosine schedule."""

import argparse
import time

import nnfit
from nnfit import layers

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--batch-size", type=int, default=128)
options = parser.parse_args()

nnfit.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = nnfit.datasets.cifar10.load_data()
print(f"{len(x_train)} training images, {len(x_test)} test images")

# Bytes go in; scaling and augmentation are part of the model, and so of the planned step.
inputs = nnfit.Input(shape=(32, 32, 3), dtype="uint8")
x = layers.Rescaling(1 / 127.5, offset=-1.0)(inputs)
x = layers.RandomFlip("horizontal")(x)
x = layers.RandomTranslation(4 / 32, 4 / 32, interpolation="nearest")(x)
for filters in (32, 64, 128):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.MaxPooling2D()(x)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.3)(x)
model = nnfit.Model(inputs, layers.Dense(10)(x))
model.summary()

steps = options.epochs * -(-len(x_train) // options.batch_size)
warmup = steps // 10
model.compile(
    optimizer=nnfit.optimizers.SGD(
        nnfit.optimizers.schedules.CosineDecay(0.0, steps - warmup, warmup_target=0.1, warmup_steps=warmup),
        momentum=0.9,
    ),
    loss=nnfit.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
start = time.perf_counter()
history = model.fit(
    x_train, y_train, batch_size=options.batch_size, epochs=options.epochs, validation_data=(x_test, y_test), verbose=2
).history
print(f"trained in {time.perf_counter() - start:.0f} s")
for epoch, (train, test) in enumerate(zip(history["accuracy"], history["val_accuracy"], strict=True), start=1):
    print(f"epoch {epoch:3d}  training {train:.3f}  test {test:.3f}  {'#' * round(50 * test)}")
