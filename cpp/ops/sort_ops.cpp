// Ops that order: sort, argsort, searchsorted, top_k, in_top_k. NaN comes after every number; equal elements keep their
// order.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ops/functions.h"
#include "ops/lines.h"
#include "ops/op.h"
#include "ops/row_tiles.h"

namespace nnfit {

namespace {

using S = AttributeSchema;
using K = AttributeKind;

constexpr double nanoseconds_per_element = 30;

template <class T>
bool is_nan(T x) {
  if constexpr (std::is_floating_point_v<T>) return std::isnan(x);
  return false;
}

// Whether a comes before b in ascending order.
template <class T>
bool before(T a, T b) {
  return a < b || (is_nan(b) && !is_nan(a));
}

// An element and where it was.
template <class T>
struct Placed {
  T value;
  std::int32_t index;
};

// Room for all lines, so that each may be sorted whatever thread does it.
std::size_t scratch_for_lines(const Attributes&, std::span<const Spec> in, std::span<const Spec>) {
  return static_cast<std::size_t>(in[0].shape.size()) * 16;
}

template <class T>
Placed<T>* placed_line(const RunContext& c, const Lines& lines, std::int64_t line) {
  auto* const placed = reinterpret_cast<Placed<T>*>(c.scratch) + line * lines.n;
  const T* const x = c.in<T>(0) + lines.start(line);
  for (std::int64_t i = 0; i < lines.n; ++i) placed[i] = {x[i * lines.inner], static_cast<std::int32_t>(i)};
  return placed;
}

// Equal elements are told apart by their places, so that a sort in place, without memory of its own, is stable.
template <class T>
bool placed_before(const Placed<T>& a, const Placed<T>& b) {
  if (before(a.value, b.value)) return true;
  return !before(b.value, a.value) && a.index < b.index;
}

void expect_indexable(const char* name, std::int64_t n) {
  if (n > std::numeric_limits<std::int32_t>::max())
    throw ValueError(concat("[", name, "] expected less than 2^31 elements along the axis; got ", n, "."));
}

std::vector<Spec> infer_order(const char* name, const Attributes& attributes, const Spec& x, DType dtype) {
  expect_indexable(name, Lines(name, attributes, x.shape).n);
  return {{dtype, attributes.has("axis") ? x.shape : Shape{x.shape.size()}}};
}

// Sorts every line and writes part(placed), in its order, to the output.
template <class Part>
void run_order(const RunContext& c, Part part) {
  const Lines lines("", c.attributes, c.in_shape(0));
  visit(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    using Out = decltype(part(Placed<T>{}));
    lines.for_each(nanoseconds_per_element, [&](std::int64_t line) {
      Placed<T>* const placed = placed_line<T>(c, lines, line);
      std::sort(placed, placed + lines.n, placed_before<T>);
      Out* const y = c.out<Out>(0) + lines.start(line);
      for (std::int64_t i = 0; i < lines.n; ++i) y[i * lines.inner] = part(placed[i]);
    });
  });
}

// The adjoint of picking `indices` along the axis.
Tensor scattered(const Tensor& indices, const Tensor& dy, std::int64_t axis, std::int64_t size) {
  return apply_named("scatter_add_along_axis", {indices, dy}, {{"axis", axis}, {"size", size}})[0];
}

std::vector<Tensor> gradient_of_sort(const GradientContext& c) {
  const Shape& shape = c.in(0).shape();
  const AttributeValue& axis = c.attributes.value("axis");
  const Tensor order = apply_named("argsort", {c.in(0)}, {{"axis", axis}})[0];
  if (!c.attributes.has("axis")) return {functions::reshape(scattered(order, c.dout(), 0, shape.size()), shape)};
  const int at = normalize_axis("sort", c.attributes.integer("axis"), shape.rank());
  return {scattered(order, c.dout(), at, shape[at])};
}

// --- searchsorted(sorted, values): how many elements are before a value, or with the side "right" not after it

std::vector<Spec> infer_searchsorted(const Attributes& attributes, std::span<const Spec> in) {
  const std::string& side = attributes.text("side");
  if (in[0].shape.rank() != 1)
    throw ValueError(concat("[searchsorted] expected a sorted vector; got shape ", in[0].shape, "."));
  expect_indexable("searchsorted", in[0].shape[0]);
  if (side != "left" && side != "right")
    throw ValueError(concat("[searchsorted] expected the side 'left' or 'right'; got '", side, "'."));
  return {{DType::int32, in[1].shape}};
}

void run_searchsorted(const RunContext& c) {
  const std::int64_t n = c.in_shape(0)[0];
  const bool right = c.attributes.text("side") == "right";
  visit(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T *const sorted = c.in<T>(0), *const values = c.in<T>(1);
    for_row_tiles(c.in_shape(1).size(), 1, 10, [&](std::int64_t first, std::int64_t count) {
      for (std::int64_t i = first; i < first + count; ++i) {
        const T* const place = right ? std::upper_bound(sorted, sorted + n, values[i], before<T>)
                                     : std::lower_bound(sorted, sorted + n, values[i], before<T>);
        c.out<std::int32_t>(0)[i] = static_cast<std::int32_t>(place - sorted);
      }
    });
  });
}

// --- top_k(x): the k largest along the last axis, and their places

