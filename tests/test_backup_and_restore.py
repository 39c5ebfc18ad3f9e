"""BackupAndRestore: an interrupted run ends as one that was not."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import nnfit
from nnfit import layers
from nnfit.callbacks import BackupAndRestore, Callback

X = np.random.default_rng(0).normal(size=(50, 4)).astype("float32")
Y = X @ np.array([1.0, -1.0, 0.5, 0.0], "float32")


class Crash(Callback):
    """Raises, as a failing machine would stop, at a batch of an epoch."""

    def __init__(self, epoch, batch):
        super().__init__()
        self.at = (epoch, batch)

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch) == self.at:
            raise KeyboardInterrupt


def made():
    model = nnfit.Sequential([nnfit.Input((4,)), layers.Dense(6, "relu"), layers.Dropout(0.3), layers.Dense(1)])
    model.compile(nnfit.optimizers.Adam(nnfit.optimizers.schedules.ExponentialDecay(0.01, 5, 0.9)), "mse")
    return model


def batches():
    return [(X[i : i + 10], Y[i : i + 10]) for i in range(0, 50, 10)]


SOURCES = {
    "arrays": lambda: ((X, Y), {"batch_size": 10}),
    "arrays whose passes are longer than epochs": lambda: ((X, Y), {"batch_size": 10, "steps_per_epoch": 3}),
    "batches": lambda: ((batches(),), {}),
    "batches of a pass longer than epochs": lambda: ((batches(),), {"steps_per_epoch": 3}),
}


def fit(model, source, *callbacks, epochs=4):
    data, options = SOURCES[source]()
    return model.fit(*data, epochs=epochs, verbose=0, callbacks=list(callbacks), **options)


def whole(source, **options):
    """A run without interruption."""
    nnfit.utils.set_random_seed(3)
    model = made()
    return model, fit(model, source, **options)


def interrupted(source, crash, folder, **options):
    """A run that crashes, and then another one from new objects and other random numbers."""
    nnfit.utils.set_random_seed(3)
    with pytest.raises(KeyboardInterrupt):
        fit(made(), source, BackupAndRestore(folder, **options), crash)
    nnfit.utils.set_random_seed(99)
    model = made()
    history = fit(model, source, BackupAndRestore(folder, **options))
    return model, history


def assert_same(resumed, complete):
    for left, right in zip(resumed.variables, complete.variables, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy())
    for left, right in zip(resumed.optimizer.variables, complete.optimizer.variables, strict=True):
        np.testing.assert_array_equal(left.numpy(), right.numpy())


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(("crash", "save_freq"), [((2, 1), "epoch"), ((1, 2), 1), ((2, 1), 4), ((0, 1), 1)])
def test_a_resumed_run_ends_with_the_same_bits(source, crash, save_freq, tmp_path):
    complete, history = whole(source)
    resumed, again = interrupted(source, Crash(*crash), tmp_path / "backup", save_freq=save_freq)
    assert_same(resumed, complete)
    assert again.epoch == history.epoch
    if save_freq == "epoch":
        assert again.history == history.history
    assert not (tmp_path / "backup").exists()


def test_a_crash_before_the_first_backup_starts_anew(tmp_path):
    resumed, history = interrupted("arrays", Crash(0, 1), tmp_path / "backup")
    assert history.epoch == [0, 1, 2, 3]
    assert int(resumed.optimizer.iterations) == 20


def test_a_run_that_is_done_has_nothing_left_to_do(tmp_path):
    complete, history = whole("arrays")
    nnfit.utils.set_random_seed(3)
    fit(made(), "arrays", BackupAndRestore(tmp_path, delete_checkpoint=False))
    model = made()
    again = fit(model, "arrays", BackupAndRestore(tmp_path, delete_checkpoint=False))
    assert_same(model, complete)
    assert again.history == history.history
    longer = made()
    assert fit(longer, "arrays", BackupAndRestore(tmp_path), epochs=6).epoch == [0, 1, 2, 3, 4, 5]
    assert int(longer.optimizer.iterations) == 30
    assert list(tmp_path.parent.glob(tmp_path.name)) == []


def test_the_backup_before_a_damaged_one_is_taken(tmp_path):
    nnfit.utils.set_random_seed(3)
    with pytest.raises(KeyboardInterrupt):
        fit(made(), "arrays", BackupAndRestore(tmp_path, double_checkpoint=True), Crash(3, 1))
    content = (tmp_path / "training_state").read_bytes()
    (tmp_path / "training_state").write_bytes(content[:-9])
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "training_state").write_bytes(content[:-9])
    with pytest.raises(ValueError, match="training_state' is no safetensors file, or a damaged one"):
        fit(made(), "arrays", BackupAndRestore(tmp_path / "other"))
    resumed = made()
    with pytest.warns(UserWarning, match="The backup before it is taken"):
        fit(resumed, "arrays", BackupAndRestore(tmp_path, double_checkpoint=True))
    assert_same(resumed, whole("arrays")[0])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other"]


def test_a_backup_of_another_model_is_refused(tmp_path):
    fit(made(), "arrays", BackupAndRestore(tmp_path, delete_checkpoint=False))
    other = nnfit.Sequential([nnfit.Input((4,)), layers.Dense(1)])
    other.compile("sgd", "mse")
    with pytest.raises(ValueError, match=r"\[BackupAndRestore\] '.*training_state' does not fit the model"):
        fit(other, "arrays", BackupAndRestore(tmp_path))


@pytest.mark.parametrize(("arguments", "words"), [
    (("",), "expected a folder for backup_dir"), (("x", 0), "expected save_freq to be 'epoch' or a number of batches"),
])  # fmt: skip
def test_wrong_arguments(arguments, words):
    with pytest.raises(ValueError, match=words):
        BackupAndRestore(*arguments)


PROGRAM = """
import os, signal, sys
sys.path.insert(0, os.path.dirname(sys.argv[2]))
import numpy as np, nnfit
import test_backup_and_restore as shared

class Die(nnfit.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == int(sys.argv[3]):
            os.kill(os.getpid(), signal.SIGKILL)

nnfit.utils.set_random_seed(3)
model = shared.made()
shared.fit(model, "arrays", nnfit.callbacks.BackupAndRestore(sys.argv[1] + "/backup"), Die())
np.savez(sys.argv[1] + "/weights.npz", *model.get_weights())
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_process_is_taken_up_by_another(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    codes = [
        subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path), __file__, str(last)], env=environment).returncode
        for last in (1, 2, 9)
    ]
    assert codes == [-signal.SIGKILL, -signal.SIGKILL, 0]
    complete, _ = whole("arrays")
    for left, right in zip(np.load(tmp_path / "weights.npz").values(), complete.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)
