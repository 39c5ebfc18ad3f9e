"""EpochRunner: one epoch after another over a source, each in as few calls as the callbacks allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnfit.callbacks.log_values import log_value
from nnfit.random import global_seed_generator
from nnfit.training.array_source import ArraySource
from nnfit.training.batch_source import BatchSource
from nnfit.training.step_function import ChunkSize, StepFunction, StepOutcome
from nnfit.warn import warn

if TYPE_CHECKING:
    from nnfit.callbacks import CallbackList
    from nnfit.training.prefetcher import Prefetcher


class EpochRunner:
    """Runs epochs of a model over a source.

    An epoch is a pass over the source, or as many steps as asked for: then the next one goes on where it ended, and a
    source that is at its end begins again.

    Args:
        model: The model.
        source: Where batches come from.
        shuffle: Whether each pass takes the rows of arrays, or the batches, in another order if it can.
        steps: Batches in an epoch; `None`: all of a pass.
        epochs: How many epochs will be asked for at most.
        goes_on: Whether epochs of so many steps go on where the one before ended, if the source can begin anew.
    """

    def __init__(
        self,
        model: Any,
        source: ArraySource | BatchSource,
        shuffle: bool,
        steps: int | None,
        epochs: int = 1,
        goes_on: bool = True,
    ) -> None:
        self._model = model
        self._source = source
        self._shuffle = shuffle
        self._steps = steps
        self._epochs_left = epochs
        self._goes_on = goes_on
        self._chunk = ChunkSize()
        self._nan_reported = False
        # The pass in progress: of arrays its order and how many batches of it are done, of batches its iterator.
        self._order: np.ndarray | None = None
        self._passed: int | None = None
        self._iterator: Prefetcher | None = None
        # Where an interrupted run goes on, and what it takes to find that place again.
        self._resumed: dict[str, Any] | None = None
        self._done = 0
        self._pass_random: list[int] = []
        self._pass_source: Any = None

    def position(self, within_epoch: bool) -> dict[str, Any]:
        """Returns where training stands in its data, as a JSON-able dict for `resume`.

        Args:
            within_epoch: Whether the epoch is to go on after the batches that are done; if not, the next one begins.
        """
        goes_on = within_epoch or (self._steps is not None and self._goes_on)
        return {
            "done": self._done if within_epoch else 0,
            "passed": (self._passed or 0) if goes_on else 0,
            "random": self._pass_random,
            "source": self._pass_source if goes_on else self._source.get_state(),
        }

    def resume(self, position: dict[str, Any]) -> None:
        """Lets the next epoch begin at a position."""
        self._resumed = position

    def train(self, epoch: int, callbacks: CallbackList) -> dict[str, float]:
        """Runs `train_step` over one epoch and returns its logs."""
        step = self._model._step_function("train_step")
        return self._run(step, callbacks.on_train_batch_begin, callbacks.on_train_batch_end, callbacks, epoch)

    def test(self, callbacks: CallbackList, epoch: int | None = None) -> dict[str, float]:
        """Runs `test_step` over the source once and returns its logs.

        Args:
            callbacks: To be told.
            epoch: The epoch of training that it is for, for errors.
        """
        step = self._model._step_function("test_step")
        return self._run(step, callbacks.on_test_batch_begin, callbacks.on_test_batch_end, callbacks, epoch)

    def close(self) -> None:
        """Ends the thread that pulls batches."""
        if self._iterator is not None:
            self._iterator.close()
            self._iterator = None

    def _run(
        self, step: StepFunction, begin: Any, end: Any, callbacks: CallbackList, epoch: int | None
    ) -> dict[str, float]:
        if isinstance(self._source, ArraySource):
            outcome = self._run_arrays(self._source, step, begin, end, callbacks, epoch)
        else:
            outcome = self._run_batches(self._source, step, begin, end, epoch)
        return {name: log_value(value) for name, value in outcome.result.items()}

    def _run_arrays(
        self, source: ArraySource, step: StepFunction, begin: Any, end: Any, callbacks: CallbackList, epoch: int | None
    ) -> StepOutcome:
        size = source.batch_size
        if self._steps is None or not self._goes_on:
            self._passed = None
        steps = source.steps if self._steps is None else self._steps
        most = self._model.steps_per_execution if callbacks.wants_batches else None
        done, outcome = self._resume_arrays(source), StepOutcome({}, -1)
        while done < steps and not self._stopped(step):
            if self._passed is None or self._passed >= source.steps:
                self._note_random()
                self._order, self._passed = source.order(self._shuffle), 0
            first = self._passed * size
            full = min(steps - done, source.rows_passed // size - self._passed)  # batches of the full size ahead
            count = max(1, min(full, self._chunk.steps if most is None else most))
            begin(done)
            self._chunk.begin()
            outcome = step.run(source, self._order, first, min(size, source.rows_passed - first), count)
            self._chunk.end(count)
            self._report_nan(outcome.first_nan, done, epoch, step)
            done += count
            self._passed += count
            self._done = done
            end(done - 1, outcome.result)
        return outcome

    def _note_random(self) -> None:
        """Keeps the states from which the order of a pass is drawn."""
        self._pass_random = [int(number) for number in global_seed_generator().state.numpy()]
        self._pass_source = self._source.get_state()

    def _position_to_resume(self) -> dict[str, Any] | None:
        position, self._resumed = self._resumed, None
        if position is not None and position.get("source") is not None:
            self._source.set_state(position["source"])
        return position

    def _resume_arrays(self, source: ArraySource) -> int:
        """Returns how many batches of the epoch are done: 0, but for a run that goes on."""
        position = self._position_to_resume()
        if position is None or not position["passed"]:
            return 0
        state = global_seed_generator().state
        now = state.numpy()
        state.assign(position["random"])
        self._note_random()
        self._order, self._passed = source.order(self._shuffle), position["passed"]
        state.assign(now)
        return int(position["done"])

    def _resume_batches(self, source: BatchSource) -> tuple[Prefetcher, int]:
        """Returns the pass to go on with, and how many batches of the epoch are done."""
        position = self._position_to_resume()
        if position is None or not position["passed"]:
            return self._begun(source), 0
        state = global_seed_generator().state
        now = state.numpy()
        state.assign(position["random"])
        iterator = self._begun(source)
        for _ in range(position["passed"]):
            next(iterator, None)
        self._passed = position["passed"]
        state.assign(now)
        return iterator, int(position["done"])

    def _stopped(self, step: StepFunction) -> bool:
        # Training heeds a callback's word; the evaluation after it does not.
        return step.trains and bool(self._model.stop_training)

    def _run_batches(
        self, source: BatchSource, step: StepFunction, begin: Any, end: Any, epoch: int | None
    ) -> StepOutcome:
        self._check_end(source)
        source.on_epoch_begin()
        (iterator, done), outcome = self._resume_batches(source), StepOutcome({}, -1)
        each = self._model.steps_per_execution
        while (self._steps is None or done < self._steps) and not self._stopped(step):
            batch = next(iterator, None)
            if batch is None and self._steps is not None and not source.one_shot:
                self.close()
                iterator = self._begun(source)
                batch = next(iterator, None)
            if batch is None:
                self._check_supplied(source, done, epoch)
                break
            if done % each == 0:
                begin(done)
            outcome = step.run(batch, None, 0, batch.rows, 1)
            self._report_nan(outcome.first_nan, done, epoch, step)
            done += 1
            self._done = done
            self._passed = (self._passed or 0) + 1
            if done % each == 0:
                end(done - 1, outcome.result)
        if done % each:
            end(done - 1, outcome.result)
        self._epochs_left -= 1
        source.on_epoch_end()
        return outcome

    def _begun(self, source: BatchSource) -> Prefetcher:
        """The pass to go on with: a new one where the last is over, or where each epoch is a pass of its own."""
        if self._iterator is None or not (source.one_shot or (self._steps is not None and self._goes_on)):
            self.close()
            limit = None if self._steps is None else self._steps * self._epochs_left
            self._note_random()
            self._iterator, self._passed = source.passed(self._shuffle, limit), 0
        return self._iterator

    def _check_end(self, source: BatchSource) -> None:
        if source.endless and self._steps is None:
            raise ValueError(
                f"[{self._model.name}] the source has no end; say how many batches make an epoch: steps_per_epoch, "
                "validation_steps or steps."
            )

    def _check_supplied(self, source: BatchSource, done: int, epoch: int | None) -> None:
        if done > 0 and self._steps is None:
            return
        where = "" if epoch is None else f" of epoch {epoch + 1}"
        wanted = "any batch" if self._steps is None else f"{self._steps} batches"
        fix = (
            "Pass one that can be iterated again (a list, a Dataset, a PyDataset)"
            if source.one_shot
            else "Give it some batches"
        )
        raise ValueError(
            f"[{self._model.name}] the source ran out before step {done + 1}{where}; expected {wanted}. "
            f"{fix}, or ask for fewer steps or epochs."
        )

    def _report_nan(self, first_nan: int, done: int, epoch: int | None, step: StepFunction) -> None:
        if first_nan < 0 or self._nan_reported or epoch is None or not step.trains:
            return
        self._nan_reported = True
        warn(
            f"[{self._model.name}] the loss is NaN since step {done + first_nan + 1} of epoch {epoch + 1}. Look for "
            "NaN in the data, or lower the learning rate."
        )
