"""CSVLogger: writes the logs of each epoch to a file."""

from __future__ import annotations

import csv
import io
import os
from typing import IO, Any

from nnfit.callbacks.callback import Callback


class CSVLogger(Callback):
    """Writes the logs of each epoch to a file, as a line of values separated by commas below a line of names.

    The names are `epoch`, counted from 0, and those of the first epoch's logs in alphabetical order. A line is on disk
    when its epoch ends. What an epoch's logs lack is `NA`.

    Args:
        filename: The file.
        separator: What stands between values. Defaults to `","`.
        append: Whether to add to what the file has, under the names that it has. Defaults to `False`: begin it anew.

    Raises:
        OSError: If the file cannot be written.
        ValueError: In training, if the names that the file has lack some of the logs'.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp(), "log.csv")
        >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
        >>> model.compile(loss="mse")
        >>> logger = nnfit.callbacks.CSVLogger(path)
        >>> _ = model.fit(np.zeros((8, 4)), np.zeros(8), epochs=2, verbose=0, callbacks=[logger])
        >>> print(path.read_text().strip())
        epoch,loss
        0,0.0
        1,0.0
    """

    def __init__(self, filename: Any, separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename: str = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.keys: list[str] | None = None
        self._file: IO[str] | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Opens the file."""
        self._close()
        self.keys = None
        complete = True
        if self.append and os.path.exists(self.filename):
            with open(self.filename, newline="", encoding="utf-8") as file:
                text = file.read()
            complete = not text or text.endswith("\n")
            header = next(csv.reader(io.StringIO(text), delimiter=self.sep), [])
            self.keys = header[1:] or None
        self._file = open(self.filename, "a" if self.append else "w", newline="", encoding="utf-8")  # noqa: SIM115
        if not complete:  # whoever wrote it was stopped in a line
            self._file.write("\n")

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Writes the line."""
        logs = logs or {}
        if self.keys is None:
            self.keys = self._names(logs)
            self._write(["epoch", *self.keys])
        if missing := sorted(set(logs) - set(self.keys)):
            raise ValueError(
                f"[CSVLogger] '{self.filename}' has no columns for {missing}; it has {self.keys}. Write to another "
                "file, or begin this one anew with append=False."
            )
        self._write([epoch, *(_text(logs.get(key, "NA")) for key in self.keys)])

    def on_train_end(self, logs: Any = None) -> None:
        """Closes the file."""
        self._close()

    def on_interrupted(self) -> None:
        """Closes the file."""
        self._close()

    def _names(self, logs: Any) -> list[str]:
        names = sorted(logs)
        if self.params.get("do_validation") and not any(name.startswith("val_") for name in names):
            names += [f"val_{name}" for name in names if name != "learning_rate"]  # of epochs that are validated
        return names

    def _write(self, row: list[Any]) -> None:
        assert self._file is not None
        line = io.StringIO()
        csv.writer(line, delimiter=self.sep).writerow(row)
        self._file.write(line.getvalue())  # whole lines, however the process ends
        self._file.flush()
        os.fsync(self._file.fileno())

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _text(value: Any) -> Any:
    """Lists as one quoted field."""
    if isinstance(value, str) or not hasattr(value, "__iter__"):
        return value
    return f"[{', '.join(map(str, value))}]"
