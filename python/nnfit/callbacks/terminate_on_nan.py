"""TerminateOnNaN: ends training when the loss is no number."""

from __future__ import annotations

import math
from typing import Any

from nnfit.callbacks.callback import Callback


class TerminateOnNaN(Callback):
    """Ends training when the loss is NaN or infinite.

    The epoch's mean loss is looked at after each call into the plan, which may have run several batches; so it costs
    nothing, and training ends within a fraction of a second.

    Args:
        raise_error: Whether to raise an error in place of ending training as `stop_training` does. Defaults to `False`.

    Raises:
        RuntimeError: In training, with `raise_error`.

    Example:
        >>> model = nnfit.Sequential([nnfit.Input((4,)), nnfit.layers.Dense(1)])
        >>> model.compile("sgd", "mse")
        >>> terminate = nnfit.callbacks.TerminateOnNaN()
        >>> history = model.fit(np.ones((8, 4)), np.full(8, np.inf), epochs=10, verbose=0, callbacks=[terminate])
        Batch 0: Invalid loss, terminating training
        >>> len(history.epoch)
        1
    """

    needs_every_batch = False

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Looks at the loss."""
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(
                f"[TerminateOnNaN] the loss is {float(loss)} at batch {batch}. Look for NaN in the data, or lower the "
                "learning rate."
            )
        print(f"Batch {batch}: Invalid loss, terminating training", flush=True)
        self.model.stop_training = True
