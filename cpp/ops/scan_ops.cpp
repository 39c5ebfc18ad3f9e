// Ops that walk along an axis: cumsum, cumprod, linear_recurrence.
#include "ops/functions.h"
#include "ops/lines.h"
#include "ops/op.h"

namespace nnfit {

namespace {

using functions::multiply;
using S = AttributeSchema;
using K = AttributeKind;

template <class F>
decltype(auto) visit_number(DType dtype, F&& f) {
  return visit(dtype, [&](auto tag) {
    if constexpr (!std::is_same_v<typename decltype(tag)::type, bool>) f(tag);
  });
}

// Sums of integers wrap around.
template <class T>
T sum_of(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  else
    return a + b;
}

template <class T>
T product_of(T a, T b) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
  else
    return a * b;
}

struct Add {
  template <class T>
  static T apply(T a, T b) {
    return sum_of(a, b);
  }
};
struct Multiply {
  template <class T>
  static T apply(T a, T b) {
    return product_of(a, b);
  }
};

std::vector<Spec> infer_scan(const char* name, const Attributes& attributes, const Spec& x) {
  if (x.dtype == DType::bool_) throw TypeError(concat("[", name, "] expected numbers; got ", x, ". Cast them first."));
  Lines(name, attributes, x.shape);
  return {{x.dtype, attributes.has("axis") ? x.shape : Shape{x.shape.size()}}};
}

template <class Combine>
void run_scan(const RunContext& c) {
  const Lines lines("", c.attributes, c.in_shape(0));
  visit_number(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    lines.for_each(1, [&](std::int64_t line) {
      const T* const x = c.in<T>(0) + lines.start(line);
      T* const y = c.out<T>(0) + lines.start(line);
      T total{};
      for (std::int64_t i = 0; i < lines.n; ++i) {
        total = i ? Combine::apply(total, x[i * lines.inner]) : x[0];
        y[i * lines.inner] = total;
      }
    });
  });
}

std::int64_t axis_of(const GradientContext& c) {
  if (!c.attributes.has("axis")) return 0;
  return normalize_axis("scan", c.attributes.integer("axis"), c.in(0).shape().rank());
}

Tensor flip(const Tensor& x, std::int64_t axis) { return apply_named("flip", {x}, {{"axis", Integers{axis}}})[0]; }

std::vector<Tensor> gradient_of_cumsum(const GradientContext& c) {
  const std::int64_t axis = axis_of(c);
  const Tensor sums = apply_named("cumsum", {flip(c.dout(), axis)}, {{"axis", axis}})[0];
  return {functions::reshape(flip(sums, axis), c.in(0).shape())};
}

// x moved by one place along the axis, towards its end, or its beginning; the free place gets `fill`.
Tensor shifted(const Tensor& x, std::int64_t axis, bool to_end, double fill) {
  const std::int64_t n = x.shape()[static_cast<int>(axis)];
  Integers starts(static_cast<std::size_t>(x.shape().rank()), 0), sizes(x.shape().begin(), x.shape().end());
  Shape one = x.shape();
  one[static_cast<int>(axis)] = std::min<std::int64_t>(n, 1);
  starts[static_cast<std::size_t>(axis)] = to_end ? 0 : one[static_cast<int>(axis)];
  sizes[static_cast<std::size_t>(axis)] = n - one[static_cast<int>(axis)];
  const Tensor kept = apply_named("slice", {x}, {{"start_indices", starts}, {"shape", sizes}})[0];
  const Tensor filled = functions::broadcast_to(functions::cast(functions::constant(fill), x.dtype()), one);
  return apply_named("concatenate", to_end ? std::vector<Tensor>{filled, kept} : std::vector<Tensor>{kept, filled},
                     {{"axis", axis}})[0];
}

Tensor linear_recurrence(const Tensor& a, const Tensor& b, std::int64_t axis) {
  return apply_named("linear_recurrence", {a, b}, {{"axis", axis}})[0];
}

// r[i] = b[i] + a[i + 1] r[i + 1], from the end
Tensor backward_recurrence(const Tensor& a, const Tensor& b, std::int64_t axis) {
  return flip(linear_recurrence(flip(shifted(a, axis, false, 0), axis), flip(b, axis), axis), axis);
}

// The derivative to x[i] is the product of what comes before times r[i] = dy[i] + x[i + 1] r[i + 1]: no division, so
// zeros are no trouble.
std::vector<Tensor> gradient_of_cumprod(const GradientContext& c) {
  const std::int64_t axis = axis_of(c);
  const Tensor x = functions::reshape(c.in(0), c.out().shape());
  const Tensor product = multiply(shifted(c.out(), axis, true, 1), backward_recurrence(x, c.dout(), axis));
  return {functions::reshape(product, c.in(0).shape())};
}

// --- linear_recurrence(a, b): h[i] = a[i] h[i - 1] + b[i] along the axis, h[-1] = 0

std::vector<Spec> infer_recurrence(const Attributes& attributes, std::span<const Spec> in) {
  if (!(in[0].shape == in[1].shape))
    throw ValueError(
        concat("[linear_recurrence] expected two tensors of one shape; got ", in[0].shape, " and ", in[1].shape, "."));
  Lines("linear_recurrence", attributes, in[0].shape);
  return {in[1]};
}

void run_recurrence(const RunContext& c) {
  const Lines lines("", c.attributes, c.in_shape(0));
  visit_number(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    lines.for_each(2, [&](std::int64_t line) {
      const std::int64_t start = lines.start(line);
      T h{};
      for (std::int64_t i = start; i < start + lines.n * lines.inner; i += lines.inner) {
        h = i == start ? c.in<T>(1)[i] : sum_of(product_of(c.in<T>(0)[i], h), c.in<T>(1)[i]);
        c.out<T>(0)[i] = h;
      }
    });
  });
}

std::vector<Tensor> gradient_of_recurrence(const GradientContext& c) {
  const std::int64_t axis = axis_of(c);
  const Tensor to_b = backward_recurrence(c.in(0), c.dout(), axis);
  return {multiply(to_b, shifted(c.out(), axis, true, 0)), to_b};
}

}  // namespace

void register_scan_ops(OpTable& table) {
  table.add({.name = "cumsum",
             .attributes = {S::maybe("axis", K::integer)},
             .infer = [](const Attributes& a, std::span<const Spec> in) { return infer_scan("cumsum", a, in[0]); },
             .run = run_scan<Add>,
             .gradient = gradient_of_cumsum,
             .reuse = Reuse::any_same_spec});
  table.add({.name = "cumprod",
             .attributes = {S::maybe("axis", K::integer)},
             .infer = [](const Attributes& a, std::span<const Spec> in) { return infer_scan("cumprod", a, in[0]); },
             .run = run_scan<Multiply>,
             .gradient = gradient_of_cumprod,
             .reuse = Reuse::any_same_spec});
  table.add({.name = "linear_recurrence",
             .attributes = {S::needed("axis", K::integer)},
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_recurrence,
             .run = run_recurrence,
             .gradient = gradient_of_recurrence,
             .promotion = Promotion::common_float,
             .reuse = Reuse::any_same_spec});
}

}  // namespace nnfit
