"""Mapped: a function of each element."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from itertools import islice
from typing import Any

from nnfit import tree
from nnfit.data.background import ordered_map
from nnfit.data.elements import as_tensors, call_with, standardize
from nnfit.data.stages.derived import Derived
from nnfit.data.stages.stage import Stage, close
from nnfit.data.tensor_spec import DatasetSpec, TensorSpec, spec_of
from nnfit.dtypes import DTYPES
from nnfit.symbolic import KerasTensor
from nnfit.symbolic.shape_inference import infer_outputs

# A short call holds the interpreter's lock for most of its time: on threads it would only wait for others.
_TRIAL = 8
_WORTH_A_THREAD = 3e-4  # seconds


class Mapped(Derived):
    """See `Dataset.map`.

    Args:
        source: Where elements come from.
        function: Takes the items of an element.
        workers: How many elements are worked on at once, each on a thread; 0: none but the one asked for.
        tuned: Whether threads are used only if calls turn out to take long.
    """

    def __init__(self, source: Stage, function: Callable[..., Any], workers: int, tuned: bool = False) -> None:
        super().__init__(source)
        self._function = function
        self._workers = workers
        self._tuned = tuned

    def _apply(self, element: Any) -> Any:
        return standardize(call_with(self._function, element), "Dataset.map")

    def elements(self) -> Iterator[Any]:
        source = self._source.elements()
        try:
            if self._workers > 1:
                if self._tuned:
                    seconds = yield from self._timed(islice(source, _TRIAL))
                if not self._tuned or seconds > _WORTH_A_THREAD:
                    yield from ordered_map(self._apply, source, self._workers)
            for element in source:
                yield self._apply(element)
        finally:
            close(source)

    def _timed(self, elements: Iterator[Any]) -> Generator[Any, None, float]:
        """Works on some elements one by one, and returns how long the fastest call took."""
        fastest = math.inf
        for element in elements:
            begin = time.perf_counter()
            result = self._apply(element)
            fastest = min(fastest, time.perf_counter() - begin)
            yield result
        return fastest

    def element_spec(self) -> Any:
        spec = self._source.element_spec()
        if not all(isinstance(leaf, TensorSpec) and _is_tensor(leaf) for leaf in tree.flatten(spec)):
            return self.first_spec()
        symbols = tree.map_structure(lambda leaf: KerasTensor(leaf.shape, leaf.dtype), spec)
        args = symbols if isinstance(symbols, tuple) else (symbols,)
        try:
            result = infer_outputs(lambda *a: as_tensors(standardize(self._function(*a), "Dataset.map")), args, {}, "")
        except Exception:  # a function that looks at values can only be called with some
            return self.first_spec()
        return tree.map_structure(_spec, result)


def _is_tensor(leaf: TensorSpec) -> bool:
    return leaf.shape is not None and leaf.dtype in DTYPES


def _spec(leaf: Any) -> TensorSpec | DatasetSpec:
    if isinstance(leaf, KerasTensor):
        return TensorSpec(leaf.shape, leaf.dtype)
    found = spec_of(leaf)
    assert isinstance(found, (TensorSpec, DatasetSpec))
    return found
