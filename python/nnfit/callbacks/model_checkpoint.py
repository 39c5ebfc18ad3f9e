"""ModelCheckpoint: saves the model as it is trained."""

from __future__ import annotations

import contextlib
import os
from typing import Any

from nnfit.callbacks.batch_count import BatchCount
from nnfit.callbacks.monitor_callback import MonitorCallback


class ModelCheckpoint(MonitorCallback):
    """Saves the model, or its weights, after each epoch or each so many batches.

    Each save is one file that `nnfit.models.load_model` (or `load_weights`) reads; what is being replaced stays until
    the new file is whole.

    Args:
        filepath: Where to, with any suffix or none. `{epoch}`, `{batch}` (both counted from 1) and the names of the
            logs are filled in: `"run/{epoch:02d}-{val_loss:.3f}"`.
        monitor: What `save_best_only` goes by. Defaults to `"val_loss"`.
        verbose: 1 to print a line at each save. Defaults to 0.
        save_best_only: Whether to save only when `monitor` is better than ever before. Defaults to `False`.
        save_weights_only: Whether to save with `save_weights` in place of `save`. Defaults to `False`.
        mode: `"min"`, `"max"`, or `"auto"`: whether lower or higher is better is told by the name.
        save_freq: `"epoch"`, or a number of batches. Saving by batches needs to be told of each batch, which is slower.
        initial_value_threshold: What `monitor` must be better than at first. Defaults to anything.
        keep_last: How many of the files that this callback writes to keep; the oldest are deleted. Defaults to all.

    Raises:
        ValueError: For a path that is a folder, a `save_freq` or `keep_last` that is no positive int, an unknown mode;
            in training, if the logs lack `monitor` or a name in `filepath`.

    Example:
        >>> import os, tempfile
        >>> folder = tempfile.mkdtemp()
        >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
        >>> model.compile(loss="mse")
        >>> checkpoint = nnfit.callbacks.ModelCheckpoint(os.path.join(folder, "model_{epoch}"), keep_last=2)
        >>> _ = model.fit(np.zeros((8, 4)), np.zeros(8), epochs=3, verbose=0, callbacks=[checkpoint])
        >>> sorted(os.listdir(folder))
        ['model_2', 'model_3']
    """

    def __init__(
        self,
        filepath: Any,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
        keep_last: int | None = None,
    ) -> None:
        super().__init__(monitor, mode, initial_value_threshold)
        self.filepath: str = os.fspath(filepath)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = save_freq
        self.keep_last = keep_last
        if os.path.isdir(self.filepath):
            raise ValueError(f"[ModelCheckpoint] expected the path of a file; '{self.filepath}' is a folder.")
        if save_freq != "epoch":
            _check_positive("save_freq to be 'epoch' or a number of batches", save_freq)
            self._count = BatchCount(int(save_freq))
            # On the instance: who does not listen to batches does not slow them down.
            self.on_train_batch_end = self._batch_ended  # type: ignore[method-assign]
        if keep_last is not None:
            _check_positive("keep_last to be None or a number of files", keep_last)
        self._epoch = 0
        self._written: list[str] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Notes the epoch."""
        self._epoch = epoch
        if self.save_freq != "epoch":
            self._count.begin_epoch()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Saves, unless it is done by batches."""
        if self.save_freq == "epoch":
            self._save_if_due(epoch, None, logs)

    def _batch_ended(self, batch: int, logs: Any = None) -> None:
        if self._count.is_due(batch):
            self._save_if_due(self._epoch, batch, logs)

    def _save_if_due(self, epoch: int, batch: int | None, logs: Any) -> None:
        verdict = ""
        if self.save_best_only:
            current = self._monitored(logs)
            if current is None:
                return
            before = "nothing" if self.best is None else f"{self.best:.5f}"
            if not self._is_improvement(current, self.best):
                self._say(epoch, f"{self.monitor} did not improve from {before}")
                return
            self.best = current
            verdict = f"{self.monitor} improved from {before} to {current:.5f}, "
        path = self._path(epoch, batch, logs or {})
        self._say(epoch, f"{verdict}saving model to {path}")
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)
        self._forget_oldest(path)

    def _path(self, epoch: int, batch: int | None, logs: Any) -> str:
        names = {"epoch": epoch + 1, **({} if batch is None else {"batch": batch + 1}), **logs}
        try:
            return self.filepath.format(**names)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(
                f"[ModelCheckpoint] cannot fill in the path '{self.filepath}' ({error!r}). There are {sorted(names)}; "
                "write '{{' for a brace."
            ) from error

    def _forget_oldest(self, path: str) -> None:
        self._written = [*(known for known in self._written if known != path), path]
        if self.keep_last is None:
            return
        for old in self._written[: -self.keep_last]:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(old)
        self._written = self._written[-self.keep_last :]

    def _say(self, epoch: int, text: str) -> None:
        if self.verbose:
            print(f"\nEpoch {epoch + 1}: {text}", flush=True)


def _check_positive(what: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"[ModelCheckpoint] expected {what} of at least 1; got {value!r}.")
