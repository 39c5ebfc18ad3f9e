// max_pool, average_pool, and what their gradients are made of. One spatial axis is two, the first of size 1.
#include "kernels/kernels.h"
#include "ops/functions.h"
#include "ops/pool_geometry.h"
#include "ops/row_tiles.h"

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

PoolView view_of(const char* op, const Attributes& attributes, const Shape& shape) {
  return pool_view(op, {attributes, "pool_size", "strides", "padding"}, shape);
}

// The shape of the images that tensors of `pooled` shape come from, `size` being their spatial axes.
Shape image_shape(const char* op, const Attributes& attributes, const Shape& pooled) {
  Shape shape = pooled;
  if (pooled.rank() < 3) return shape;
  const Integers& size = attributes.integers("size");
  if (size.size() != static_cast<std::size_t>(pooled.rank() - 2))
    throw ValueError(concat("[", op, "] expected size to name the ", pooled.rank() - 2, " spatial axes."));
  for (std::size_t i = 0; i < size.size(); ++i) shape[static_cast<int>(i) + 1] = size[i];
  return shape;
}

void expect_floating(const char* op, const Spec& spec) {
  if (!is_floating(spec.dtype)) throw TypeError(concat("[", op, "] expected a floating tensor; got ", spec, "."));
}

void expect_pooled(const char* op, const Shape& got, const Shape& shape, const PoolView& view) {
  if (!(got == pooled_shape(shape, view)))
    throw ValueError(concat("[", op, "] expected shape ", pooled_shape(shape, view), ", as images ", shape,
                            " are pooled; got ", got, "."));
}

void expect_index(const char* op, const Spec& index, const Shape& pooled, const PoolView& view) {
  const Spec expected{index_dtype(view), pooled};
  if (!(index == expected)) throw ValueError(concat("[", op, "] expected an index ", expected, "; got ", index, "."));
}

// Calls f(first, count) for tiles of the cells of a tensor (…, channels) whose elements come from `taps` others each.
template <class F>
void for_cell_tiles(const Shape& shape, std::int64_t taps, F&& f) {
  if (shape.size() == 0) return;
  const std::int64_t channels = shape[shape.rank() - 1];
  for_row_tiles(shape.size() / channels, channels * taps, 0.2, f);
}

// How many windows a cell is in, at most, and the cell itself.
std::int64_t cover_of(const PoolView& view) {
  const auto along = [](const PoolAxis& axis) { return (axis.window + axis.stride - 1) / axis.stride; };
  return 1 + along(view.rows) * along(view.columns);
}

// The attributes that a call's gradient takes over, and the size of its images.
std::vector<Tensor> apply_like(const char* op, const GradientContext& c, std::vector<Tensor> inputs,
                               std::initializer_list<std::pair<const char*, AttributeValue>> more) {
  Attributes attributes(&nnfit::op(op).attributes);
  for (const char* name : {"pool_size", "strides", "padding"}) attributes.set(name, c.attributes.value(name));
  for (const auto& [name, value] : more) attributes.set(name, value);
  return apply(nnfit::op(op), std::move(inputs), attributes);
}

Integers spatial_size(const Shape& shape) { return Integers(shape.begin() + 1, shape.end() - 1); }

// --- max_pool(x): y, and with return_index the place of each window's largest element

std::vector<Spec> infer_max_pool(const Attributes& attributes, std::span<const Spec> in) {
  const PoolView view = view_of("max_pool", attributes, in[0].shape);
  const Spec y{in[0].dtype, pooled_shape(in[0].shape, view)};
  if (!attributes.flag("return_index")) return {y};
  return {y, {index_dtype(view), y.shape}};
}

void run_max_pool(const RunContext& c) {
  const PoolView view = view_of("max_pool", c.attributes, c.in_shape(0));
  const auto kernel = kernels().pool->max_pool[c.out_dtype(0)];
  void* const index = c.outputs.size() > 1 ? c.outputs[1].data : nullptr;
  for_cell_tiles(c.out_shape(0), taps_of(view), [&](std::int64_t first, std::int64_t count) {
    kernel(view, first, count, c.inputs[0].data, c.outputs[0].data, index);
  });
}

// The index is found by pooling again, so that pooling alone does not pay for it; a plan pools once
// (graph/share_pool_indices.cpp).
std::vector<Tensor> gradient_of_max_pool(const GradientContext& c) {
  if (!c.dout(0)) return {{}};
  const Tensor& x = c.in(0);
  const Tensor index =
      c.attributes.flag("return_index") ? c.out(1) : apply_like("max_pool", c, {x}, {{"return_index", true}})[1];
  return apply_like("max_pool_gradient", c, {c.dout(0), index}, {{"size", spatial_size(x.shape())}});
}

// --- max_pool_gradient(dy, index): dx, and its transpose max_pool_gather(x, index)

std::vector<Spec> infer_max_pool_gradient(const Attributes& attributes, std::span<const Spec> in) {
  constexpr const char* name = "max_pool_gradient";
  const Shape shape = image_shape(name, attributes, in[0].shape);
  const PoolView view = view_of(name, attributes, shape);
  expect_floating(name, in[0]);
  expect_pooled(name, in[0].shape, shape, view);
  expect_index(name, in[1], in[0].shape, view);
  return {{in[0].dtype, shape}};
}

