"""EpochRunner: one pass over a source, in as few calls as the callbacks allow."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from nnfit import random
from nnfit.training.array_source import ArraySource
from nnfit.training.data_source import BatchSource
from nnfit.training.step_function import ChunkSize, StepFunction, StepOutcome

if TYPE_CHECKING:
    from nnfit.callbacks import CallbackList


class EpochRunner:
    """Runs epochs of a model over a source.

    Args:
        model: The model.
        source: Where batches come from.
        shuffle: Whether the rows of arrays are taken in another order each epoch.
        steps: Batches in an epoch; `None`: all there are.
    """

    def __init__(self, model: Any, source: ArraySource | BatchSource, shuffle: bool, steps: int | None) -> None:
        self._model = model
        self._source = source
        self._shuffle = shuffle
        self._steps = steps
        self._chunk = ChunkSize()
        self._iterator: Any = None
        self._nan_reported = False

    def train(self, epoch: int, callbacks: CallbackList) -> dict[str, float]:
        """Runs `train_step` over one epoch and returns its logs."""
        step = self._model._step_function("train_step")
        return self._run(step, callbacks.on_train_batch_begin, callbacks.on_train_batch_end, callbacks, epoch)

    def test(self, callbacks: CallbackList) -> dict[str, float]:
        """Runs `test_step` over the source once and returns its logs."""
        step = self._model._step_function("test_step")
        return self._run(step, callbacks.on_test_batch_begin, callbacks.on_test_batch_end, callbacks, None)

    def _run(
        self, step: StepFunction, begin: Any, end: Any, callbacks: CallbackList, epoch: int | None
    ) -> dict[str, float]:
        if isinstance(self._source, ArraySource):
            outcome = self._run_arrays(self._source, step, begin, end, callbacks, epoch)
        else:
            outcome = self._run_batches(self._source, step, begin, end, epoch)
        return {name: _as_float(value) for name, value in outcome.result.items()}

    def _run_arrays(
        self, source: ArraySource, step: StepFunction, begin: Any, end: Any, callbacks: CallbackList, epoch: int | None
    ) -> StepOutcome:
        size = source.batch_size
        order = _permutation(source.rows) if self._shuffle else None
        steps = source.steps if self._steps is None else min(self._steps, source.steps)
        if self._steps is not None and self._steps > source.steps:
            order, steps = self._extended(source, order)
        rows = source.rows if order is None else len(order)
        done, outcome = 0, StepOutcome({}, -1)
        while done < steps and not self._stopped(epoch):
            left = min(steps, rows // size) - done  # of full batches
            count = 1 if callbacks.wants_batches else max(1, min(left, self._chunk.steps))
            begin(done)
            self._chunk.begin()
            outcome = step.run(source, order, done * size, min(size, rows - done * size), count)
            self._chunk.end(count)
            self._report_nan(outcome.first_nan, done, epoch)
            done += count
            end(done - 1, outcome.result)
        return outcome

    def _stopped(self, epoch: int | None) -> bool:
        # Training heeds a callback's word; the evaluation after it does not.
        return epoch is not None and bool(self._model.stop_training)

    def _extended(self, source: ArraySource, order: np.ndarray | None) -> tuple[np.ndarray, int]:
        """An order that goes through the rows as often as the steps asked for need."""
        assert self._steps is not None
        needed = self._steps * source.batch_size
        passes = [np.arange(source.rows) if order is None else order]
        while sum(map(len, passes)) < needed:
            passes.append(_permutation(source.rows) if self._shuffle else np.arange(source.rows))
        return np.concatenate(passes)[:needed], self._steps

    def _run_batches(
        self, source: BatchSource, step: StepFunction, begin: Any, end: Any, epoch: int | None
    ) -> StepOutcome:
        if self._iterator is None or not (source.one_shot or self._steps is not None):
            self._iterator = iter(source)
        done, outcome = 0, StepOutcome({}, -1)
        while (self._steps is None or done < self._steps) and not self._stopped(epoch):
            batch = next(self._iterator, None)
            if batch is None and self._steps is not None and not source.one_shot:
                self._iterator = iter(source)
                batch = next(self._iterator, None)
            if batch is None:
                self._check_supplied(source, done, epoch)
                break
            begin(done)
            outcome = step.run(batch, None, 0, batch.rows, 1)
            self._report_nan(outcome.first_nan, done, epoch)
            end(done, outcome.result)
            done += 1
        return outcome

    def _check_supplied(self, source: BatchSource, done: int, epoch: int | None) -> None:
        if done > 0 and self._steps is None:
            return
        where = "" if epoch is None else f" of epoch {epoch + 1}"
        wanted = "any batch" if self._steps is None else f"{self._steps} batches"
        fix = "Pass one that can be iterated again (a list, a Dataset)" if source.one_shot else "Give it some batches"
        raise ValueError(
            f"[{self._model.name}] the source ran out before step {done + 1}{where}; expected {wanted}. "
            f"{fix}, or ask for fewer steps or epochs."
        )

    def _report_nan(self, first_nan: int, done: int, epoch: int | None) -> None:
        if first_nan < 0 or self._nan_reported or epoch is None:
            return
        self._nan_reported = True
        warnings.warn(
            f"[{self._model.name}] the loss is NaN since step {done + first_nan + 1} of epoch {epoch + 1}. Look for "
            "NaN in the data, or lower the learning rate.",
            stacklevel=5,
        )


def _permutation(rows: int) -> np.ndarray:
    return np.asarray(random.shuffle(np.arange(rows, dtype=np.int64)))


def _as_float(value: Any) -> float:
    return value if isinstance(value, float) else float(value)
