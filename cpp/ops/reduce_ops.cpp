// sum, mean, prod, max, min, any, all, argmax, argmin, logsumexp and sum_of_squares.
#include <algorithm>

#include "core/parallel.h"
#include "kernels/kernels.h"
#include "ops/functions.h"
#include "ops/op.h"
#include "ops/reduction.h"

namespace nnfit {

namespace {

using functions::constant;
using functions::divide;
using functions::equal;
using functions::multiply;
using functions::where;
using Gradients = std::vector<Tensor>;
using S = AttributeSchema;
using K = AttributeKind;

enum class Scale { none, mean };

const ReduceRowInfo& info(Reduce row) { return kReduceRows[static_cast<int>(row)]; }

DType result_dtype(Reduce row, DType in) {
  switch (info(row).result) {
    case ReduceResult::bool_:
      return DType::bool_;
    case ReduceResult::int32:
      return DType::int32;
    default:
      return in;
  }
}

bool is_arg(Reduce row) { return row == Reduce::argmax || row == Reduce::argmin; }
bool needs_elements(Reduce row) { return is_arg(row) || row == Reduce::max || row == Reduce::min; }

std::vector<bool> axes_of(const char* name, const Attributes& attributes, const Shape& shape) {
  return reduced_axes(name, attributes, shape.rank());
}

std::int64_t reduced_count(const Shape& shape, const std::vector<bool>& axes) {
  std::int64_t count = 1;
  for (int i = 0; i < shape.rank(); ++i)
    if (axes[static_cast<std::size_t>(i)]) count *= shape[i];
  return count;
}

template <Reduce row, Scale scale>
std::vector<Spec> infer_reduce(const Attributes& attributes, std::span<const Spec> in) {
  const char* name = scale == Scale::mean ? "mean" : info(row).name;
  const std::vector<bool> axes = axes_of(name, attributes, in[0].shape);
  if (!(info(row).dtypes >> static_cast<int>(in[0].dtype) & 1))
    throw TypeError(concat("[", name, "] expected numbers; got ", in[0], "."));
  if (is_arg(row) && attributes.has("axis") && attributes.integers("axis").size() != 1)
    throw ValueError(concat("[", name, "] expected one axis, or None for all."));
  if (needs_elements(row) && reduced_count(in[0].shape, axes) == 0)
    throw ValueError(concat("[", name, "] expected at least one element to choose from; got shape ", in[0].shape, "."));
  return {{result_dtype(row, in[0].dtype), reduced_shape(in[0].shape, axes, attributes.flag("keepdims"))}};
}

template <Reduce row, Scale scale>
std::size_t reduce_scratch(const Attributes& attributes, std::span<const Spec> in, std::span<const Spec> out) {
  return Reduction(row, in[0].shape, axes_of(info(row).name, attributes, in[0].shape)).scratch_bytes(out[0].dtype);
}

template <Reduce row, Scale scale>
void run_reduce(const RunContext& c) {
  if (c.out_shape(0).size() == 0) return;
  const std::vector<bool> axes = axes_of(info(row).name, c.attributes, c.in_shape(0));
  const double factor = scale == Scale::mean ? 1.0 / static_cast<double>(reduced_count(c.in_shape(0), axes)) : 1.0;
  Reduction(row, c.in_shape(0), axes)
      .run(c.in_dtype(0), c.out_dtype(0), c.inputs[0].data, c.outputs[0].data, c.scratch, factor);
}

// `t`, of the result's shape, with ones in the places of the reduced axes.
Tensor with_kept_axes(const GradientContext& c, const Tensor& t) {
  const Shape& x = c.in(0).shape();
  const Shape kept = reduced_shape(x, axes_of("sum", c.attributes, x), true);
  return t.shape() == kept ? t : functions::reshape(t, kept);
}

Gradients gradient_of_sum(const GradientContext& c) {
  return {functions::broadcast_to(with_kept_axes(c, c.dout()), c.in(0).shape())};
}

Gradients gradient_of_mean(const GradientContext& c) {
  const Shape& x = c.in(0).shape();
  const auto count = static_cast<double>(reduced_count(x, axes_of("mean", c.attributes, x)));
  return {functions::broadcast_to(multiply(with_kept_axes(c, c.dout()), constant(1 / count)), x)};
}

Gradients gradient_of_sum_of_squares(const GradientContext& c) {
  return {multiply(multiply(c.in(0), constant(2)), with_kept_axes(c, c.dout()))};
}

// Of rows: the product of the elements before each.
Tensor product_before(const Tensor& rows) {
  const std::int64_t n = rows.shape()[0], k = rows.shape()[1];
  const Tensor first =
      apply_named("slice", {rows}, {{"start_indices", Integers{0, 0}}, {"shape", Integers{n, k - 1}}})[0];
  const Tensor shifted =
      apply_named("pad", {first}, {{"pad_width", Integers{0, 0, 1, 0}}, {"constant_values", 1.0}})[0];
  return apply_named("cumprod", {shifted}, {{"axis", std::int64_t{1}}})[0];
}

// dout times the product of the other elements, those before and those behind: no division, so that zeros are right,
// in higher derivatives too.
Gradients gradient_of_prod(const GradientContext& c) {
  const Tensor& x = c.in(0);
  if (x.size() == 0) return {functions::zeros_like(x)};
  const std::vector<bool> reduced = axes_of("prod", c.attributes, x.shape());
  Integers order, shape, back(reduced.size());
  std::int64_t k = 1;
  for (const bool wanted : {false, true})
    for (std::size_t i = 0; i < reduced.size(); ++i)
      if (reduced[i] == wanted) {
        back[i] = static_cast<std::int64_t>(order.size());
        order.push_back(static_cast<std::int64_t>(i));
        shape.push_back(x.shape()[static_cast<int>(i)]);
        if (wanted) k *= shape.back();
      }
  const auto flipped = [](const Tensor& t) { return apply_named("flip", {t}, {{"axis", Integers{1}}})[0]; };
  const Tensor rows = functions::reshape(functions::transpose(x, order), {x.size() / k, k});
  const Tensor others = multiply(product_before(rows), flipped(product_before(flipped(rows))));
  const Tensor arranged = functions::transpose(functions::reshape(others, Shape(shape)), back);
  return {multiply(with_kept_axes(c, c.dout()), arranged)};
}

// Reduced axes that are neighbours, as the middle one of three.
struct Slices {
  std::int64_t outer = 1, reduced = 1, inner = 1;
  bool adjacent = true;

