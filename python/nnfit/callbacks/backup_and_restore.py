"""BackupAndRestore: a run that is interrupted goes on where it was."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import numpy as np

from nnfit.callbacks.batch_count import BatchCount
from nnfit.callbacks.callback import Callback
from nnfit.warn import warn


class BackupAndRestore(Callback):
    """Backs up the state of training, so that after an interruption the same call of `fit` goes on where it was.

    The state is the weights, the optimizer's variables, the states of all random generators, the logs so far, and the
    place in the data. From arrays, and from other sources whose order follows from these generators, the resumed run
    gives the same bits as one that was not interrupted. What other callbacks remember is not backed up. After a backup
    in the middle of an epoch, the logs of that epoch are those of its rest.

    Args:
        backup_dir: Folder for the backup. It must be of this run alone.
        save_freq: `"epoch"`, or a number of batches. Being told of each batch makes training slower.
        double_checkpoint: Whether to keep the backup before the last one as well, for when the last is damaged.
        delete_checkpoint: Whether to delete the backup when training has come to its end. Defaults to `True`.

    Raises:
        ValueError: For an empty `backup_dir` or another `save_freq`; in training, if the backup is of another model.

    Example:
        >>> import tempfile
        >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
        >>> model.compile(loss="mse")
        >>> backup = nnfit.callbacks.BackupAndRestore(tempfile.mkdtemp())
        >>> _ = model.fit(np.zeros((8, 4)), np.zeros(8), epochs=2, verbose=0, callbacks=[backup])
    """

    def __init__(
        self,
        backup_dir: Any,
        save_freq: str | int = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        if not backup_dir:
            raise ValueError("[BackupAndRestore] expected a folder for backup_dir; got an empty path.")
        self.backup_dir: str = os.fspath(backup_dir)
        self.save_freq = save_freq
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        if save_freq != "epoch":
            if isinstance(save_freq, bool) or not isinstance(save_freq, int) or save_freq < 1:
                raise ValueError(
                    f"[BackupAndRestore] expected save_freq to be 'epoch' or a number of batches; got {save_freq!r}."
                )
            self._count = BatchCount(save_freq)
            # On the instance: who does not listen to batches does not slow them down.
            self.on_train_batch_end = self._batch_ended  # type: ignore[method-assign]
        self._path = os.path.join(self.backup_dir, "training_state")
        self._epoch = 0
        self._begin_batch = 0
        self._logs: list[list[Any]] = []  # pairs of epoch and logs
        self._resumed_logs: list[list[Any]] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Restores the state, if there is a backup."""
        self._logs = []
        self._begin_batch = 0
        progress = self._restored()
        if progress is not None:
            self._logs = self._resumed_logs = progress["logs"]
            self._begin_batch = progress["position"]["done"]
            self.model._resume_training(progress["epoch"], progress["position"])

    def on_train_end(self, logs: Any = None) -> None:
        """Deletes the backup."""
        self._hand_on_logs()
        if self.delete_checkpoint:
            for path in (self._path, self._previous):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
            with contextlib.suppress(OSError):  # there are other files
                os.rmdir(self.backup_dir)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Notes the epoch."""
        self._hand_on_logs()
        self._epoch = epoch
        if self.save_freq != "epoch":
            self._count.begin_epoch(self._begin_batch)
        self._begin_batch = 0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Saves, unless it is done by batches."""
        self._logs.append([epoch, {name: np.asarray(value).tolist() for name, value in (logs or {}).items()}])
        if self.save_freq == "epoch":
            self._save(epoch + 1, within_epoch=False)

    @property
    def _previous(self) -> str:
        return f"{self._path}.previous"

    def _batch_ended(self, batch: int, logs: Any = None) -> None:
        if self._count.is_due(batch):
            self._save(self._epoch, within_epoch=True)

    def _save(self, epoch: int, within_epoch: bool) -> None:
        from nnfit.saving.training_state import write_training_state

        if self.double_checkpoint and os.path.exists(self._path):
            os.replace(self._path, self._previous)
        position = self.model._training_position(within_epoch)
        write_training_state(self._path, self.model, {"epoch": epoch, "position": position, "logs": self._logs})

    def _restored(self) -> Any:
        from nnfit.saving.training_state import read_training_state

        paths = [path for path in (self._path, self._previous) if os.path.exists(path)]
        for path in paths:
            try:
                return read_training_state(path, self.model, "BackupAndRestore")
            except ValueError as error:
                if path == paths[-1]:
                    raise
                warn(f"{error} The backup before it is taken.")
        return None

    def _hand_on_logs(self) -> None:
        # Not before: when training begins, the history starts anew.
        for epoch, logs in self._resumed_logs:
            self.model.history.on_epoch_end(epoch, logs)
        self._resumed_logs = []
