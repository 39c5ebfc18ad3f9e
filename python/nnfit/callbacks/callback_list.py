"""CallbackList: several callbacks told as one."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from nnfit.callbacks.callback import Callback
from nnfit.callbacks.history import History
from nnfit.callbacks.progbar_logger import ProgbarLogger

_BATCH_HOOKS = {
    "on_train_batch_begin": ("on_train_batch_begin", "on_batch_begin"),
    "on_train_batch_end": ("on_train_batch_end", "on_batch_end"),
    "on_test_batch_begin": ("on_test_batch_begin",),
    "on_test_batch_end": ("on_test_batch_end",),
    "on_predict_batch_begin": ("on_predict_batch_begin",),
    "on_predict_batch_end": ("on_predict_batch_end",),
}


class LazyLogs(Mapping[str, float]):
    """Logs that become floats when they are read."""

    def __init__(self, tensors: Mapping[str, Any]) -> None:
        self._tensors = tensors

    def __getitem__(self, name: str) -> float:
        return float(self._tensors[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def copy(self) -> dict[str, float]:
        """Returns a dict."""
        return dict(self)


class CallbackList:
    """Callbacks in order, with a `History` and a progress bar where wanted.

    Args:
        callbacks: One, a list of them, or `None`.
        model: The model they speak of.
        add_history: Whether `model.history` is to be made.
        verbose: As `fit` takes it.
        params: What the callbacks' `params` shall be.

    Raises:
        TypeError: If something in the list is no callback.
        ValueError: For an unknown `verbose`.
    """

    def __init__(
        self, callbacks: Any, model: Any, add_history: bool = False, verbose: str | int = 0,
        params: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        given = list(callbacks) if isinstance(callbacks, (list, tuple)) else [] if callbacks is None else [callbacks]
        for callback in given:
            if not isinstance(callback, Callback):
                raise TypeError(f"[{model.name}] expected callbacks to be nnfit.callbacks.Callback; got {callback!r}.")
        level = _level(verbose)
        if add_history:
            history = next((c for c in given if isinstance(c, History)), None)
            if history is None:
                history = History()
                given.append(history)
            model._set_untracked("history", history)
        if level and not any(isinstance(c, ProgbarLogger) for c in given):
            given.append(ProgbarLogger())
        self.callbacks: list[Callback] = given
        settings = {"verbose": level, **(params or {})}
        for callback in given:
            callback.set_model(model)
            callback.set_params(settings)
        self._listeners = {hook: [c for c in given if _overrides(c, names)] for hook, names in _BATCH_HOOKS.items()}
        # The progress bar is content with being told now and then.
        self.wants_batches = any(
            not isinstance(c, ProgbarLogger) for listeners in self._listeners.values() for c in listeners
        )

    def on_train_begin(self, logs: Any = None) -> None:
        for callback in self.callbacks:
            callback.on_train_begin(logs)

    def on_train_end(self, logs: Any = None) -> None:
        for callback in self.callbacks:
            callback.on_train_end(logs)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        for callback in self.callbacks:
            callback.on_epoch_begin(epoch, logs)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        for callback in self.callbacks:
            callback.on_epoch_end(epoch, logs)

    def on_test_begin(self, logs: Any = None) -> None:
        for callback in self.callbacks:
            callback.on_test_begin(logs)

    def on_test_end(self, logs: Any = None) -> None:
        for callback in self.callbacks:
            callback.on_test_end(logs)

    def on_predict_begin(self, logs: Any = None) -> None:
        for callback in self.callbacks:
            callback.on_predict_begin(logs)

    def on_predict_end(self, logs: Any = None) -> None:
        for callback in self.callbacks:
            callback.on_predict_end(logs)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        for callback in self._listeners["on_train_batch_begin"]:
            callback.on_train_batch_begin(batch, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._batch_ended("on_train_batch_end", batch, logs)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        for callback in self._listeners["on_test_batch_begin"]:
            callback.on_test_batch_begin(batch, logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        self._batch_ended("on_test_batch_end", batch, logs)

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        for callback in self._listeners["on_predict_batch_begin"]:
            callback.on_predict_batch_begin(batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        for callback in self._listeners["on_predict_batch_end"]:
            callback.on_predict_batch_end(batch, logs)

    def _batch_ended(self, hook: str, batch: int, logs: Any) -> None:
        listeners = self._listeners[hook]
        if listeners:
            lazy = LazyLogs(logs or {})
            for callback in listeners:
                getattr(callback, hook)(batch, lazy)


def _level(verbose: str | int) -> int:
    if verbose == "auto":
        return 1 if sys.stdout is not None and sys.stdout.isatty() else 2
    if verbose in (0, 1, 2):
        return int(verbose)
    raise ValueError(f"[fit] expected verbose to be 0, 1, 2 or 'auto'; got {verbose!r}.")


def _overrides(callback: Callback, names: tuple[str, ...]) -> bool:
    return any(getattr(type(callback), name) is not getattr(Callback, name) or name in vars(callback) for name in names)
