// Ops that read and add by index: take, take_along_axis, their transposes scatter_add and scatter_add_along_axis,
// one_hot.
#include <cstring>

#include "kernels/elementwise/elementwise.h"
#include "kernels/gather/gather.h"
#include "kernels/kernels.h"
#include "ops/functions.h"
#include "ops/op.h"
#include "ops/row_tiles.h"
#include "ops/strided_copy.h"

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

constexpr double nanoseconds_per_element = 0.3;

const GatherTable& table_in_use() { return *kernels().gather; }

// The source type of a gather from one of the dtypes.
SourceType source_of(DType dtype) {
  constexpr SourceType sources[dtype_count] = {SourceType::bool_, SourceType::uint8,   SourceType::int32,
                                               SourceType::int64, SourceType::float32, SourceType::float64};
  return sources[static_cast<int>(dtype)];
}

void expect_indices(const char* name, const Spec& indices) {
  if (!is_integer(indices.dtype))
    throw TypeError(concat("[", name, "] expected integer indices; got ", indices, ". Cast them first."));
}

// An array seen as [outer, n, inner] around an axis; all of it is the axis if there is no such attribute.
struct AxisView {
  int axis = 0;
  std::int64_t outer = 1, n, inner = 1;
  AxisView(const char* name, const Attributes& attributes, const Shape& shape) {
    if (!attributes.has("axis")) {
      n = shape.size();
      return;
    }
    axis = normalize_axis(name, attributes.integer("axis"), shape.rank());
    outer = shape.size(0, axis);
    n = shape[axis];
    inner = shape.size(axis + 1, shape.rank());
  }
};

std::int64_t value_at(const Operand& indices, std::int64_t i) {
  return visit(indices.spec->dtype, [&](auto tag) {
    using T = typename decltype(tag)::type;
    return static_cast<std::int64_t>(static_cast<const T*>(indices.data)[i]);
  });
}

// The indices as numbers in [0, n), negative ones counted from the end, in scratch.
const std::int64_t* resolved(const char* name, const RunContext& c, const Operand& indices, std::int64_t n) {
  auto* const out = reinterpret_cast<std::int64_t*>(c.scratch);
  const std::int64_t bad =
      table_in_use().resolve_indices[indices.spec->dtype](indices.spec->shape.size(), n, true, indices.data, out);
  if (bad >= 0)
    throw IndexError(concat("[", name, "] expected indices in [", -n, ", ", n, "), the size of the axis; got ",
                            value_at(indices, bad), " at position ", bad, "."));
  return out;
}

template <std::size_t which>
std::size_t scratch_for_indices(const Attributes&, std::span<const Spec> in, std::span<const Spec>) {
  return static_cast<std::size_t>(in[which].shape.size()) * sizeof(std::int64_t);
}

// The shape of x with the axis replaced by the indices' axes.
Shape taken_shape(const char* name, const Attributes& attributes, const Shape& x, const Shape& indices) {
  if (!attributes.has("axis")) return indices;
  const int axis = normalize_axis(name, attributes.integer("axis"), x.rank());
  if (x.rank() - 1 + indices.rank() > Shape::max_rank)
    throw ValueError(concat("[", name, "] expected a result of at most ", Shape::max_rank, " axes; got x ", x,
                            " and indices ", indices, "."));
  Shape shape(x.dims().first(static_cast<std::size_t>(axis)));
  for (std::int64_t dim : indices) shape.push_back(dim);
  for (int i = axis + 1; i < x.rank(); ++i) shape.push_back(x[i]);
  return shape;
}

// --- take(x, indices)

std::vector<Spec> infer_take(const Attributes& attributes, std::span<const Spec> in) {
  expect_indices("take", in[1]);
  return {{in[0].dtype, taken_shape("take", attributes, in[0].shape, in[1].shape)}};
}

void run_take(const RunContext& c) {
  const AxisView view("take", c.attributes, c.in_shape(0));
  const std::int64_t m = c.in_shape(1).size();
  const std::int64_t* const index = resolved("take", c, c.inputs[1], view.n);
  const auto size = static_cast<std::int64_t>(size_of(c.in_dtype(0)));
  const auto kernel = table_in_use().gather_rows[source_of(c.in_dtype(0))][c.in_dtype(0)];
  const auto* const from = static_cast<const std::byte*>(c.inputs[0].data);
  auto* const to = static_cast<std::byte*>(c.outputs[0].data);
  const auto gather = [&](std::int64_t outer, std::int64_t first, std::int64_t count) {
    kernel(count, view.inner, from + outer * view.n * view.inner * size, view.inner * size, index + first,
           to + (outer * m + first) * view.inner * size, view.inner);
  };
  if (view.outer == 1)
    for_row_tiles(m, view.inner, nanoseconds_per_element,
                  [&](std::int64_t first, std::int64_t count) { gather(0, first, count); });
  else
    for_row_tiles(view.outer, m * view.inner, nanoseconds_per_element, [&](std::int64_t first, std::int64_t count) {
      for (std::int64_t o = first; o < first + count; ++o) gather(o, 0, m);
    });
}

