"""Comparing an op with its reference: values, types, gradients, plans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

import nnfit
from nnfit import _core
from reference.differences import directional, directions, real_arguments, seeds_for
from reference.table import Array, Case, Reference, as_tuple

FLOATS = ("float32", "float64")


def op_named(name: str) -> Callable[..., Any]:
    """The documented function, or the entry of the op table that only the core calls; `_core.` asks for the latter."""
    if name.startswith("_core."):
        return getattr(_core.ops, name.removeprefix("_core."))
    return getattr(nnfit.ops, name, None) or getattr(_core.ops, name)


def types_of(case: Case) -> tuple[str, ...]:
    """The float types that a case is for; one if it has no floats."""
    return FLOATS if any(a.dtype == np.float64 for a in case.arguments) else FLOATS[:1]


def arguments_in(case: Case, dtype: str) -> list[Array]:
    return [a.astype(dtype) if a.dtype == np.float64 else a for a in case.arguments]


def rounded(case: Case, dtype: str) -> Case:
    """The case with the numbers that its arguments have in `dtype`."""
    return replace(
        case, arguments=tuple(a.astype(np.float64) if a.dtype == dtype else a for a in arguments_in(case, dtype))
    )


def call(name: str, reference: Reference, case: Case, tensors: Any) -> tuple[Any, ...]:
    results = reference.call(op_named(name), *tensors, **case.attributes)
    return tuple(results) if isinstance(results, (tuple, list)) else (results,)


def strided(array: Array) -> Array:
    """The same values, in memory with gaps and in the order of Fortran."""
    if array.ndim == 0:
        return array
    spaced = np.zeros(tuple(2 * size for size in reversed(array.shape)), array.dtype).T
    view = spaced[(*(slice(None, None, 2) for _ in array.shape), ...)]
    view[...] = array
    return view


def expected_type(case: Case, want: Array, dtype: str) -> str:
    if want.dtype == np.bool_:
        return "bool"
    if case.dtype is not None:
        return case.dtype
    if want.dtype == np.float64:
        return dtype
    return str(want.dtype)


def assert_close(got: Array, want: Array, error: Array | float, what: str) -> None:
    """`|got - want| <= error`, with the same infinities and NaNs, in the type of `got`."""
    assert got.shape == want.shape, f"{what}: shape {got.shape}, expected {want.shape}"
    if want.dtype.kind != "f" or got.dtype.kind != "f":
        assert np.array_equal(got, want), f"{what}: {got}, expected {want}"
        return
    with np.errstate(all="ignore"):
        want = want.astype(got.dtype)
        allowed = error + np.finfo(got.dtype).tiny
        wrong = ~((got == want) | (np.isnan(got) & np.isnan(want)) | (np.abs(got.astype(np.float64) - want) <= allowed))
    if wrong.any():
        at = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        raise AssertionError(
            f"{what}: {wrong.sum()} of {wrong.size} differ; at {at} {got[at]!r}, expected {want[at]!r}"
        )


def check_forward(name: str, reference: Reference, case: Case, dtype: str) -> None:
    """Values and types, of contiguous and strided arrays."""
    what = f"{name}{case} in {dtype}"
    arrays = arguments_in(case, dtype)
    exact = rounded(case, dtype)
    wants = reference.results(exact)
    with np.errstate(all="ignore"):
        sizes = (
            wants if reference.magnitude is None else as_tuple(reference.magnitude(*exact.arguments, **case.attributes))
        )
    results = call(name, reference, case, arrays)
    assert len(results) == len(wants), f"{what}: {len(results)} results, expected {len(wants)}"
    for result, want, size in zip(results, wants, sizes, strict=True):
        assert result.dtype == expected_type(case, want, dtype), f"{what}: {result.dtype}"
        rounding = np.finfo(result.dtype).eps if result.dtype in FLOATS else 0
        with np.errstate(all="ignore"):
            error = reference.ulps * rounding * np.nan_to_num(np.abs(size))
        assert_close(result.numpy(), want, error, what)
    for result, again in zip(results, call(name, reference, case, [strided(a) for a in arrays]), strict=True):
        assert np.array_equal(result.numpy(), again.numpy(), equal_nan=True), f"{what}: strided arrays"


def check_planned(name: str, reference: Reference, case: Case, dtype: str) -> None:
    """A planned call gives the bits of an eager one."""
    tensors = [_core.convert_to_tensor(a) for a in arguments_in(case, dtype)]
    planned = nnfit.function(lambda *xs: call(name, reference, case, xs))
    for eager, later in zip(call(name, reference, case, tensors), planned(*tensors), strict=True):
        assert eager.dtype == later.dtype
        same = eager.numpy().tobytes() == later.numpy().tobytes()
        assert same, f"{name}{case} in {dtype}: planned {later.numpy()}, eager {eager.numpy()}"


def seeds_in(reference: Reference, case: Case) -> list[Array]:
    return [
        s for s, r in zip(seeds_for(reference, case), reference.results(case), strict=True) if r.dtype == np.float64
    ]


def gradients_of(
    name: str, reference: Reference, case: Case, tensors: Any, at: list[int], seeds: list[Any]
) -> list[Any]:
    sources = [tensors[i] for i in at]
    with nnfit.GradientTape() as tape:
        for source in sources:
            tape.watch(source)
        results = [r for r in call(name, reference, case, tensors) if r.dtype in FLOATS]
    weights = [nnfit.ops.cast(seed, result.dtype) for seed, result in zip(seeds, results, strict=True)]
    return tape.gradient(results, sources, weights, unconnected_gradients="zero")


def check_gradient(name: str, reference: Reference, case: Case, dtype: str) -> None:
    """The tape's gradients, eager and planned."""
    at = real_arguments(case)
    if not at:
        return
    exact = rounded(case, dtype)
    seeds = seeds_in(reference, exact)
    if not seeds:
        return
    wants = reference.gradients(exact, seeds_for(reference, exact))
    tensors = [_core.convert_to_tensor(a) for a in arguments_in(case, dtype)]
    planned = nnfit.function(lambda *xs: gradients_of(name, reference, case, xs, at, seeds))
    for kind, gradients in (
        ("eager", gradients_of(name, reference, case, tensors, at, seeds)),
        ("planned", planned(*tensors)),
    ):
        for i, gradient in zip(at, gradients, strict=True):
            want = np.zeros(case.arguments[i].shape) if wants[i] is None else wants[i]
            what = f"{kind} gradient {i} of {name}{case} in {dtype}"
            assert gradient.dtype == dtype, f"{what}: {gradient.dtype}"
            finite = np.abs(want[np.isfinite(want)])
            size = max(finite.max(initial=0), 0.1)
            assert_close(gradient.numpy(), want, reference.gradient_ulps * np.finfo(dtype).eps * size, what)


