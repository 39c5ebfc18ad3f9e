"""Generated: what a Python generator gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nnfit import _core, tree
from nnfit.data.elements import standardize
from nnfit.data.stages.stage import UNKNOWN_CARDINALITY, Stage
from nnfit.data.tensor_spec import TensorSpec
from nnfit.dtypes import DTYPES


class Generated(Stage):
    """See `Dataset.from_generator`."""

    def __init__(self, generator: Callable[..., Any], args: tuple[Any, ...], signature: Any) -> None:
        if not callable(generator):
            raise TypeError(
                "[from_generator] expected a function that returns an iterator, so that each pass starts anew; got "
                f"{type(generator).__name__}. Pass the generator function itself, or `lambda: iterable`."
            )
        self._generator = generator
        self._args = args
        self._signature = signature

    def elements(self) -> Iterator[Any]:
        for number, value in enumerate(iter(self._generator(*self._args))):
            element = standardize(value, "from_generator")
            yield element if self._signature is None else self._checked(element, number)

    def _checked(self, element: Any, number: int) -> Any:
        try:
            return tree.map_structure(_fitted, self._signature, element)
        except ValueError as error:
            raise ValueError(f"[from_generator] element {number} does not fit output_signature: {error}") from None

    def cardinality(self) -> int:
        return UNKNOWN_CARDINALITY

    def element_spec(self) -> Any:
        return super().element_spec() if self._signature is None else self._signature


def _fitted(spec: TensorSpec, leaf: Any) -> Any:
    if spec.dtype in DTYPES:
        leaf = _core.convert_to_tensor(leaf, spec.dtype)
    shape = np.shape(leaf)
    fits = spec.shape is None or (
        len(shape) == len(spec.shape) and all(b in (None, a) for a, b in zip(shape, spec.shape, strict=True))
    )
    if not fits:
        raise ValueError(f"expected shape {spec.shape}; got {shape}.")
    return leaf