std::vector<Spec> infer_top_k(const Attributes& attributes, std::span<const Spec> in) {
  const std::int64_t k = attributes.integer("k");
  Shape shape = in[0].shape;
  if (shape.rank() < 1) throw ValueError("[top_k] expected a tensor of at least one axis; got a scalar.");
  std::int64_t& n = shape[shape.rank() - 1];
  expect_indexable("top_k", n);
  if (k < 0 || k > n) throw ValueError(concat("[top_k] expected k in [0, ", n, "], the last axis; got ", k, "."));
  n = k;
  return {{in[0].dtype, shape}, {DType::int32, shape}};
}

// Descending; of equal elements the first comes first. NaN counts as the largest, as in a sorted order reversed.
template <class T>
bool placed_above(const Placed<T>& a, const Placed<T>& b) {
  if (before(b.value, a.value)) return true;
  return !before(a.value, b.value) && a.index < b.index;
}

void run_top_k(const RunContext& c) {
  const Shape& shape = c.in_shape(0);
  const std::int64_t n = shape[shape.rank() - 1], k = c.attributes.integer("k");
  visit(c.in_dtype(0), [&](auto tag) {
    using T = typename decltype(tag)::type;
    for_row_tiles(shape.size(0, shape.rank() - 1), n, 5, [&](std::int64_t first, std::int64_t count) {
      for (std::int64_t row = first; row < first + count; ++row) {
        auto* const placed = reinterpret_cast<Placed<T>*>(c.scratch) + row * n;
        for (std::int64_t i = 0; i < n; ++i) placed[i] = {c.in<T>(0)[row * n + i], static_cast<std::int32_t>(i)};
        std::partial_sort(placed, placed + k, placed + n, placed_above<T>);
        for (std::int64_t i = 0; i < k; ++i) {
          c.out<T>(0)[row * k + i] = placed[i].value;
          c.out<std::int32_t>(1)[row * k + i] = placed[i].index;
        }
      }
    });
  });
}

std::vector<Tensor> gradient_of_top_k(const GradientContext& c) {
  if (!c.dout(0)) return {{}};
  const Shape& shape = c.in(0).shape();
  return {scattered(c.out(1), c.dout(0), shape.rank() - 1, shape[shape.rank() - 1])};
}

// --- in_top_k(targets, predictions)

std::vector<Spec> infer_in_top_k(const Attributes&, std::span<const Spec> in) {
  const Shape &targets = in[0].shape, &predictions = in[1].shape;
  if (!is_integer(in[0].dtype)) throw TypeError(concat("[in_top_k] expected integer targets; got ", in[0], "."));
  if (targets.rank() != 1 || predictions.rank() != 2 || targets[0] != predictions[0] || !is_floating(in[1].dtype))
    throw ValueError(concat("[in_top_k] expected targets (batch,) and floating predictions (batch, classes); got ",
                            in[0], " and ", in[1], "."));
  return {{DType::bool_, targets}};
}

// Whether fewer than k predictions of the row are greater than the target's, which has to be finite.
template <class T>
bool among_top(const T* predictions, std::int64_t n, std::int64_t target, std::int64_t k) {
  if (target < 0 || target >= n || !std::isfinite(predictions[target])) return false;
  return std::count_if(predictions, predictions + n, [&](T p) { return p > predictions[target]; }) < k;
}

void run_in_top_k(const RunContext& c) {
  const std::int64_t rows = c.in_shape(1)[0], n = c.in_shape(1)[1], k = c.attributes.integer("k");
  visit(c.in_dtype(0), [&](auto label) {
    visit(c.in_dtype(1), [&](auto prediction) {
      using L = typename decltype(label)::type;
      using T = typename decltype(prediction)::type;
      if constexpr (std::is_integral_v<L> && std::is_floating_point_v<T>)
        for_row_tiles(rows, n, 0.5, [&](std::int64_t first, std::int64_t count) {
          for (std::int64_t r = first; r < first + count; ++r)
            c.out<bool>(0)[r] = among_top(c.in<T>(1) + r * n, n, static_cast<std::int64_t>(c.in<L>(0)[r]), k);
        });
    });
  });
}

}  // namespace

void register_sort_ops(OpTable& table) {
  const auto axis = [] {
    S schema = S::with_default("axis", K::integer, std::int64_t(-1));
    schema.optional = true;
    return std::vector<S>{schema};
  }();
  table.add({.name = "sort",
             .attributes = axis,
             .infer = [](const Attributes& a,
                         std::span<const Spec> in) { return infer_order("sort", a, in[0], in[0].dtype); },
             .run = [](const RunContext& c) { run_order(c, [](const auto& placed) { return placed.value; }); },
             .gradient = gradient_of_sort,
             .scratch = scratch_for_lines});
  table.add({.name = "argsort",
             .attributes = axis,
             .infer = [](const Attributes& a,
                         std::span<const Spec> in) { return infer_order("argsort", a, in[0], DType::int32); },
             .run = [](const RunContext& c) { run_order(c, [](const auto& placed) { return placed.index; }); },
             .scratch = scratch_for_lines});
  table.add({.name = "searchsorted",
             .attributes = {S::with_default("side", K::text, std::string("left"))},
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_searchsorted,
             .run = run_searchsorted});
  table.add({.name = "top_k",
             .attributes = {S::needed("k", K::integer)},
             .infer = infer_top_k,
             .run = run_top_k,
             .gradient = gradient_of_top_k,
             .scratch = scratch_for_lines});
  table.add({.name = "in_top_k",
             .attributes = {S::needed("k", K::integer)},
             .min_inputs = 2,
             .max_inputs = 2,
             .infer = infer_in_top_k,
             .run = run_in_top_k,
             .promotion = Promotion::none});
}

}  // namespace nnfit
