"""Mapped: a function of each element."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


class Mapped(Derived):
    """See `Dataset.map`.

    Args:
        source: Where elements come from.
        function: Takes the items of an element.
        workers: How many elements are worked on at once, each on a thread; 0: none but the one asked for.
    """

    def __init__(self, source: Stage, function: Callable[..., Any], workers: int) -> None:
        super().__init__(source)
        self._function = function
        self._workers = workers

    def _apply(self, element: Any) -> Any:
        return standardize(call_with(self._function, element), "Dataset.map")

    def elements(self) -> Iterator[Any]:
        source = self._source.elements()
        if self._workers > 1:
            yield from ordered_map(self._apply, source, self._workers)
            return
        try:
            for element in source:
                yield self._apply(element)
        finally:
            close(source)

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
