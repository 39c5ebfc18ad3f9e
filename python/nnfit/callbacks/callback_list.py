"""CallbackList: several callbacks told as one."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from types import TracebackType
from typing import Any

from nnfit.callbacks.callback import Callback
from nnfit.callbacks.history import History
from nnfit.callbacks.log_values import log_value
from nnfit.callbacks.progbar_logger import ProgbarLogger

_BATCH_HOOKS = {
    "on_train_batch_begin": ("on_train_batch_begin", "on_batch_begin"),
    "on_train_batch_end": ("on_train_batch_end", "on_batch_end"),
    "on_test_batch_begin": ("on_test_batch_begin",),
    "on_test_batch_end": ("on_test_batch_end",),
    "on_predict_batch_begin": ("on_predict_batch_begin",),
    "on_predict_batch_end": ("on_predict_batch_end",),
}


class LazyLogs(MutableMapping[str, Any]):
    """Logs whose values are computed when they are read."""

    def __init__(self, tensors: Mapping[str, Any]) -> None:
        self._tensors = dict(tensors)

    def __getitem__(self, name: str) -> Any:
        return log_value(self._tensors[name])

    def __setitem__(self, name: str, value: Any) -> None:
        self._tensors[name] = value

    def __delitem__(self, name: str) -> None:
        del self._tensors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def copy(self) -> dict[str, float]:
        """Returns a dict."""
        return dict(self)


class CallbackList:
    """Callbacks in order, with a `History` and a progress bar where wanted.

    As a context manager it tells the callbacks of exceptions that leave the context (`Callback.on_interrupted`).

    Args:
        callbacks: One, a list of them, or `None`.
        add_history: Whether `model.history` is to be made.
        add_progbar: Whether progress is to be shown, unless `verbose` is 0.
        model: The model they speak of; see `set_model` for later.
        **params: What the callbacks' `params` shall be; `verbose` as `fit` takes it.

    Raises:
        TypeError: If something in the list is no callback.
        ValueError: For an unknown `verbose`.

    Example:
        >>> history = nnfit.callbacks.History()
        >>> callbacks = nnfit.callbacks.CallbackList([history], epochs=1)
        >>> callbacks.on_train_begin()
        >>> callbacks.on_epoch_end(0, {"loss": 0.5})
        >>> history.history
        {'loss': [0.5]}
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        given = list(callbacks) if isinstance(callbacks, (list, tuple)) else [] if callbacks is None else [callbacks]
        for callback in given:
            if not isinstance(callback, Callback):
                raise TypeError(f"[callbacks] expected objects of nnfit.callbacks.Callback; got {callback!r}.")
        if "verbose" in params:
            params["verbose"] = _level(params["verbose"])
        self._history = next((c for c in given if isinstance(c, History)), History() if add_history else None)
        if self._history is not None and self._history not in given:
            given.append(self._history)
        if add_progbar and params.get("verbose", 1) and not any(isinstance(c, ProgbarLogger) for c in given):
            given.append(ProgbarLogger())
        self.callbacks: list[Callback] = given
        self._add_history = add_history
        if model is not None:
            self.set_model(model)
        self.set_params(params)
        self._listeners = {hook: [c for c in given if _overrides(c, names)] for hook, names in _BATCH_HOOKS.items()}
        self.wants_batches = any(c.needs_every_batch for listeners in self._listeners.values() for c in listeners)

    def set_model(self, model: Any) -> None:
        """Tells the callbacks which model they speak of."""
        if self._add_history:
            model._set_untracked("history", self._history)
        for callback in self.callbacks:
            callback.set_model(model)

    def set_params(self, params: dict[str, Any]) -> None:
        """Gives the callbacks their `params`."""
        for callback in self.callbacks:
            callback.set_params(params)

    def __enter__(self) -> CallbackList:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            return
        stack = contextlib.ExitStack()  # each is told, whatever the others do
        for callback in reversed(self.callbacks):
            stack.callback(callback.on_interrupted)
        stack.__exit__(kind, error, traceback)

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

    def on_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.on_train_batch_begin(batch, logs)

    def on_batch_end(self, batch: int, logs: Any = None) -> None:
        self.on_train_batch_end(batch, logs)

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
