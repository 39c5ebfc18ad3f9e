"""Products of matrices, and functions of matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.elementwise import sigmoid
from reference.table import Array, Case, Reference, moved, real, summed_to, whole


def transposed(x: Array, transpose: bool) -> Array:
    return np.swapaxes(x, -1, -2) if transpose else x


def matmul(x1: Array, x2: Array, transpose_a: bool = False, transpose_b: bool = False) -> Array:
    return np.matmul(transposed(x1, transpose_a), transposed(x2, transpose_b))


def matmul_adjoint(
    dy: Array, x1: Array, x2: Array, transpose_a: bool = False, transpose_b: bool = False
) -> tuple[Array, Array]:
    a = transposed(x1, transpose_a) if x1.ndim > 1 else x1[None, :]
    b = transposed(x2, transpose_b) if x2.ndim > 1 else x2[:, None]
    dy = dy if x2.ndim > 1 else dy[..., None]
    dy = dy if x1.ndim > 1 else dy[..., None, :]
    da = summed_to(np.matmul(dy, np.swapaxes(b, -1, -2)), a.shape)
    db = summed_to(np.matmul(np.swapaxes(a, -1, -2), dy), b.shape)
    da = transposed(da, transpose_a) if x1.ndim > 1 else da
    db = transposed(db, transpose_b) if x2.ndim > 1 else db
    return da.reshape(x1.shape), db.reshape(x2.shape)


def products(
    function: Callable[..., Array],
    adjoint: Callable[..., Any],
    calls: list[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]],
) -> Reference:
    cases = [Case((real(*a, key=1), real(*b, key=2)), attributes) for a, b, attributes in calls]
    a, b, attributes = calls[0]
    cases += [
        Case((whole(*a, dtype=t, key=1), whole(*b, dtype=t, key=2)), attributes, gradient=False)
        for t in ("int32", "int64")
    ]

    def magnitude(x1: Array, x2: Array, **attributes: Any) -> Array:
        return function(np.abs(x1), np.abs(x2), **attributes)

    return Reference(function, cases, adjoint, magnitude, ulps=16)


MATMULS: list[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ((3, 4), (4, 5), {}),
    ((1, 1), (1, 1), {}),
    ((4,), (4, 5), {}),
    ((3, 4), (4,), {}),
    ((4,), (4,), {}),
    ((2, 3, 4), (4, 5), {}),
    ((2, 3, 4), (2, 4, 5), {}),
    ((2, 3, 4), (1, 4, 5), {}),
    ((3, 4), (2, 4, 5), {}),
    ((2, 1, 3, 4), (3, 4, 5), {}),
    ((2, 3, 4), (4,), {}),
    ((4,), (2, 4, 5), {}),
    ((0, 4), (4, 5), {}),
    ((3, 0), (0, 5), {}),
    ((3, 4), (4, 0), {}),
    ((0, 3, 4), (4, 5), {}),
    ((17, 65), (65, 33), {}),
    ((65, 1), (1, 33), {}),
    ((1, 130), (130, 1), {}),
]
TRANSPOSED: list[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]]] = [
    ((4, 3), (4, 5), {"transpose_a": True}),
    ((3, 4), (5, 4), {"transpose_b": True}),
    ((4, 3), (5, 4), {"transpose_a": True, "transpose_b": True}),
    ((2, 4, 3), (2, 4, 5), {"transpose_a": True}),
    ((2, 3, 4), (1, 5, 4), {"transpose_b": True}),
    ((65, 17), (65, 33), {"transpose_a": True}),
    ((17, 65), (33, 65), {"transpose_b": True}),
]


def bilinear_adjoint(forward: Callable[..., Array], dy: Array, arrays: tuple[Array, ...]) -> tuple[Array, ...]:
    """The adjoint of an op that is linear in each array: its value on each unit array is the matrix's row."""
    gradients = []
    for i, array in enumerate(arrays):
        gradient = np.empty(array.shape)
        for at in np.ndindex(array.shape):
            unit = np.zeros(array.shape)
            unit[at] = 1
            gradient[at] = (forward(*arrays[:i], unit, *arrays[i + 1 :]) * dy).sum()
        gradients.append(gradient)
    return tuple(gradients)


def linear(function: Callable[..., Array]) -> Callable[..., Any]:
    def adjoint(dy: Array, *arrays: Array, **attributes: Any) -> tuple[Array, ...]:
        return bilinear_adjoint(lambda *a: function(*a, **attributes), dy, arrays)

    return adjoint


