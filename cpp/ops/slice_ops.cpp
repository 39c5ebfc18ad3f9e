// Ops that read or write a block of a tensor: slice, strided_slice, slice_update, pad, split, concatenate, stack.
#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "ops/functions.h"
#include "ops/op.h"
#include "ops/strided_copy.h"

namespace nnfit {

namespace {

using functions::reshape;
using functions::zeros_like;
using S = AttributeSchema;
using K = AttributeKind;

Integers dims_of(const Shape& shape) { return Integers(shape.begin(), shape.end()); }

// Where a block with a step along each axis stands in a tensor of shape `whole`.
struct Block {
  Shape starts, steps, extents;

  StridedView view(const Shape& whole) const {
    const StridedView all = StridedView::row_major(whole);
    StridedView v = all;
    for (int i = 0; i < whole.rank(); ++i) {
      v.offset += starts[i] * all.strides[i];
      v.strides[i] = steps[i] * all.strides[i];
    }
    return v;
  }
};

void expect_one_per_axis(const char* op, const char* what, std::size_t count, const Shape& shape) {
  if (static_cast<int>(count) != shape.rank())
    throw ValueError(concat("[", op, "] expected ", what, " for each of the ", shape.rank(), " axes of ", shape,
                            "; got ", count, "."));
}

// slice: starts and sizes.
Block block_of_slice(const Attributes& attributes, const Shape& shape) {
  const Integers& starts = attributes.integers("start_indices");
  const Integers& sizes = attributes.integers("shape");
  expect_one_per_axis("slice", "start_indices", starts.size(), shape);
  expect_one_per_axis("slice", "shape", sizes.size(), shape);
  Block block;
  for (int i = 0; i < shape.rank(); ++i) {
    const std::int64_t start = starts[static_cast<std::size_t>(i)];
    const std::int64_t wanted = sizes[static_cast<std::size_t>(i)];
    const std::int64_t size = wanted == -1 ? shape[i] - start : wanted;
    if (start < 0 || size < 0 || start + size > shape[i])
      throw ValueError(concat("[slice] expected a block within ", shape, "; got ", size, " elements from ", start,
                              " on along axis ", i, "."));
    block.starts.push_back(start);
    block.steps.push_back(1);
    block.extents.push_back(size);
  }
  return block;
}

// strided_slice: Python's start:stop:step for each axis; the smallest integer stands for a missing bound.
Block block_of_strided_slice(const Attributes& attributes, const Shape& shape) {
  constexpr std::int64_t missing = std::numeric_limits<std::int64_t>::min();
  const Integers &starts = attributes.integers("starts"), &stops = attributes.integers("stops"),
                 &steps = attributes.integers("steps");
  for (const Integers* list : {&starts, &stops, &steps})
    expect_one_per_axis("strided_slice", "a bound", list->size(), shape);
  Block block;
  for (int i = 0; i < shape.rank(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::int64_t step = steps[at], n = shape[i];
    if (step == 0) throw ValueError("[strided_slice] expected a step other than 0.");
    const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? n : n - 1;
    const auto bound = [&](std::int64_t value, std::int64_t otherwise) {
      if (value == missing) return otherwise;
      return std::clamp(value < 0 ? value + n : value, low, high);
    };
    const std::int64_t start = bound(starts[at], step > 0 ? low : high);
    const std::int64_t stop = bound(stops[at], step > 0 ? high : low);
    const std::int64_t span = step > 0 ? stop - start : start - stop;
    block.starts.push_back(start);
    block.steps.push_back(step);
    block.extents.push_back(span > 0 ? (span - 1) / (step > 0 ? step : -step) + 1 : 0);
  }
  return block;
}

// slice_update: starts, steps of 1 unless given, and the extents of the updates.
Block block_of_update(const Attributes& attributes, const Shape& shape, const Shape& updates) {
  const Integers& starts = attributes.integers("start_indices");
  expect_one_per_axis("slice_update", "start_indices", starts.size(), shape);
  if (updates.rank() != shape.rank())
    throw ValueError(concat("[slice_update] expected updates with as many axes as ", shape, "; got ", updates, "."));
  Block block;
  for (int i = 0; i < shape.rank(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::int64_t step = attributes.has("steps") ? attributes.integers("steps")[at] : 1;
    const std::int64_t last = starts[at] + (updates[i] - 1) * step;
    if (updates[i] > 0 && (starts[at] < 0 || starts[at] >= shape[i] || last < 0 || last >= shape[i]))
      throw ValueError(concat("[slice_update] expected a block within ", shape, "; got one of shape ", updates,
                              " that begins at ", starts[at], " along axis ", i, "."));
    block.starts.push_back(starts[at]);
    block.steps.push_back(step);
    block.extents.push_back(updates[i]);
  }
  return block;
}

using BlockRule = Block (*)(const Attributes&, const Shape&);

template <BlockRule rule>
std::vector<Spec> infer_slice(const Attributes& attributes, std::span<const Spec> in) {
  return {{in[0].dtype, rule(attributes, in[0].shape).extents}};
}

template <BlockRule rule>
void run_slice(const RunContext& c) {
  const Block block = rule(c.attributes, c.in_shape(0));
  copy_strided(size_of(c.in_dtype(0)), block.extents, c.inputs[0].data, block.view(c.in_shape(0)), c.outputs[0].data,
               StridedView::row_major(block.extents));
}

template <BlockRule rule>
std::vector<Tensor> gradient_of_slice(const GradientContext& c) {
  const Block block = rule(c.attributes, c.in(0).shape());
  return {apply_named("slice_update", {zeros_like(c.in(0)), c.dout()},
                      {{"start_indices", dims_of(block.starts)}, {"steps", dims_of(block.steps)}})[0]};
}

std::vector<Spec> infer_slice_update(const Attributes& attributes, std::span<const Spec> in) {
  block_of_update(attributes, in[0].shape, in[1].shape);
  return {in[0]};
}

void run_slice_update(const RunContext& c) {
  if (c.outputs[0].data != c.inputs[0].data && c.inputs[0].spec->bytes())
    std::memcpy(c.outputs[0].data, c.inputs[0].data, c.inputs[0].spec->bytes());
  const Block block = block_of_update(c.attributes, c.in_shape(0), c.in_shape(1));
  copy_strided(size_of(c.in_dtype(0)), block.extents, c.inputs[1].data, StridedView::row_major(block.extents),
               c.outputs[0].data, block.view(c.in_shape(0)));
}

// The block of `from` that slice_update wrote.
Tensor read_back(const GradientContext& c, const Tensor& from) {
  const Block block = block_of_update(c.attributes, c.in(0).shape(), c.in(1).shape());
  constexpr std::int64_t missing = std::numeric_limits<std::int64_t>::min();
  Integers starts, stops, steps;
  for (int i = 0; i < block.extents.rank(); ++i) {
    const std::int64_t stop = block.starts[i] + block.extents[i] * block.steps[i];
    starts.push_back(block.starts[i]);
    stops.push_back(stop < 0 ? missing : stop);
    steps.push_back(block.steps[i]);
  }
  return apply_named("strided_slice", {from}, {{"starts", starts}, {"stops", stops}, {"steps", steps}})[0];
}

std::vector<Tensor> gradient_of_slice_update(const GradientContext& c) {
  Tensor inputs, updates;
  if (c.needed[0])
    inputs = apply_named(
        "slice_update", {c.dout(), zeros_like(c.in(1))},
        {{"start_indices", c.attributes.value("start_indices")}, {"steps", c.attributes.value("steps")}})[0];
  if (c.needed[1]) updates = read_back(c, c.dout());
  return {inputs, updates};
}

std::vector<Spec> infer_pad(const Attributes& attributes, std::span<const Spec> in) {
  const Integers& widths = attributes.integers("pad_width");
  Shape shape = in[0].shape;
  if (static_cast<int>(widths.size()) != 2 * shape.rank())
    throw ValueError(concat("[pad] expected a width before and after for each axis of ", shape, "; got ", widths.size(),
                            " widths."));
  for (int i = 0; i < shape.rank(); ++i) {
    const std::int64_t before = widths[static_cast<std::size_t>(2 * i)],
                       after = widths[static_cast<std::size_t>(2 * i + 1)];
    if (before < 0 || after < 0) throw ValueError("[pad] expected widths of at least 0.");
    shape[i] += before + after;
  }
  return {{in[0].dtype, shape}};
}

void run_pad(const RunContext& c) {
  const Tensor fill = Tensor::scalar(c.attributes.real("constant_values"), c.out_dtype(0));
  const std::size_t bytes = size_of(c.out_dtype(0));
  StridedView none;
  for (int i = 0; i < c.out_shape(0).rank(); ++i) none.strides.push_back(0);
  StridedView block = StridedView::row_major(c.out_shape(0));
  copy_strided(bytes, c.out_shape(0), fill.data(), none, c.outputs[0].data, block);
  const Integers& widths = c.attributes.integers("pad_width");
  for (int i = 0; i < c.in_shape(0).rank(); ++i)
    block.offset += widths[static_cast<std::size_t>(2 * i)] * block.strides[i];
  copy_strided(bytes, c.in_shape(0), c.inputs[0].data, StridedView::row_major(c.in_shape(0)), c.outputs[0].data, block);
}

Tensor slice(const Tensor& x, const Integers& starts, const Shape& shape) {
  return apply_named("slice", {x}, {{"start_indices", starts}, {"shape", dims_of(shape)}})[0];
}

std::vector<Tensor> gradient_of_pad(const GradientContext& c) {
  Integers starts;
  const Integers& widths = c.attributes.integers("pad_width");
  for (std::size_t i = 0; i < widths.size(); i += 2) starts.push_back(widths[i]);
  return {slice(c.dout(), starts, c.in(0).shape())};
}

// The sizes of split's parts along `axis`.
Integers part_sizes(const Attributes& attributes, std::int64_t n) {
  Integers sizes;
  if (attributes.has("sections")) {
    const std::int64_t sections = attributes.integer("sections");
    if (sections < 1 || n % sections != 0)
      throw ValueError(concat("[split] expected a number of sections that divides ", n, "; got ", sections, "."));
    sizes.assign(static_cast<std::size_t>(sections), n / sections);
    return sizes;
  }
  if (!attributes.has("indices")) throw ValueError("[split] expected sections or indices.");
  std::int64_t at = 0;
  for (std::int64_t index : attributes.integers("indices")) {
    const std::int64_t end = std::clamp<std::int64_t>(index < 0 ? index + n : index, at, n);
    sizes.push_back(end - at);
    at = end;
  }
  sizes.push_back(n - at);
  return sizes;
}

std::vector<Spec> infer_split(const Attributes& attributes, std::span<const Spec> in) {
  const int axis = normalize_axis("split", attributes.integer("axis"), in[0].shape.rank());
  std::vector<Spec> out;
  for (std::int64_t size : part_sizes(attributes, in[0].shape[axis])) {
    out.push_back(in[0]);
    out.back().shape[axis] = size;
  }
  return out;
}

void run_split(const RunContext& c) {
  const int axis = normalize_axis("split", c.attributes.integer("axis"), c.in_shape(0).rank());
  StridedView from = StridedView::row_major(c.in_shape(0));
  for (std::size_t i = 0; i < c.outputs.size(); ++i) {
    const Shape& part = c.out_shape(i);
    copy_strided(size_of(c.in_dtype(0)), part, c.inputs[0].data, from, c.outputs[i].data, StridedView::row_major(part));
    from.offset += part[axis] * from.strides[axis];
  }
}

std::vector<Tensor> gradient_of_split(const GradientContext& c) {
  std::vector<Tensor> parts;
  for (std::size_t i = 0; i < c.outputs.size(); ++i) parts.push_back(c.dout(i) ? c.dout(i) : zeros_like(c.out(i)));
  return {apply_named("concatenate", std::move(parts), {{"axis", c.attributes.integer("axis")}})[0]};
}

std::vector<Spec> infer_concatenate(const Attributes& attributes, std::span<const Spec> in) {
  const int rank = in[0].shape.rank();
  const int axis = normalize_axis("concatenate", attributes.integer("axis"), rank);
  Spec out = in[0];
  for (std::size_t i = 1; i < in.size(); ++i) {
    Shape rest = in[i].shape;
    bool fits = rest.rank() == rank;
    if (fits) rest[axis] = in[0].shape[axis];
    if (!fits || !(rest == in[0].shape))
      throw ValueError(concat("[concatenate] expected shapes that are equal but for axis ", axis, "; got ", in[0].shape,
                              " and ", in[i].shape, "."));
    out.shape[axis] += in[i].shape[axis];
  }
  return {out};
}

void run_concatenate(const RunContext& c) {
  const int axis = normalize_axis("concatenate", c.attributes.integer("axis"), c.out_shape(0).rank());
  StridedView to = StridedView::row_major(c.out_shape(0));
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    const Shape& part = c.in_shape(i);
    copy_strided(size_of(c.out_dtype(0)), part, c.inputs[i].data, StridedView::row_major(part), c.outputs[0].data, to);
    to.offset += part[axis] * to.strides[axis];
  }
}

std::vector<Tensor> gradient_of_concatenate(const GradientContext& c) {
  const int axis = normalize_axis("concatenate", c.attributes.integer("axis"), c.out().shape().rank());
  Integers starts(static_cast<std::size_t>(c.out().shape().rank()), 0);
  std::vector<Tensor> gradients;
  for (const Tensor& x : c.inputs) {
    gradients.push_back(slice(c.dout(), starts, x.shape()));
    starts[static_cast<std::size_t>(axis)] += x.shape()[axis];
  }
  return gradients;
}

int stack_axis(const Attributes& attributes, const Shape& item) {
  return normalize_axis("stack", attributes.integer("axis"), item.rank() + 1);
}

std::vector<Spec> infer_stack(const Attributes& attributes, std::span<const Spec> in) {
  for (const Spec& spec : in)
    if (!(spec.shape == in[0].shape))
      throw ValueError(concat("[stack] expected equal shapes; got ", in[0].shape, " and ", spec.shape, "."));
  Spec out = in[0];
  out.shape.insert(stack_axis(attributes, in[0].shape), static_cast<std::int64_t>(in.size()));
  return {out};
}

void run_stack(const RunContext& c) {
  const int axis = stack_axis(c.attributes, c.in_shape(0));
  StridedView to = StridedView::row_major(c.out_shape(0));
  const std::int64_t stride = to.strides[axis];
  to.strides.erase(axis);
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    copy_strided(size_of(c.out_dtype(0)), c.in_shape(i), c.inputs[i].data, StridedView::row_major(c.in_shape(i)),
                 c.outputs[0].data, to);
    to.offset += stride;
  }
}

std::vector<Tensor> gradient_of_stack(const GradientContext& c) {
  const int axis = stack_axis(c.attributes, c.in(0).shape());
  Shape part = c.out().shape();
  part[axis] = 1;
  Integers starts(static_cast<std::size_t>(part.rank()), 0);
  std::vector<Tensor> gradients;
  for (const Tensor& x : c.inputs) {
    gradients.push_back(reshape(slice(c.dout(), starts, part), x.shape()));
    ++starts[static_cast<std::size_t>(axis)];
  }
  return gradients;
}

}  // namespace

void register_slice_ops(OpTable& table) {
  table.add({.name = "slice",
             .attributes = {S::needed("start_indices", K::integers), S::needed("shape", K::integers)},
             .infer = infer_slice<block_of_slice>,
             .run = run_slice<block_of_slice>,
             .gradient = gradient_of_slice<block_of_slice>});
  table.add({.name = "strided_slice",
             .attributes = {S::needed("starts", K::integers), S::needed("stops", K::integers),
                            S::needed("steps", K::integers)},
             .infer = infer_slice<block_of_strided_slice>,
             .run = run_slice<block_of_strided_slice>,
             .gradient = gradient_of_slice<block_of_strided_slice>});
  table.add({.name = "slice_update",
             .attributes = {S::needed("start_indices", K::integers), S::maybe("steps", K::integers)},
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_slice_update,
             .run = run_slice_update,
             .gradient = gradient_of_slice_update,
             .promotion = Promotion::common,
             .reuse = Reuse::chosen,
             .may_reuse = [](const Attributes&, std::size_t, std::size_t, std::size_t input) { return input == 0; }});
  table.add({.name = "pad",
             .attributes = {S::needed("pad_width", K::integers), S::with_default("constant_values", K::real, 0.0)},
             .infer = infer_pad,
             .run = run_pad,
             .gradient = gradient_of_pad});
  table.add({.name = "split",
             .attributes = {S::maybe("sections", K::integer), S::maybe("indices", K::integers),
                            S::with_default("axis", K::integer, std::int64_t{0})},
             .infer = infer_split,
             .run = run_split,
             .gradient = gradient_of_split,
             .list_output = true});
  table.add({.name = "concatenate",
             .attributes = {S::with_default("axis", K::integer, std::int64_t{-1})},
             .max_inputs = -1,
             .infer = infer_concatenate,
             .run = run_concatenate,
             .gradient = gradient_of_concatenate,
             .promotion = Promotion::common});
  table.add({.name = "stack",
             .attributes = {S::with_default("axis", K::integer, std::int64_t{0})},
             .max_inputs = -1,
             .infer = infer_stack,
             .run = run_stack,
             .gradient = gradient_of_stack,
             .promotion = Promotion::common});
}

}  // namespace nnfit
