"""LambdaCallback: a callback of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nnfit.callbacks.callback import Callback


class LambdaCallback(Callback):
    """Calls functions in place of methods.

    Args:
        on_epoch_begin: Function `(epoch, logs)`. Defaults to none, as all do.
        on_epoch_end: Function `(epoch, logs)`.
        on_train_begin: Function `(logs)`.
        on_train_end: Function `(logs)`.
        on_train_batch_begin: Function `(batch, logs)`.
        on_train_batch_end: Function `(batch, logs)`.
        **hooks: Functions for other methods of `Callback`, by name.

    Raises:
        ValueError: For a name that is no method of `Callback`.
        TypeError: For something that is not callable.

    Example:
        >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
        >>> model.compile(loss="mse")
        >>> printing = nnfit.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
        >>> _ = model.fit(np.zeros((8, 4)), np.zeros(8), epochs=2, verbose=0, callbacks=[printing])
        0 0.0
        1 0.0
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **hooks: Callable[..., Any] | None,
    ) -> None:
        super().__init__()
        hooks |= {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
        }
        known = [name for name in dir(Callback) if name.startswith("on_")]
        for name, hook in hooks.items():
            if name not in known:
                raise ValueError(f"[LambdaCallback] expected names of {known}; got {name!r}.")
            if hook is None:
                continue
            if not callable(hook):
                raise TypeError(f"[LambdaCallback] expected {name} to be a function; got {hook!r}.")
            setattr(self, name, hook)