int axis_of(const char* name, const Attributes& attributes, const Shape& shape) {
  return attributes.has("axis") ? normalize_axis(name, attributes.integer("axis"), shape.rank()) : 0;
}

Tensor scatter_add(const Tensor& indices, const Tensor& updates, std::int64_t axis, std::int64_t size) {
  return apply_named("scatter_add", {indices, updates}, {{"axis", axis}, {"size", size}})[0];
}

std::vector<Tensor> gradient_of_take(const GradientContext& c) {
  const Shape& shape = c.in(0).shape();
  if (!c.attributes.has("axis"))
    return {functions::reshape(scatter_add(c.in(1), c.dout(), 0, shape.size()), shape), {}};
  const int axis = axis_of("take", c.attributes, shape);
  return {scatter_add(c.in(1), c.dout(), axis, shape[axis]), {}};
}

// --- scatter_add(indices, updates): zeros with `size` elements along the axis, to which what take reads there adds up.
// In the updates the axis is replaced by the indices' axes.

std::vector<Spec> infer_scatter_add(const Attributes& attributes, std::span<const Spec> in) {
  expect_indices("scatter_add", in[0]);
  const Shape &indices = in[0].shape, &updates = in[1].shape;
  const std::int64_t axis = attributes.integer("axis"), size = attributes.integer("size");
  bool fits = axis >= 0 && size >= 0 && axis + indices.rank() <= updates.rank() && in[1].dtype != DType::bool_;
  for (int i = 0; fits && i < indices.rank(); ++i) fits = indices[i] == updates[static_cast<int>(axis) + i];
  if (!fits)
    throw ValueError(concat("[scatter_add] expected updates, numbers, whose axes from ", axis,
                            " on are those of the indices ", indices, ", and a size of at least 0; got ", in[1],
                            " and size ", size, "."));
  Shape shape(updates.dims().first(static_cast<std::size_t>(axis)));
  shape.push_back(size);
  for (int i = static_cast<int>(axis) + indices.rank(); i < updates.rank(); ++i) shape.push_back(updates[i]);
  return {{in[1].dtype, shape}};
}

// Adds rows [m, inner] to [n, inner] for each outer index; side by side over those, or over pieces of the columns, so
// that each sum is made in the order of the indices.
void run_scatter_add(const RunContext& c) {
  const AxisView view("scatter_add", c.attributes, c.out_shape(0));
  const std::int64_t m = c.in_shape(0).size();
  const std::int64_t* const index = resolved("scatter_add", c, c.inputs[0], view.n);
  const auto size = static_cast<std::int64_t>(size_of(c.out_dtype(0)));
  const auto kernel = table_in_use().scatter_add_rows[c.out_dtype(0)];
  if (c.outputs[0].spec->bytes()) std::memset(c.outputs[0].data, 0, c.outputs[0].spec->bytes());
  constexpr std::int64_t width = 64;
  const std::int64_t pieces = (view.inner + width - 1) / width;
  const double work = static_cast<double>(view.outer * m * view.inner) * nanoseconds_per_element;
  parallel_for(view.outer * pieces, work, [&](std::int64_t tile) {
    const std::int64_t outer = tile / pieces, column = tile % pieces * width;
    kernel(m, std::min(width, view.inner - column), index,
           static_cast<const std::byte*>(c.inputs[1].data) + (outer * m * view.inner + column) * size, view.inner,
           static_cast<std::byte*>(c.outputs[0].data) + (outer * view.n * view.inner + column) * size, view.inner);
  });
}

std::vector<Tensor> gradient_of_scatter_add(const GradientContext& c) {
  return {{}, apply_named("take", {c.dout(), c.in(0)}, {{"axis", c.attributes.value("axis")}})[0]};
}

// --- take_along_axis(x, indices)

// The shapes that x and the indices broadcast to: alike but along the axis.
struct AlongShapes {
  int axis;
  Shape x, indices;

