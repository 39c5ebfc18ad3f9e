"""Properties of shapes, broadcasting and indexing against NumPy, on arguments that nobody thought of."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnfit import ops

BOUNDED = settings(derandomize=True, max_examples=100, deadline=None, database=None)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
FILLED = hnp.array_shapes(min_dims=1, max_dims=4, min_side=1, max_side=5)


def numbered(shape):
    return np.arange(int(np.prod(shape)), dtype="float64").reshape(shape)


def axes_of(draw, rank):
    chosen = draw(st.lists(st.integers(0, rank - 1), unique=True, max_size=rank)) if rank else []
    return tuple(a - rank * draw(st.booleans()) for a in chosen)


@BOUNDED
@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=4, min_side=0, max_side=5))
def test_broadcasting(shapes):
    a, b = (numbered(s) + 1 for s in shapes.input_shapes)
    np.testing.assert_array_equal(ops.subtract(a, b), a - b)
    np.testing.assert_array_equal(ops.less(a, b), a < b)
    np.testing.assert_array_equal(ops.broadcast_to(a, shapes.result_shape), np.broadcast_to(a, shapes.result_shape))


@BOUNDED
@given(hnp.mutually_broadcastable_shapes(num_shapes=3, max_dims=4, min_side=0, max_side=4))
def test_choosing(shapes):
    c, a, b = (numbered(s) for s in shapes.input_shapes)
    np.testing.assert_array_equal(ops.where(c % 2 == 0, a, b), np.where(c % 2 == 0, a, b))


@BOUNDED
@given(hnp.mutually_broadcastable_shapes(signature="(m,k),(k,n)->(m,n)", max_dims=2, min_side=0, max_side=5))
def test_batched_products(shapes):
    a, b = (numbered(s) % 7 - 3 for s in shapes.input_shapes)
    np.testing.assert_array_equal(ops.matmul(a, b), a @ b)


@BOUNDED
@given(st.data())
def test_reductions(data):
    x = numbered(data.draw(SHAPES)) % 11 - 5
    axis = axes_of(data.draw, x.ndim) or None
    keepdims = data.draw(st.booleans())
    np.testing.assert_array_equal(ops.sum(x, axis, keepdims), x.sum(axis, keepdims=keepdims))
    np.testing.assert_array_equal(ops.any(x > 4, axis, keepdims), (x > 4).any(axis, keepdims=keepdims))
    if x.size:
        np.testing.assert_array_equal(ops.max(x, axis, keepdims), x.max(axis, keepdims=keepdims))
        np.testing.assert_allclose(ops.var(x, axis, keepdims), x.var(axis, keepdims=keepdims), atol=1e-12)


@BOUNDED
@given(st.data())
def test_transposing(data):
    x = numbered(data.draw(SHAPES))
    axes = data.draw(st.permutations(range(x.ndim)))
    np.testing.assert_array_equal(ops.transpose(x, axes), x.transpose(axes))
    if x.ndim:
        a, b = (data.draw(st.integers(-x.ndim, x.ndim - 1)) for _ in range(2))
        np.testing.assert_array_equal(ops.swapaxes(x, a, b), np.swapaxes(x, a, b))
        np.testing.assert_array_equal(ops.moveaxis(x, a, b), np.moveaxis(x, a, b))
        np.testing.assert_array_equal(ops.flip(x, a), np.flip(x, a))


@BOUNDED
@given(st.data())
def test_slicing(data):
    x = numbered(data.draw(SHAPES))
    key = data.draw(hnp.basic_indices(x.shape, allow_newaxis=True, max_dims=7))
    np.testing.assert_array_equal(ops.get_item(x, key), x[key])


@BOUNDED
@given(st.data())
def test_indexing_with_arrays(data):
    x = numbered(data.draw(FILLED))
    key = data.draw(
        hnp.integer_array_indices(x.shape, result_shape=hnp.array_shapes(max_dims=2, min_side=0, max_side=4))
    )
    np.testing.assert_array_equal(ops.get_item(x, key), x[key])
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    size = x.shape[axis]
    indices = data.draw(
        hnp.arrays("int64", hnp.array_shapes(max_dims=2, min_side=0, max_side=4), elements=st.integers(-size, size - 1))
    )
    np.testing.assert_array_equal(ops.take(x, indices, axis), np.take(x, indices, axis))


@BOUNDED
@given(st.data())
def test_repeating_and_padding(data):
    x = numbered(data.draw(SHAPES))
    repeats = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=4))
    np.testing.assert_array_equal(ops.tile(x, repeats), np.tile(x, repeats))
    if x.ndim:
        widths = [tuple(data.draw(st.integers(0, 3)) for _ in range(2)) for _ in range(x.ndim)]
        np.testing.assert_array_equal(ops.pad(x, widths, constant_values=7.0), np.pad(x, widths, constant_values=7.0))
        axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
        np.testing.assert_array_equal(ops.repeat(x, 2, axis), np.repeat(x, 2, axis))
        shift = data.draw(st.integers(-7, 7))
        np.testing.assert_array_equal(ops.roll(x, shift, axis), np.roll(x, shift, axis))


@BOUNDED
@given(st.data())
def test_joining_and_cutting(data):
    shape = data.draw(FILLED)
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    sizes = data.draw(st.lists(st.integers(0, 4), min_size=1, max_size=4))
    parts = []
    for i, size in enumerate(sizes):
        part_shape = list(shape)
        part_shape[axis] = size
        parts.append(numbered(part_shape) + 100 * i)
    whole = np.concatenate(parts, axis)
    np.testing.assert_array_equal(ops.concatenate(parts, axis), whole)
    cuts = np.cumsum(sizes)[:-1].tolist()
    for got, want in zip(ops.split(whole, cuts, axis), parts, strict=True):
        np.testing.assert_array_equal(got, want)


@BOUNDED
@given(st.data())
def test_sorting(data):
    elements = st.one_of(st.floats(-3, 3, width=32).map(lambda v: round(v, 0)), st.sampled_from([np.nan, np.inf]))
    x = data.draw(hnp.arrays("float32", FILLED, elements=elements))
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    np.testing.assert_array_equal(ops.sort(x, axis), np.sort(x, axis))
    np.testing.assert_array_equal(ops.argsort(x, axis), np.argsort(x, axis, kind="stable"))


@BOUNDED
@given(st.data())
def test_einsum(data):
    letters = "abcd"
    sizes = {letter: data.draw(st.integers(1, 4)) for letter in letters}
    terms = [
        "".join(data.draw(st.lists(st.sampled_from(letters), unique=True, min_size=1, max_size=4)))
        for _ in range(data.draw(st.integers(1, 3)))
    ]
    used = sorted(set("".join(terms)))
    result = "".join(data.draw(st.lists(st.sampled_from(used), unique=True, max_size=len(used))))
    subscripts = ",".join(terms) + "->" + result
    arrays = [numbered([sizes[letter] for letter in term]) % 5 - 2 for term in terms]
    np.testing.assert_array_equal(ops.einsum(subscripts, *arrays), np.einsum(subscripts, *arrays))
