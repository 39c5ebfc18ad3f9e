"""Train on the digits, keep models as files, and go on from a backup after an interruption."""

import tempfile
from pathlib import Path

import nnfit
from nnfit import layers
from nnfit.callbacks import BackupAndRestore, Callback, ModelCheckpoint

EPOCHS = 12

(x_train, y_train), (x_test, y_test) = nnfit.datasets.digits.load_data()
x_train = x_train.reshape(-1, 64).astype("float32") / 16
x_test = x_test.reshape(-1, 64).astype("float32") / 16


class PowerCut(Callback):
    """Stops training as nobody wants it: in the middle."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == EPOCHS // 2:
            raise KeyboardInterrupt


def train(folder: Path, *callbacks: Callback) -> nnfit.Model:
    """Train a model, or go on with one whose training was interrupted."""
    model = nnfit.Sequential(
        [nnfit.Input(shape=(64,)), layers.Dense(64, activation="relu"), layers.Dropout(0.2), layers.Dense(10)]
    )
    loss = nnfit.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(nnfit.optimizers.Adam(3e-3), loss, metrics=["accuracy"])
    checkpoint = ModelCheckpoint(folder / "model_{epoch:02d}_{val_accuracy:.3f}", keep_last=2, verbose=1)
    callbacks = (BackupAndRestore(folder / "backup"), checkpoint, *callbacks)
    model.fit(x_train, y_train, epochs=EPOCHS, validation_data=(x_test, y_test), callbacks=callbacks, verbose=0)
    return model


with tempfile.TemporaryDirectory() as name:
    try:
        train(Path(name), PowerCut())
    except KeyboardInterrupt:
        print(f"\nInterrupted after {EPOCHS // 2} epochs; once more:")
    model = train(Path(name))
    print(f"\n{len(model.history.epoch)} epochs, {int(model.optimizer.iterations)} steps")
    for path in sorted(Path(name).glob("model_*"))[-2:]:
        loaded = nnfit.models.load_model(path)
        print(f"{path.name}: {loaded.evaluate(x_test, y_test, verbose=0, return_dict=True)}")