  AlongShapes(const Attributes& attributes, const Shape& given_x, const Shape& given_indices) {
    const char* const name = "take_along_axis";
    if (given_x.rank() != given_indices.rank())
      throw ValueError(
          concat("[", name, "] expected x and indices of as many axes; got ", given_x, " and ", given_indices, "."));
    axis = normalize_axis(name, attributes.integer("axis"), given_x.rank());
    Shape a = given_x, b = given_indices;
    a[axis] = b[axis] = 1;
    x = indices = broadcast(name, a, b);
    x[axis] = given_x[axis];
    indices[axis] = given_indices[axis];
  }
};

std::vector<Spec> infer_take_along(const Attributes& attributes, std::span<const Spec> in) {
  expect_indices("take_along_axis", in[1]);
  return {{in[0].dtype, AlongShapes(attributes, in[0].shape, in[1].shape).indices}};
}

constexpr std::size_t aligned(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

// The indices as given, and where shapes are broadcast the indices and x so.
std::size_t scratch_for_take_along(const Attributes& attributes, std::span<const Spec> in, std::span<const Spec>) {
  const AlongShapes shapes(attributes, in[0].shape, in[1].shape);
  return aligned(static_cast<std::size_t>(in[1].shape.size()) * 8) +
         aligned(static_cast<std::size_t>(shapes.indices.size()) * 8) +
         aligned(static_cast<std::size_t>(shapes.x.size()) * size_of(in[0].dtype));
}

// `data` of the shape `from`, or its copy in `room` broadcast to `to`.
const void* broadcast_in(void* room, std::size_t element_bytes, const void* data, const Shape& from, const Shape& to) {
  if (from == to) return data;
  StridedView view = StridedView::row_major(from);
  for (int i = 0; i < from.rank(); ++i)
    if (from[i] != to[i]) view.strides[i] = 0;
  copy_strided(element_bytes, to, data, view, room, StridedView::row_major(to));
  return room;
}

void run_take_along(const RunContext& c) {
  const AlongShapes shapes(c.attributes, c.in_shape(0), c.in_shape(1));
  const AxisView from("", c.attributes, shapes.x), to("", c.attributes, shapes.indices);
  const auto size = static_cast<std::int64_t>(size_of(c.in_dtype(0)));
  std::byte* const second = c.scratch + aligned(static_cast<std::size_t>(c.in_shape(1).size()) * 8);
  std::byte* const third = second + aligned(static_cast<std::size_t>(shapes.indices.size()) * 8);
  const auto* const index = static_cast<const std::int64_t*>(
      broadcast_in(second, 8, resolved("take_along_axis", c, c.inputs[1], from.n), c.in_shape(1), shapes.indices));
  const auto* const x = static_cast<const std::byte*>(
      broadcast_in(third, static_cast<std::size_t>(size), c.inputs[0].data, c.in_shape(0), shapes.x));
  const auto kernel = table_in_use().take_along[c.in_dtype(0)];
  const std::int64_t source = from.n * from.inner, target = to.n * to.inner;
  for_row_tiles(to.outer, target, 1, [&](std::int64_t first, std::int64_t count) {
    for (std::int64_t o = first; o < first + count; ++o)
      kernel(to.n, to.inner, index + o * target, x + o * source * size,
             static_cast<std::byte*>(c.outputs[0].data) + o * target * size);
  });
}

std::vector<Tensor> gradient_of_take_along(const GradientContext& c) {
  const int axis = axis_of("take_along_axis", c.attributes, c.in(0).shape());
  const std::int64_t size = c.in(0).shape()[axis];
  const Tensor indices = functions::broadcast_to(c.in(1), c.dout().shape());
  return {apply_named("scatter_add_along_axis", {indices, c.dout()}, {{"axis", std::int64_t(axis)}, {"size", size}})[0],
          {}};
}

// --- scatter_add_along_axis(indices, updates): zeros of `size` along the axis, to which take_along_axis would add up
// its result.

std::vector<Spec> infer_scatter_add_along(const Attributes& attributes, std::span<const Spec> in) {
  expect_indices("scatter_add_along_axis", in[0]);
  const AxisView view("scatter_add_along_axis", attributes, in[1].shape);
  if (!(in[0].shape == in[1].shape) || in[1].dtype == DType::bool_ || attributes.integer("size") < 0)
    throw ValueError(concat("[scatter_add_along_axis] expected indices of the shape of the updates, numbers; got ",
                            in[0], " and ", in[1], "."));
  Spec out = in[1];
  out.shape[view.axis] = attributes.integer("size");
  return {out};
}

void run_scatter_add_along(const RunContext& c) {
  const AxisView from("", c.attributes, c.in_shape(1)), to("", c.attributes, c.out_shape(0));
  const std::int64_t* const index = resolved("scatter_add_along_axis", c, c.inputs[0], to.n);
  const auto size = static_cast<std::int64_t>(size_of(c.out_dtype(0)));
  const auto kernel = table_in_use().scatter_add_along[c.out_dtype(0)];
  const std::int64_t source = from.n * from.inner, target = to.n * to.inner;
  for_row_tiles(from.outer, source + target, 1, [&](std::int64_t first, std::int64_t count) {
    for (std::int64_t o = first; o < first + count; ++o) {
      std::byte* const sums = static_cast<std::byte*>(c.outputs[0].data) + o * target * size;
      if (target) std::memset(sums, 0, static_cast<std::size_t>(target * size));
      kernel(from.n, from.inner, index + o * source,
             static_cast<const std::byte*>(c.inputs[1].data) + o * source * size, sums);
    }
  });
}

std::vector<Tensor> gradient_of_scatter_add_along(const GradientContext& c) {
  return {{}, apply_named("take_along_axis", {c.dout(), c.in(0)}, {{"axis", c.attributes.integer("axis")}})[0]};
}

// --- one_hot(x): the classes along a new axis

std::vector<Spec> infer_one_hot(const Attributes& attributes, std::span<const Spec> in) {
  expect_indices("one_hot", in[0]);
  const std::int64_t classes = attributes.integer("num_classes");
  if (classes < 0) throw ValueError(concat("[one_hot] expected num_classes of at least 0; got ", classes, "."));
  Spec out = {attributes.has("dtype") ? attributes.dtype("dtype") : floatx(), in[0].shape};
  out.shape.insert(normalize_axis("one_hot", attributes.integer("axis"), out.shape.rank() + 1), classes);
  return {out};
}

// The classes as int64, and unless the new axis is the last the result with it last.
std::size_t scratch_for_one_hot(const Attributes&, std::span<const Spec> in, std::span<const Spec> out) {
  return aligned(static_cast<std::size_t>(in[0].shape.size()) * 8) + out[0].bytes();
}

void run_one_hot(const RunContext& c) {
  const Shape& shape = c.out_shape(0);
  const int axis = normalize_axis("one_hot", c.attributes.integer("axis"), shape.rank());
  const std::int64_t rows = c.in_shape(0).size(), depth = shape[axis];
  auto* const index = reinterpret_cast<std::int64_t*>(c.scratch);
  (*kernels().elementwise->cast)[c.in_dtype(0)][DType::int64](rows, c.inputs[0].data, index);
  const bool last = axis == shape.rank() - 1;
  const std::size_t size = size_of(c.out_dtype(0));
  std::byte* const target =
      last ? static_cast<std::byte*>(c.outputs[0].data) : c.scratch + aligned(static_cast<std::size_t>(rows) * 8);
  const auto kernel = table_in_use().one_hot[c.out_dtype(0)];
  visit(c.out_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T on = T(1), off = T(0);
    for_row_tiles(rows, depth, nanoseconds_per_element, [&](std::int64_t first, std::int64_t count) {
      kernel(count, depth, index + first, &on, &off, target + first * depth * static_cast<std::int64_t>(size));
    });
  });
  if (last) return;
  const Shape extents{shape.size(0, axis), depth, shape.size(axis + 1, shape.rank())};
  copy_strided(size, extents, target, StridedView{0, {extents[2] * depth, 1, depth}}, c.outputs[0].data,
               StridedView::row_major(extents));
}

}  // namespace

