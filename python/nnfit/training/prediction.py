"""Prediction: outputs of a model for all batches of a source, in NumPy arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nnfit import tree
from nnfit.training.array_source import ArraySource
from nnfit.training.batch_source import BatchSource
from nnfit.training.step_function import ChunkSize, StepFunction

if TYPE_CHECKING:
    from nnfit.callbacks import CallbackList


def predict_source(
    step: StepFunction, source: ArraySource | BatchSource, steps: int | None, callbacks: CallbackList | None
) -> Any:
    """Returns the structure of the outputs, each the concatenation of the batches'.

    Args:
        step: `predict_step`.
        source: Where batches come from.
        steps: Batches to predict; `None`: all.
        callbacks: To be told, or `None`.
    """
    if callbacks is not None:
        callbacks.on_predict_begin()
    if isinstance(source, ArraySource):
        result = _predict_arrays(step, source, steps, callbacks)
    else:
        result = _predict_batches(step, source, steps, callbacks)
    if callbacks is not None:
        callbacks.on_predict_end()
    return result


def _predict_arrays(step: StepFunction, source: ArraySource, steps: int | None, callbacks: CallbackList | None) -> Any:
    size = source.batch_size
    batches = source.steps if steps is None else min(steps, source.steps)
    total = min(source.rows_passed, batches * size)
    order = source.order(shuffle=False)
    if total <= size and callbacks is None:
        return tree.map_structure(np.array, step.run(source, order, 0, total, 1).result)
    parts, first = [], 0
    each = callbacks is not None and callbacks.wants_batches
    chunk = ChunkSize()
    while first < total:
        rows = min(size, total - first)
        count = 1 if each or rows < size else max(1, min((total - first) // size, chunk.steps))
        if callbacks is not None:
            callbacks.on_predict_batch_begin(first // size)
        chunk.begin()
        part = _predict_chunk(step, source, order, first, rows, count)
        chunk.end(count)
        parts.append(part)
        first += count * rows
        if callbacks is not None:
            callbacks.on_predict_batch_end(-(-first // size) - 1, {"outputs": part})
    return _joined(parts)


def _predict_chunk(
    step: StepFunction, source: ArraySource, order: np.ndarray | None, first: int, rows: int, count: int
) -> Any:
    """The outputs of `count` batches of `rows` rows, written side by side by the plan."""
    traced = step.traced(source, rows)
    if traced is None or any(not shape or shape[0] != rows for shape, _ in traced.plan.output_specs):
        return _joined([step.run(source, order, first + i * rows, rows, 1).result for i in range(count)])
    outputs = [np.empty((count * rows, *shape[1:]), dtype) for shape, dtype in traced.plan.output_specs]
    traced.plan.run_steps(source.arrays, order, first, count, outputs, -1)
    return traced.restore(outputs)


def _predict_batches(step: StepFunction, source: BatchSource, steps: int | None, callbacks: CallbackList | None) -> Any:
    parts: list[Any] = []
    source.on_epoch_begin()
    iterator = source.passed(limit=steps)
    try:
        for i, batch in enumerate(iterator):
            if callbacks is not None:
                callbacks.on_predict_batch_begin(i)
            parts.append(step.run(batch, None, 0, batch.rows, 1).result)
            if callbacks is not None:
                callbacks.on_predict_batch_end(i, {"outputs": parts[-1]})
    finally:
        iterator.close()
    source.on_epoch_end()
    if not parts:
        raise ValueError("[predict] expected at least one batch; the iterable gave none.")
    return _joined(parts)


def _joined(parts: list[Any]) -> Any:
    if len(parts) == 1:
        return tree.map_structure(lambda leaf: leaf if type(leaf) is np.ndarray else np.array(leaf), parts[0])
    return tree.map_structure(lambda *leaves: np.concatenate([np.asarray(leaf) for leaf in leaves]), *parts)