  Slices(const Shape& shape, const std::vector<bool>& axes) {
    bool within = false, behind = false;
    for (int i = 0; i < shape.rank(); ++i) {
      const bool axis = axes[static_cast<std::size_t>(i)];
      adjacent = adjacent && !(axis && behind);
      behind = behind || (within && !axis);
      within = within || axis;
      (axis ? reduced : within ? inner : outer) *= shape[i];
    }
  }
};

// Equal extremes share the gradient.
Gradients gradient_of_extremum(const GradientContext& c) {
  const Tensor &x = c.in(0), y = with_kept_axes(c, c.out()), dy = with_kept_axes(c, c.dout());
  if (is_floating(x.dtype()) && Slices(x.shape(), axes_of("max", c.attributes, x.shape())).adjacent)
    return {apply_named("extremum_gradient", {x, y, dy}, {{"axis", c.attributes.value("axis")}})[0]};
  const Tensor chosen = functions::cast(equal(x, y), x.dtype());
  const Tensor count = apply_named("sum", {chosen}, {{"axis", c.attributes.value("axis")}, {"keepdims", true}})[0];
  return {multiply(chosen, divide(dy, count))};
}

std::vector<Spec> infer_extremum_gradient(const Attributes& attributes, std::span<const Spec> in) {
  const std::vector<bool> axes = axes_of("extremum_gradient", attributes, in[0].shape);
  const Shape kept = reduced_shape(in[0].shape, axes, true);
  if (!is_floating(in[0].dtype))
    throw TypeError(concat("[extremum_gradient] expected floating tensors; got ", in[0], "."));
  if (!(in[1].shape == kept && in[2].shape == kept))
    throw ValueError(concat("[extremum_gradient] expected y and dy of shape ", kept, "; got ", in[1].shape, " and ",
                            in[2].shape, "."));
  if (!Slices(in[0].shape, axes).adjacent) throw ValueError("[extremum_gradient] expected axes that are neighbours.");
  return {in[0]};
}

void run_extremum_gradient(const RunContext& c) {
  const Slices all(c.in_shape(0), axes_of("extremum_gradient", c.attributes, c.in_shape(0)));
  const ExtremumGradient kernel = kernels().reduce->extremum_gradient[c.in_dtype(0)];
  const auto bytes = static_cast<std::int64_t>(size_of(c.in_dtype(0))), slice = all.reduced * all.inner;
  const std::int64_t rows = std::max<std::int64_t>(1, 8192 / std::max<std::int64_t>(1, slice));
  const auto at = [&](const void* p, std::int64_t i) {
    return static_cast<std::byte*>(const_cast<void*>(p)) + i * bytes;
  };
  parallel_for((all.outer + rows - 1) / rows, static_cast<double>(all.outer * slice) * 0.3, [&](std::int64_t tile) {
    const std::int64_t first = tile * rows, count = std::min(rows, all.outer - first);
    kernel(count, all.reduced, all.inner, at(c.inputs[0].data, first * slice), at(c.inputs[1].data, first * all.inner),
           at(c.inputs[2].data, first * all.inner), at(c.outputs[0].data, first * slice));
  });
}

// Linear in dy; x and y only choose.
Gradients gradient_of_extremum_gradient(const GradientContext& c) {
  if (!c.needed[2]) return Gradients(3);
  const Tensor chosen = functions::cast(equal(c.in(0), c.in(1)), c.in(0).dtype());
  const auto sum = [&](const Tensor& t) {
    return apply_named("sum", {t}, {{"axis", c.attributes.value("axis")}, {"keepdims", true}})[0];
  };
  return {Tensor(), Tensor(), divide(sum(multiply(chosen, c.dout())), sum(chosen))};
}

Gradients gradient_of_logsumexp(const GradientContext& c) {
  // A slice of -inf alone has no shares: their gradient is 0, as exp of -inf less 0 is.
  const Tensor kept = with_kept_axes(c, c.out());
  const Tensor y = where(functions::unary("isfinite", kept), kept, constant(0));
  const Tensor softmax = functions::unary("exp", functions::subtract(c.in(0), y));
  return {multiply(with_kept_axes(c, c.dout()), softmax)};
}

template <Reduce row, Scale scale = Scale::none>
void add_reduction(OpTable& table, std::vector<Tensor> (*gradient)(const GradientContext&), Promotion promotion) {
  table.add({.name = scale == Scale::mean ? "mean" : info(row).name,
             .attributes = {S::maybe("axis", K::integers), S::with_default("keepdims", K::boolean, false)},
             .infer = infer_reduce<row, scale>,
             .run = run_reduce<row, scale>,
             .gradient = gradient,
             .promotion = promotion,
             .scratch = reduce_scratch<row, scale>});
}

}  // namespace

void register_reduce_ops(OpTable& table) {
  add_reduction<Reduce::sum>(table, gradient_of_sum, Promotion::common_number);
  add_reduction<Reduce::sum, Scale::mean>(table, gradient_of_mean, Promotion::common_float);
  add_reduction<Reduce::sum_of_squares>(table, gradient_of_sum_of_squares, Promotion::common_number);
  add_reduction<Reduce::prod>(table, gradient_of_prod, Promotion::common_number);
  add_reduction<Reduce::max>(table, gradient_of_extremum, Promotion::none);
  add_reduction<Reduce::min>(table, gradient_of_extremum, Promotion::none);
  add_reduction<Reduce::any>(table, nullptr, Promotion::none);
  add_reduction<Reduce::all>(table, nullptr, Promotion::none);
  add_reduction<Reduce::argmax>(table, nullptr, Promotion::none);
  add_reduction<Reduce::argmin>(table, nullptr, Promotion::none);
  add_reduction<Reduce::logsumexp>(table, gradient_of_logsumexp, Promotion::common_float);
  // The gradient of max and min at x, with y and dy in the shape that keeps the reduced axes.
  table.add({.name = "extremum_gradient",
             .attributes = {S::maybe("axis", K::integers)},
             .min_inputs = 3,
             .max_inputs = 3,
             .infer = infer_extremum_gradient,
             .run = run_extremum_gradient,
             .gradient = gradient_of_extremum_gradient,
             .promotion = Promotion::common_float});
}

}  // namespace nnfit