void register_index_ops(OpTable& table) {
  const S axis = S::needed("axis", K::integer), size = S::needed("size", K::integer);
  const auto add = [&](const char* name, std::vector<S> attributes, auto infer, auto run, auto gradient, auto scratch) {
    table.add({.name = name,
               .attributes = std::move(attributes),
               .min_inputs = 2,
               .max_inputs = 2,
               .infer = infer,
               .run = run,
               .gradient = gradient,
               .scratch = scratch});
  };
  add("take", {S::maybe("axis", K::integer)}, infer_take, run_take, gradient_of_take, scratch_for_indices<1>);
  add("scatter_add", {axis, size}, infer_scatter_add, run_scatter_add, gradient_of_scatter_add, scratch_for_indices<0>);
  add("take_along_axis", {axis}, infer_take_along, run_take_along, gradient_of_take_along, scratch_for_take_along);
  add("scatter_add_along_axis", {axis, size}, infer_scatter_add_along, run_scatter_add_along,
      gradient_of_scatter_add_along, scratch_for_indices<0>);
  table.add({.name = "one_hot",
             .attributes = {S::needed("num_classes", K::integer), S::with_default("axis", K::integer, std::int64_t(-1)),
                            S::maybe("dtype", K::dtype)},
             .infer = infer_one_hot,
             .run = run_one_hot,
             .scratch = scratch_for_one_hot});
}

}  // namespace nnfit