EINSUMS = [
    ("ij,jk->ik", (3, 4), (4, 5)),
    ("ij,kj->ik", (3, 4), (5, 4)),
    ("ji,jk->ik", (4, 3), (4, 5)),
    ("ij,jk->ki", (3, 4), (4, 5)),
    ("ij,jk", (3, 4), (4, 5)),
    ("ba,cb", (3, 4), (5, 3)),
    ("bij,bjk->bik", (2, 3, 4), (2, 4, 5)),
    ("bthk,bshk->bhts", (2, 3, 2, 4), (2, 5, 2, 4)),
    ("bhts,bshk->bthk", (2, 2, 3, 5), (2, 5, 2, 4)),
    ("btd,dhk->bthk", (2, 3, 4), (4, 2, 3)),
    ("bthk,hkd->btd", (2, 3, 2, 4), (2, 4, 5)),
    ("...ij,...jk->...ik", (2, 3, 4), (1, 4, 5)),
    ("...ij,jk->...ik", (2, 3, 4), (4, 5)),
    ("...i,i->...", (2, 3, 4), (4,)),
    ("i...,i...->i...", (3, 2), (3, 1)),
    ("i,j->ij", (3,), (4,)),
    ("ij,ij->", (3, 4), (3, 4)),
    ("ij,ij->ij", (3, 4), (3, 4)),
    ("ij,j->i", (3, 4), (4,)),
    ("ij->ji", (3, 4)),
    ("ij->i", (3, 4)),
    ("ij->", (3, 4)),
    ("ij->j", (3, 4)),
    ("ii->i", (4, 4)),
    ("ii", (4, 4)),
    ("iij->ij", (3, 3, 2)),
    ("ij,k->i", (3, 4), (5,)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 2)),
    ("ij,jk,ik->", (2, 3), (3, 4), (2, 4)),
    ("i,i,i->i", (3,), (3,), (3,)),
    ("ij,jk->ik", (0, 4), (4, 5)),
    ("ij,jk->ik", (3, 0), (0, 5)),
]


def einsum(*arrays: Array, subscripts: str) -> Array:
    return np.einsum(subscripts, *arrays)


def einsum_magnitude(*arrays: Array, subscripts: str) -> Array:
    return np.einsum(subscripts, *(np.abs(a) for a in arrays))


ACTIVATIONS: dict[str | None, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    None: (lambda x: x, np.ones_like),
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
    "sigmoid": (sigmoid, lambda x: sigmoid(x) * sigmoid(-x)),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
}


def affine(x: Array, kernel: Array, bias: Array | None = None) -> Array:
    y = np.matmul(x, kernel)
    return y if bias is None else y + bias


def dense(x: Array, kernel: Array, bias: Array | None = None, activation: str | None = None) -> Array:
    return ACTIVATIONS[activation][0](affine(x, kernel, bias))


def dense_adjoint(
    dy: Array, x: Array, kernel: Array, bias: Array | None = None, activation: str | None = None
) -> tuple[Array, ...]:
    dy = dy * ACTIVATIONS[activation][1](affine(x, kernel, bias))
    gradients = matmul_adjoint(dy, x, kernel)
    return gradients if bias is None else (*gradients, summed_to(dy, bias.shape))


def dense_magnitude(x: Array, kernel: Array, bias: Array | None = None, activation: str | None = None) -> Array:
    return affine(np.abs(x), np.abs(kernel), None if bias is None else np.abs(bias))


DENSES = [
    Case((real(*x, key=1), real(*kernel, key=2), real(kernel[1], key=3)), {"activation": activation})
    for x, kernel in [((3, 4), (4, 5)), ((2, 3, 4), (4, 5)), ((17, 65), (65, 33)), ((1, 3), (3, 1)), ((0, 4), (4, 5))]
    for activation in ACTIVATIONS
] + [Case((real(*x, key=1), real(*k, key=2))) for x, k in [((3, 4), (4, 5)), ((4,), (4, 5)), ((40, 30), (30, 20))]]


def dense_input_gradient(dy: Array, kernel: Array, gate: Array | None = None) -> Array:
    dx = dy @ kernel.T
    return dx if gate is None else dx * (gate > 0)