def check_second_order(name: str, reference: Reference, case: Case) -> None:
    """The derivative of the gradients along a direction, against central differences of the adjoint, in float64."""
    at = real_arguments(case)
    seeds = seeds_in(reference, case)
    if not at or not seeds:
        return
    all_seeds = seeds_for(reference, case)
    direction, weights = directions(case, at)[:2]

    def weighted_gradient(arrays: list[Array]) -> float:
        gradients = reference.gradients(replace(case, arguments=tuple(arrays)), all_seeds)
        return float(
            sum((w * gradients[i]).sum() for i, w in zip(at, weights, strict=True) if gradients[i] is not None)
        )

    numeric = directional(weighted_gradient, list(case.arguments), at, direction)
    tensors = [_core.convert_to_tensor(a) for a in case.arguments]
    sources = [tensors[i] for i in at]
    with nnfit.GradientTape() as tape:
        for source in sources:
            tape.watch(source)
        gradients = gradients_of(name, reference, case, tensors, at, seeds)
        total = sum(nnfit.ops.sum(gradient * w) for gradient, w in zip(gradients, weights, strict=True))
    second = tape.gradient(total, sources, unconnected_gradients="zero")
    terms = [s.numpy() * d for s, d in zip(second, direction, strict=True)]
    analytic, size = sum(t.sum() for t in terms), sum(np.abs(t).sum() for t in terms)
    assert abs(numeric - analytic) <= 1e-6 * (1 + size), f"{name}{case}: {analytic}, numerically {numeric}"
