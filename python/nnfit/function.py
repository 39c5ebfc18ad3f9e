"""function: a Python function over tensors, traced once for each set of input shapes and run as one C++ call."""

from __future__ import annotations

import functools
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from nnfit import _core, tree
from nnfit.warn import warn

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_TENSORS = (_core.Tensor, np.ndarray, np.generic)


class TracedFunction:
    """One trace of a function: its plan, and how the plan's outputs make up what the function returns."""

    def __init__(self, plan: _core.Plan, structure: Any, leaves: list[Any]) -> None:
        self.plan = plan
        self._structure = structure
        self._leaves = leaves  # what is no tensor, as it was when traced; an _Output where a tensor goes
        self.output_numbers = list(range(sum(type(leaf) is _Output for leaf in leaves)))

    def restore(self, outputs: Sequence[Any]) -> Any:
        """Returns the function's result, with the plan's `outputs` in their places."""
        leaves = [outputs[leaf.index] if type(leaf) is _Output else leaf for leaf in self._leaves]
        if self._structure is None:
            return leaves[0]
        return tree.pack_sequence_as(self._structure, leaves)


class _Output:
    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


def trace(f: Callable[..., Any], specs: Sequence[tuple[tuple[int, ...], str]], rebuild: Callable[..., Any]) -> Any:
    """Traces `f`.

    Args:
        f: The function.
        specs: `(shape, dtype)` of each tensor that it takes.
        rebuild: Called with those tensors, gives the `(args, kwargs)` to call `f` with.

    Returns:
        A `TracedFunction`.

    Raises:
        TracedValueError: If `f` asks a tensor for its value.
    """
    tracer = _core.Tracer()
    symbols = [tracer.input(shape, dtype) for shape, dtype in specs]
    tracer.start()
    try:
        args, kwargs = rebuild(symbols)
        result = f(*args, **kwargs)
        leaves = tree.flatten(result)
        outputs: list[_core.Tensor] = []
        for i, leaf in enumerate(leaves):
            if isinstance(leaf, _core.Variable):
                leaf = leaf.value
            if isinstance(leaf, _core.Tensor):
                leaves[i] = _Output(len(outputs))
                outputs.append(leaf)
        plan = tracer.finish(outputs)
    finally:
        tracer.stop()
    return TracedFunction(plan, result if tree.is_nested(result) else None, leaves)


class Function:
    """See `function`."""

    def __init__(self, f: Callable[..., Any], max_plans: int = 64) -> None:
        functools.update_wrapper(self, f)
        self._f = f
        self._max_plans = max_plans
        self._plans: OrderedDict[Any, TracedFunction] = OrderedDict()
        self._lock = threading.Lock()
        self._eager = False

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._eager or _core.tracing():
            return self._f(*args, **kwargs)
        tensors: list[_core.Tensor] = []
        key = (_key_of(args, tensors), _key_of(kwargs, tensors) if kwargs else None)
        traced = self._plans.get(key)
        if traced is None:
            try:
                traced = self._traced(key, args, kwargs, tensors)
            except _core.TracedValueError as error:
                self._fall_back(error)
                return self._f(*args, **kwargs)
        return traced.restore(traced.plan.run(tensors))

    def _traced(self, key: Any, args: Any, kwargs: Any, tensors: list[_core.Tensor]) -> TracedFunction:
        def rebuild(symbols: list[_core.Tensor]) -> tuple[Any, Any]:
            remaining = iter(symbols)
            place = lambda leaf: next(remaining) if isinstance(leaf, _TENSORS) else leaf  # noqa: E731
            return tree.map_structure(place, args), tree.map_structure(place, kwargs)

        with self._lock:
            traced = self._plans.get(key)
            if traced is None:
                traced = trace(self._f, [(t.shape, t.dtype) for t in tensors], rebuild)
                self._plans[key] = traced
                while len(self._plans) > self._max_plans:
                    self._plans.popitem(last=False)
        return traced

    def _fall_back(self, error: Exception) -> None:
        self._eager = True
        name = getattr(self._f, "__qualname__", "the function")
        warn(f"{name} runs eagerly from now on: {where_in_user_code(error)}: {error}")


def where_in_user_code(error: BaseException) -> str:
    """Returns `file:line` of the innermost frame of `error` outside nnfit."""
    import traceback  # for errors alone

    frames = traceback.extract_tb(error.__traceback__)
    mine = [frame for frame in frames if not os.path.abspath(frame.filename).startswith(_PACKAGE + os.sep)]
    frame = (mine or frames)[-1]
    return f"{frame.filename}:{frame.lineno}"


def _key_of(value: Any, tensors: list[_core.Tensor]) -> Any:
    """The part of a plan's key that `value` makes up; collects the tensors in it."""
    if isinstance(value, _TENSORS):
        tensor = value if isinstance(value, _core.Tensor) else _core.convert_to_tensor(value)
        tensors.append(tensor)
        return (tensor.shape, tensor.dtype)
    if isinstance(value, (tuple, list)):
        return (type(value), *[_key_of(item, tensors) for item in value])
    if isinstance(value, dict):
        return (dict, *[(name, _key_of(item, tensors)) for name, item in value.items()])
    try:
        hash(value)
    except TypeError:
        return _Identity(value)
    return (type(value), value)


class _Identity:
    """Stands in a key for an object that has no hash, and keeps it alive so that its id stays its own."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.value is self.value


def function(f: Callable[..., Any] | None = None, *, max_plans: int = 64) -> Any:
    """Makes a Python function over tensors run as a plan.

    The first call with new shapes, dtypes or Python values *traces* the function: its ops are recorded, then laid out
    as a flat list of kernel calls over one block of memory. Later calls run that list without Python. Python side
    effects (printing, appending to a list) happen when the function is traced, not at each call.

    A function that asks for a value while it is traced (`float(t)`, `if t > 0:`, `t.numpy()`) runs eagerly from then
    on, with one warning that names the line.

    Args:
        f: A function of tensors, arrays, and nests of them; other arguments are constants of the trace. It may read and
            assign variables.
        max_plans: How many plans are kept; the oldest go first. Defaults to 64.

    Returns:
        A function with the same arguments and results. Without `f`, a decorator.

    Example:
        >>> @nnfit.function
        ... def square_sum(x):
        ...     return nnfit.ops.sum(x * x)
        >>> float(square_sum(np.arange(3.0)))
        5.0
    """
    if f is None:
        return lambda g: Function(g, max_plans)
    return Function(f, max_plans)