def dense_input_gradient_adjoint(g: Array, dy: Array, kernel: Array) -> tuple[Array, Array]:
    return g @ kernel, g.reshape(-1, g.shape[-1]).T @ dy.reshape(-1, dy.shape[-1])


def dense_kernel_gradient(x: Array, dy: Array) -> tuple[Array, Array]:
    rows = int(np.prod(x.shape[:-1]))
    x, dy = x.reshape(rows, x.shape[-1]), dy.reshape(rows, dy.shape[-1])
    return x.T @ dy, dy.sum(axis=0)


def dense_kernel_gradient_adjoint(g: tuple[Array, Array], x: Array, dy: Array) -> tuple[Array, Array]:
    return dy @ g[0].T, x @ g[0] + g[1]


def norm(x: Array, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
    if axis is None and ord is None:
        result = np.sqrt((x**2).sum())
        return result.reshape((1,) * x.ndim) if keepdims else result
    return np.linalg.norm(x, ord, axis, keepdims)


def norm_adjoint(dy: Array, x: Array, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
    if axis is None:
        axis = tuple(range(x.ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    if not keepdims:
        dy = np.expand_dims(dy, tuple(sorted(a % x.ndim for a in axes)))
    if ord in (None, "fro") or (ord == 2 and len(axes) == 1):
        return dy * x / np.sqrt((x**2).sum(axis=axes, keepdims=True))
    if len(axes) == 2:
        rows, columns = axes
        summed, other = (rows, columns) if abs(ord) == 1 else (columns, rows)
        sums = np.abs(x).sum(axis=summed, keepdims=True)
        best = (np.max if ord > 0 else np.min)(sums, axis=other, keepdims=True)
        return dy * np.sign(x) * (sums == best)
    if abs(ord) == np.inf:
        best = (np.max if ord > 0 else np.min)(np.abs(x), axis=axes, keepdims=True)
        return dy * np.sign(x) * (np.abs(x) == best)
    if ord == 0:
        return np.zeros_like(x)
    total = (np.abs(x) ** ord).sum(axis=axes, keepdims=True)
    return dy * total ** (1 / ord - 1) * np.abs(x) ** (ord - 1) * np.sign(x)


NORMS = [
    *(
        Case((real(*shape),), attributes)
        for shape, attributes in [
            ((7,), {}),
            ((3, 4), {}),
            ((2, 3, 5), {}),
            ((3, 4), {"axis": 1}),
            ((3, 4), {"axis": (0, 1), "keepdims": True}),
            ((3, 4), {"ord": "fro"}),
            ((2, 3, 5), {"ord": "fro", "axis": (0, 2)}),
        ]
    ),
    *(Case((real(3, 4),), {"ord": ord, "axis": 1}) for ord in (1, 2, 3, 0.5, np.inf, -np.inf)),
    *(Case((real(3, 4),), {"ord": ord}) for ord in (1, -1, np.inf, -np.inf)),
    Case((real(2, 3, 5),), {"ord": 1, "axis": (2, 0), "keepdims": True}),
    Case((np.array([[1.0, 0, 2], [0, 0, 0]]),), {"ord": 0, "axis": 1}, smooth=False),
    Case((real(3, 4),), {"ord": 2, "axis": -1, "keepdims": True}),
]


def outer(x1: Array, x2: Array) -> Array:
    return np.outer(x1, x2)


REFERENCES: dict[str, Reference] = {
    "dense": Reference(dense, DENSES, dense_adjoint, dense_magnitude, ulps=16),
    "dense_input_gradient": Reference(
        dense_input_gradient,
        [
            Case(
                (real(*dy, key=1), real(*kernel, key=2), *(real(*dy[:-1], kernel[0], key=3),) * gated),
                gradient=not gated,
            )
            for dy, kernel in [((3, 5), (4, 5)), ((2, 3, 5), (4, 5)), ((17, 33), (65, 33)), ((0, 5), (4, 5))]
            for gated in (0, 1)
        ],
        dense_input_gradient_adjoint,
        lambda dy, kernel, *gate: np.abs(dy) @ np.abs(kernel).T,
        ulps=16,
    ),
    "dense_kernel_gradient": Reference(
        dense_kernel_gradient,
        [
            Case((real(*x, key=1), real(*x[:-1], units, key=2)))
            for x, units in [((3, 4), 5), ((2, 3, 4), 5), ((17, 65), 33), ((1, 1), 1), ((0, 4), 5), ((6, 0), 4)]
        ],
        dense_kernel_gradient_adjoint,
        lambda x, dy: dense_kernel_gradient(np.abs(x), np.abs(dy)),
        ulps=16,
    ),
    "_core.matmul": products(matmul, matmul_adjoint, MATMULS + TRANSPOSED),
    "matmul": products(matmul, matmul_adjoint, MATMULS),
    "dot": products(
        np.dot,
        linear(np.dot),
        [
            ((3, 4), (4, 5), {}),
            ((4,), (4,), {}),
            ((), (3,), {}),
            ((3,), (), {}),
            ((2, 3, 4), (4,), {}),
            ((2, 3), (2, 3, 4), {}),
            ((2, 2, 3), (2, 3, 4), {}),
        ],
    ),
    "tensordot": products(
        np.tensordot,
        linear(np.tensordot),
        [
            ((2, 3, 4), (3, 4, 2), {"axes": 2}),
            ((3, 4), (4, 5), {"axes": 1}),
            ((3,), (4,), {"axes": 0}),
            ((2, 3, 4), (4, 5, 3), {"axes": ([1, 2], [2, 0])}),
            ((2, 3, 4), (4, 5, 3), {"axes": ([2, 1], [0, 2])}),
            ((2, 3, 4), (5, 3), {"axes": (1, 1)}),
            ((2, 3, 4), (5, 2), {"axes": ([0], [-1])}),
            ((3, 4), (3, 4), {"axes": ((0, 1), (0, 1))}),
        ],
    ),
    "inner": products(
        np.inner,
        linear(np.inner),
        [((3, 4), (5, 4), {}), ((4,), (4,), {}), ((), (3,), {}), ((2, 3, 4), (5, 4), {}), ((2, 4), (4,), {})],
    ),
    "outer": products(outer, linear(outer), [((3,), (4,), {}), ((2, 3), (4,), {}), ((), (3,), {}), ((0,), (3,), {})]),
    "einsum": Reference(
        einsum,
        [
            Case(tuple(real(*shape, key=i) for i, shape in enumerate(shapes)), {"subscripts": subscripts})
            for subscripts, *shapes in EINSUMS
        ],
        linear(einsum),
        einsum_magnitude,
        ulps=16,
        call=lambda op, *tensors, subscripts: op(subscripts, *tensors),
    ),
    "norm": Reference(norm, NORMS, norm_adjoint, ulps=32),
    "diagonal": Reference(
        lambda x, offset=0, axis1=0, axis2=1: np.diagonal(x, offset, axis1, axis2),
        [
            Case((real(*shape),), attributes)
            for shape, attributes in [
                ((3, 4), {}),
                ((4, 3), {}),
                ((3, 4), {"offset": 2}),
                ((3, 4), {"offset": -2}),
                ((3, 4), {"offset": 4}),
                ((2, 3, 4), {"axis1": 1, "axis2": 2}),
                ((2, 3, 4), {"axis1": -1, "axis2": 0, "offset": 1}),
            ]
        ]
        + [Case((whole(3, 4),), gradient=False)],
        moved(lambda x, offset=0, axis1=0, axis2=1: np.diagonal(x, offset, axis1, axis2)),
        ulps=0,
    ),
    "diag": Reference(
        np.diag,
        [Case((real(*shape),), {"k": k}) for shape in [(3,), (3, 4), (4, 3)] for k in (0, 1, -1, 2)]
        + [Case((whole(3),), gradient=False)],
        moved(np.diag),
        ulps=0,
    ),
    "trace": Reference(
        lambda x, offset=0, axis1=0, axis2=1: np.asarray(np.trace(x, offset, axis1, axis2, dtype=x.dtype)),
        [
            Case((real(3, 4),)),
            Case((real(3, 4),), {"offset": 1}),
            Case((real(2, 3, 4),), {"axis1": 1, "axis2": 2}),
            Case((whole(3, 4),), gradient=False),
        ],
        linear(np.trace),
        lambda x, **a: np.asarray(np.trace(np.abs(x), **a)),
    ),
}
for name in ("tril", "triu"):
    function = getattr(np, name)
    REFERENCES[name] = Reference(
        function,
        [Case((real(*shape),), {"k": k}) for shape in [(3, 4), (2, 3, 3)] for k in (0, 1, -1)]
        + [Case((whole(3, 4),), gradient=False)],
        moved(function),
        ulps=0,
    )