void run_max_pool_gradient(const RunContext& c) {
  const PoolView view = view_of("max_pool_gradient", c.attributes, c.out_shape(0));
  const auto kernel = kernels().pool->max_pool_gradient[c.out_dtype(0)];
  for_cell_tiles(c.out_shape(0), cover_of(view), [&](std::int64_t first, std::int64_t count) {
    kernel(view, first, count, c.inputs[0].data, c.inputs[1].data, c.outputs[0].data);
  });
}

std::vector<Tensor> gradient_of_max_pool_gradient(const GradientContext& c) {
  return {apply_like("max_pool_gather", c, {c.dout(), c.in(1)}, {})[0], {}};
}

std::vector<Spec> infer_max_pool_gather(const Attributes& attributes, std::span<const Spec> in) {
  const PoolView view = view_of("max_pool_gather", attributes, in[0].shape);
  expect_floating("max_pool_gather", in[0]);
  const Shape pooled = pooled_shape(in[0].shape, view);
  expect_index("max_pool_gather", in[1], pooled, view);
  return {{in[0].dtype, pooled}};
}

void run_max_pool_gather(const RunContext& c) {
  const PoolView view = view_of("max_pool_gather", c.attributes, c.in_shape(0));
  const auto kernel = kernels().pool->max_pool_gather[c.out_dtype(0)];
  for_cell_tiles(c.out_shape(0), taps_of(view), [&](std::int64_t first, std::int64_t count) {
    kernel(view, first, count, c.inputs[0].data, c.inputs[1].data, c.outputs[0].data);
  });
}

std::vector<Tensor> gradient_of_max_pool_gather(const GradientContext& c) {
  const Integers size = spatial_size(c.in(0).shape());
  return {apply_like("max_pool_gradient", c, {c.dout(), c.in(1)}, {{"size", size}})[0], {}};
}

// --- average_pool(x) and its transpose average_pool_gradient(dy)

std::vector<Spec> infer_average_pool(const Attributes& attributes, std::span<const Spec> in) {
  return {{in[0].dtype, pooled_shape(in[0].shape, view_of("average_pool", attributes, in[0].shape))}};
}

void run_average_pool(const RunContext& c) {
  const PoolView view = view_of("average_pool", c.attributes, c.in_shape(0));
  const auto kernel = kernels().pool->average_pool[c.out_dtype(0)];
  for_cell_tiles(c.out_shape(0), taps_of(view), [&](std::int64_t first, std::int64_t count) {
    kernel(view, first, count, c.inputs[0].data, c.outputs[0].data);
  });
}

std::vector<Tensor> gradient_of_average_pool(const GradientContext& c) {
  return apply_like("average_pool_gradient", c, {c.dout()}, {{"size", spatial_size(c.in(0).shape())}});
}

std::vector<Spec> infer_average_pool_gradient(const Attributes& attributes, std::span<const Spec> in) {
  constexpr const char* name = "average_pool_gradient";
  const Shape shape = image_shape(name, attributes, in[0].shape);
  expect_floating(name, in[0]);
  expect_pooled(name, in[0].shape, shape, view_of(name, attributes, shape));
  return {{in[0].dtype, shape}};
}

void run_average_pool_gradient(const RunContext& c) {
  const PoolView view = view_of("average_pool_gradient", c.attributes, c.out_shape(0));
  const auto kernel = kernels().pool->average_pool_gradient[c.out_dtype(0)];
  for_cell_tiles(c.out_shape(0), cover_of(view), [&](std::int64_t first, std::int64_t count) {
    kernel(view, first, count, c.inputs[0].data, c.outputs[0].data);
  });
}

std::vector<Tensor> gradient_of_average_pool_gradient(const GradientContext& c) {
  return apply_like("average_pool", c, {c.dout()}, {});
}

}  // namespace

void register_pool_ops(OpTable& table) {
  const auto attributes = [](std::initializer_list<S> more) {
    std::vector<S> all = {S::needed("pool_size", K::integers), S::maybe("strides", K::integers),
                          S::with_default("padding", K::text, std::string("valid"))};
    all.insert(all.end(), more);
    return all;
  };
  const S size = S::needed("size", K::integers);
  table.add({.name = "max_pool",
             .attributes = attributes({S::with_default("return_index", K::boolean, false)}),
             .infer = infer_max_pool,
             .run = run_max_pool,
             .gradient = gradient_of_max_pool,
             .promotion = Promotion::common_float});
  table.add({.name = "max_pool_gradient",
             .attributes = attributes({size}),
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_max_pool_gradient,
             .run = run_max_pool_gradient,
             .gradient = gradient_of_max_pool_gradient});
  table.add({.name = "max_pool_gather",
             .attributes = attributes({}),
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_max_pool_gather,
             .run = run_max_pool_gather,
             .gradient = gradient_of_max_pool_gather});
  table.add({.name = "average_pool",
             .attributes = attributes({}),
             .infer = infer_average_pool,
             .run = run_average_pool,
             .gradient = gradient_of_average_pool,
             .promotion = Promotion::common_float});
  table.add({.name = "average_pool_gradient",
             .attributes = attributes({size}),
             .infer = infer_average_pool_gradient,
             .run = run_average_pool_gradient,
             .gradient = gradient_of_average_pool_gradient});
}

}  // namespace nnfit
