// Ops that put elements in another order or repeat them: transpose, flip, roll, broadcast_to, tile, repeat, copy.
#include <cstring>
#include <numeric>

#include "ops/functions.h"
#include "ops/op.h"
#include "ops/strided_copy.h"

namespace nnfit {

namespace {

using functions::reshape;
using S = AttributeSchema;
using K = AttributeKind;

void copy_from(const RunContext& c, const StridedView& from) {
  copy_strided(size_of(c.out_dtype(0)), c.out_shape(0), c.inputs[0].data, from, c.outputs[0].data,
               StridedView::row_major(c.out_shape(0)));
}

Integers permutation(const Attributes& attributes, int rank) {
  Integers axes(static_cast<std::size_t>(rank));
  if (!attributes.has("axes")) {
    std::iota(axes.rbegin(), axes.rend(), 0);
    return axes;
  }
  const Integers& given = attributes.integers("axes");
  std::vector<bool> seen(static_cast<std::size_t>(rank), false);
  bool fits = static_cast<int>(given.size()) == rank;
  for (std::size_t i = 0; fits && i < given.size(); ++i) {
    axes[i] = normalize_axis("transpose", given[i], rank);
    fits = !seen[static_cast<std::size_t>(axes[i])];
    seen[static_cast<std::size_t>(axes[i])] = true;
  }
  if (!fits)
    throw ValueError(concat("[transpose] expected each of ", rank, " axes once; got ", given.size(), " axes."));
  return axes;
}

std::vector<Spec> infer_transpose(const Attributes& attributes, std::span<const Spec> in) {
  Shape shape;
  for (std::int64_t axis : permutation(attributes, in[0].shape.rank()))
    shape.push_back(in[0].shape[static_cast<int>(axis)]);
  return {{in[0].dtype, shape}};
}

void run_transpose(const RunContext& c) {
  const StridedView all = StridedView::row_major(c.in_shape(0));
  StridedView from;
  for (std::int64_t axis : permutation(c.attributes, c.in_shape(0).rank()))
    from.strides.push_back(all.strides[static_cast<int>(axis)]);
  copy_from(c, from);
}

std::vector<Tensor> gradient_of_transpose(const GradientContext& c) {
  const Integers axes = permutation(c.attributes, c.in(0).shape().rank());
  Integers inverse(axes.size());
  for (std::size_t i = 0; i < axes.size(); ++i)
    inverse[static_cast<std::size_t>(axes[i])] = static_cast<std::int64_t>(i);
  return {functions::transpose(c.dout(), inverse)};
}

Integers flipped_axes(const Attributes& attributes, int rank) {
  Integers axes;
  if (attributes.has("axis"))
    for (std::int64_t axis : attributes.integers("axis")) axes.push_back(normalize_axis("flip", axis, rank));
  else
    for (int i = 0; i < rank; ++i) axes.push_back(i);
  return axes;
}

std::vector<Spec> infer_flip(const Attributes& attributes, std::span<const Spec> in) {
  flipped_axes(attributes, in[0].shape.rank());
  return {in[0]};
}

void run_flip(const RunContext& c) {
  StridedView from = StridedView::row_major(c.in_shape(0));
  for (std::int64_t a : flipped_axes(c.attributes, c.in_shape(0).rank())) {
    const int axis = static_cast<int>(a);
    from.offset += (c.in_shape(0)[axis] - 1) * from.strides[axis];
    from.strides[axis] = -from.strides[axis];
  }
  copy_from(c, from);
}

std::vector<Tensor> gradient_of_flip(const GradientContext& c) {
  return {apply_named("flip", {c.dout()}, {{"axis", c.attributes.value("axis")}})[0]};
}

std::vector<Spec> infer_roll(const Attributes& attributes, std::span<const Spec> in) {
  normalize_axis("roll", attributes.integer("axis"), in[0].shape.rank());
  return {in[0]};
}

void run_roll(const RunContext& c) {
  const Shape& shape = c.in_shape(0);
  const int axis = normalize_axis("roll", c.attributes.integer("axis"), shape.rank());
  const std::int64_t n = shape[axis];
  if (n == 0) return;
  const std::int64_t shift = ((c.attributes.integer("shift") % n) + n) % n;
  const StridedView all = StridedView::row_major(shape);
  StridedView from = all, to = all;
  Shape part = shape;
  part[axis] = n - shift;
  to.offset = shift * all.strides[axis];
  copy_strided(size_of(c.in_dtype(0)), part, c.inputs[0].data, from, c.outputs[0].data, to);
  part[axis] = shift;
  from.offset = (n - shift) * all.strides[axis];
  to.offset = 0;
  copy_strided(size_of(c.in_dtype(0)), part, c.inputs[0].data, from, c.outputs[0].data, to);
}

std::vector<Tensor> gradient_of_roll(const GradientContext& c) {
  return {apply_named("roll", {c.dout()},
                      {{"shift", -c.attributes.integer("shift")}, {"axis", c.attributes.integer("axis")}})[0]};
}

std::vector<Spec> infer_broadcast_to(const Attributes& attributes, std::span<const Spec> in) {
  const Shape wanted(attributes.integers("shape"));
  if (!(broadcast("broadcast_to", in[0].shape, wanted) == wanted))
    throw ValueError(concat("[broadcast_to] expected a shape that ", in[0].shape, " broadcasts to; got ", wanted, "."));
  return {{in[0].dtype, wanted}};
}

void run_broadcast_to(const RunContext& c) {
  const StridedView all = StridedView::row_major(c.in_shape(0));
  StridedView from;
  const int added = c.out_shape(0).rank() - c.in_shape(0).rank();
  for (int i = 0; i < c.out_shape(0).rank(); ++i)
    from.strides.push_back(i < added || c.in_shape(0)[i - added] == 1 ? 0 : all.strides[i - added]);
  copy_from(c, from);
}

// The repeats of tile for each axis of the result; shorter lists are filled with ones in front.
Shape tile_repeats(const Attributes& attributes, int rank) {
  const Integers& given = attributes.integers("repeats");
  Shape repeats;
  for (int i = static_cast<int>(given.size()); i < rank; ++i) repeats.push_back(1);
  for (std::int64_t r : given) {
    if (r < 0) throw ValueError("[tile] expected repeats of at least 0.");
    repeats.push_back(r);
  }
  return repeats;
}

Shape filled_in_front(const Shape& shape, int rank) {
  Shape filled;
  for (int i = shape.rank(); i < rank; ++i) filled.push_back(1);
  for (std::int64_t dim : shape) filled.push_back(dim);
  return filled;
}

std::vector<Spec> infer_tile(const Attributes& attributes, std::span<const Spec> in) {
  const Shape repeats = tile_repeats(attributes, in[0].shape.rank());
  Shape shape = filled_in_front(in[0].shape, repeats.rank());
  for (int i = 0; i < shape.rank(); ++i) shape[i] *= repeats[i];
  return {{in[0].dtype, shape}};
}

// Axis by axis from the last: the block that is filled so far is copied along the axis.
void run_tile(const RunContext& c) {
  if (c.out_shape(0).size() == 0) return;
  const std::size_t bytes = size_of(c.in_dtype(0));
  const Shape& out = c.out_shape(0);
  Shape filled = filled_in_front(c.in_shape(0), out.rank());
  const StridedView all = StridedView::row_major(out);
  copy_strided(bytes, filled, c.inputs[0].data, StridedView::row_major(filled), c.outputs[0].data, all);
  for (int axis = out.rank() - 1; axis >= 0; --axis) {
    const std::int64_t size = filled[axis];
    for (std::int64_t at = size; at < out[axis]; at += size) {
      StridedView to = all;
      to.offset = at * all.strides[axis];
      copy_strided(bytes, filled, c.outputs[0].data, all, c.outputs[0].data, to);
    }
    filled[axis] = out[axis];
  }
}

std::vector<Tensor> gradient_of_tile(const GradientContext& c) {
  const Shape repeats = tile_repeats(c.attributes, c.in(0).shape().rank());
  const Shape source = filled_in_front(c.in(0).shape(), repeats.rank());
  Tensor gradient = c.dout();
  for (int axis = 0; axis < repeats.rank(); ++axis) {
    const Shape now = gradient.shape();
    if (repeats[axis] == 1) continue;
    const Tensor parts =
        reshape(gradient, {now.size(0, axis), repeats[axis], source[axis], now.size(axis + 1, now.rank())});
    Shape summed = now;
    summed[axis] = source[axis];
    gradient = reshape(functions::sum(parts, {1}), summed);
  }
  return {reshape(gradient, c.in(0).shape())};
}

std::vector<Spec> infer_repeat(const Attributes& attributes, std::span<const Spec> in) {
  Spec out = in[0];
  const int axis = normalize_axis("repeat", attributes.integer("axis"), out.shape.rank());
  if (attributes.integer("repeats") < 0) throw ValueError("[repeat] expected repeats of at least 0.");
  out.shape[axis] *= attributes.integer("repeats");
  return {out};
}

void run_repeat(const RunContext& c) {
  const Shape& in = c.in_shape(0);
  const int axis = normalize_axis("repeat", c.attributes.integer("axis"), in.rank());
  const Shape extents{in.size(0, axis), in[axis], c.attributes.integer("repeats"), in.size(axis + 1, in.rank())};
  const StridedView from{0, {extents[1] * extents[3], extents[3], 0, 1}};
  copy_strided(size_of(c.in_dtype(0)), extents, c.inputs[0].data, from, c.outputs[0].data,
               StridedView::row_major(extents));
}

std::vector<Tensor> gradient_of_repeat(const GradientContext& c) {
  const Shape& in = c.in(0).shape();
  const int axis = normalize_axis("repeat", c.attributes.integer("axis"), in.rank());
  const Tensor parts =
      reshape(c.dout(), {in.size(0, axis), in[axis], c.attributes.integer("repeats"), in.size(axis + 1, in.rank())});
  return {reshape(functions::sum(parts, {2}), in)};
}

}  // namespace

void register_arrange_ops(OpTable& table) {
  const auto same = [](const Attributes&, std::span<const Spec> in) { return std::vector<Spec>{in[0]}; };
  const auto pass = [](const GradientContext& c) { return std::vector<Tensor>{c.dout()}; };
  table.add({.name = "transpose",
             .attributes = {S::maybe("axes", K::integers)},
             .infer = infer_transpose,
             .run = run_transpose,
             .gradient = gradient_of_transpose});
  table.add({.name = "flip",
             .attributes = {S::maybe("axis", K::integers)},
             .infer = infer_flip,
             .run = run_flip,
             .gradient = gradient_of_flip});
  table.add({.name = "roll",
             .attributes = {S::needed("shift", K::integer), S::needed("axis", K::integer)},
             .infer = infer_roll,
             .run = run_roll,
             .gradient = gradient_of_roll});
  // The reverse walk sums a gradient back to the input's shape.
  table.add({.name = "broadcast_to",
             .attributes = {S::needed("shape", K::integers)},
             .infer = infer_broadcast_to,
             .run = run_broadcast_to,
             .gradient = pass,
             .elementwise = Cost::cheap});
  table.add({.name = "tile",
             .attributes = {S::needed("repeats", K::integers)},
             .infer = infer_tile,
             .run = run_tile,
             .gradient = gradient_of_tile});
  table.add({.name = "repeat",
             .attributes = {S::needed("repeats", K::integer), S::needed("axis", K::integer)},
             .infer = infer_repeat,
             .run = run_repeat,
             .gradient = gradient_of_repeat});
  table.add({.name = "copy",
             .infer = same,
             .run =
                 [](const RunContext& c) {
                   if (c.inputs[0].spec->bytes())
                     std::memmove(c.outputs[0].data, c.inputs[0].data, c.inputs[0].spec->bytes());
                 },
             .gradient = pass,
             .reuse = Reuse::any_same_spec,
             .elementwise = Cost::cheap});
}

}  // namespace nnfit
