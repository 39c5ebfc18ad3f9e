"""StepFunction: a model's step, traced once for each shape of batch, run for many batches at a call."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from nnfit import _core
from nnfit.function import TracedFunction, trace, where_in_user_code
from nnfit.training.array_source import ArraySource
from nnfit.warn import warn

_MAX_PLANS = 64


class StepFunction:
    """Runs `step(data)` over the batches of a source.

    Args:
        step: `train_step`, `test_step` or `predict_step` of a model.
        owner: Name of the model, for warnings.
        run_eagerly: Whether to call `step` for each batch in place of planning it.
        trains: Whether it changes the weights.
    """

    def __init__(self, step: Callable[[Any], Any], owner: str, run_eagerly: bool = False, trains: bool = False) -> None:
        self._step = step
        self._owner = owner
        self.run_eagerly = run_eagerly
        self.trains = trains
        self._plans: OrderedDict[Any, TracedFunction] = OrderedDict()

    def traced(self, source: Any, rows: int) -> TracedFunction | None:
        """Returns the step for batches of `rows` rows of a source; `None` if it has to run eagerly."""
        if self.run_eagerly:
            return None
        specs = source.specs(rows)
        key = (source.signature, *specs)
        found = self._plans.get(key)
        if found is None:
            try:
                found = trace(self._step, specs, lambda symbols: ((source.rebuild(symbols),), {}))
            except _core.TracedValueError as error:
                self.run_eagerly = True
                warn(f"[{self._owner}] steps run eagerly, which is slow: {where_in_user_code(error)}: {error}")
                return None
            self._plans[key] = found
            if len(self._plans) > _MAX_PLANS:
                self._plans.popitem(last=False)
        return found

    def run(self, source: ArraySource, order: np.ndarray | None, first: int, rows: int, steps: int) -> StepOutcome:
        """Runs `steps` batches of `rows` rows, from row `first` of `order` on.

        Returns:
            What the last step returned, and at which step a loss first was NaN.
        """
        traced = self.traced(source, rows)
        if traced is None:
            result, nan = None, -1
            for i in range(steps):
                result = self._step(source.batch(order, first + i * rows, rows))
                if nan < 0 and _loss_is_nan(result):
                    nan = i
            return StepOutcome(result, nan)
        outputs, nan = traced.plan.run_steps(source.arrays, order, first, steps, (), _loss_output(traced))
        return StepOutcome(traced.restore(outputs), nan)


class StepOutcome:
    """What some steps gave."""

    __slots__ = ("first_nan", "result")

    def __init__(self, result: Any, first_nan: int) -> None:
        self.result = result
        self.first_nan = first_nan


def _loss_output(traced: TracedFunction) -> int:
    """The number of the plan's output that is the loss, to be watched; -1 without one."""
    numbered = traced.restore(traced.output_numbers)
    number = numbered.get("loss", -1) if isinstance(numbered, dict) else -1
    return number if type(number) is int else -1


def _loss_is_nan(result: Any) -> bool:
    loss = result.get("loss") if isinstance(result, dict) else None
    return loss is not None and bool(np.isnan(float(loss)))


class ChunkSize:
    """How many steps to run at a call so that it takes about 0.2 s: long enough to cost nothing, short enough for
    Ctrl-C and a progress bar.
    """

    _target = 0.2

    def __init__(self) -> None:
        self.steps = 1
        self._begin = 0.0

    def begin(self) -> None:
        """Notes the time before a call."""
        self._begin = time.perf_counter()

    def end(self, steps: int) -> None:
        """Adapts to how long `steps` steps took."""
        seconds = max(time.perf_counter() - self._begin, 1e-7)
        self.steps = max(1, min(int(self._target / seconds * steps), 8 * self.steps, 1 << 16))
