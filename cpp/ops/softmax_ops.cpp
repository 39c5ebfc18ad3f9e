// softmax and log_softmax along any axes, and their gradients.
#include <algorithm>
#include <cstddef>

#include "kernels/kernels.h"
#include "kernels/softmax/softmax.h"
#include "ops/functions.h"
#include "ops/op.h"
#include "ops/row_tiles.h"
#include "ops/strided_copy.h"

namespace nnfit {

namespace {

using functions::multiply;
using functions::subtract;
using S = AttributeSchema;
using K = AttributeKind;

constexpr double nanoseconds_per_element = 0.5;

std::vector<bool> reduced_axes(const Attributes& attributes, int rank) {
  std::vector<bool> reduced(static_cast<std::size_t>(rank), !attributes.has("axis"));
  if (attributes.has("axis"))
    for (std::int64_t axis : attributes.integers("axis"))
      reduced[static_cast<std::size_t>(normalize_axis("softmax", axis, rank))] = true;
  return reduced;
}

// How the array is walked: as [outer, n, inner], reduced over n. Where the reduced axes are not next to each other, it
// is copied to scratch with them last, and back.
struct Walk {
  std::int64_t outer = 1, n = 1, inner = 1;
  bool copied = false;
  Shape extents;       // of the copy
  StridedView source;  // the array in the order of the copy

  Walk(const Attributes& attributes, const Shape& shape) {
    const std::vector<bool> reduced = reduced_axes(attributes, shape.rank());
    int first = shape.rank(), last = -1, count = 0;
    for (int i = 0; i < shape.rank(); ++i)
      if (reduced[static_cast<std::size_t>(i)]) {
        first = std::min(first, i);
        last = i;
        ++count;
        n *= shape[i];
      }
    copied = count > 0 && last - first + 1 != count;
    if (!copied) {
      outer = shape.size(0, std::min(first, shape.rank()));
      inner = count ? shape.size(last + 1, shape.rank()) : 1;
      return;
    }
    const StridedView all = StridedView::row_major(shape);
    for (const bool wanted : {false, true})
      for (int i = 0; i < shape.rank(); ++i)
        if (reduced[static_cast<std::size_t>(i)] == wanted) {
          extents.push_back(shape[i]);
          source.strides.push_back(all.strides[i]);
          if (!wanted) outer *= shape[i];
        }
  }
};

// Where the arrays of one tile begin.
struct Place {
  const std::byte* in[2];
  std::byte* out;

  Place after(std::int64_t bytes) const { return {{in[0] + bytes, in[1] + bytes}, out + bytes}; }
};

// Calls rows(count, n, place), or columns(n, count, stride, place), for the tiles of a walk.
template <class Rows, class Columns>
void walk_tiles(const Walk& walk, std::int64_t element_bytes, const Place& place, Rows rows, Columns columns) {
  if (walk.outer * walk.n * walk.inner == 0) return;
  if (walk.inner == 1) {
    for_row_tiles(walk.outer, walk.n, nanoseconds_per_element, [&](std::int64_t first, std::int64_t count) {
      rows(count, walk.n, place.after(first * walk.n * element_bytes));
    });
    return;
  }
  constexpr std::int64_t width = 256;
  const std::int64_t blocks = (walk.inner + width - 1) / width;
  const double work = static_cast<double>(walk.outer * walk.n * walk.inner) * nanoseconds_per_element;
  parallel_for(walk.outer * blocks, work, [&](std::int64_t tile) {
    const std::int64_t column = tile % blocks * width, first = tile / blocks * walk.n * walk.inner + column;
    columns(walk.n, std::min(width, walk.inner - column), walk.inner, place.after(first * element_bytes));
  });
}

std::size_t scratch_of(const Attributes& attributes, std::span<const Spec> in, std::span<const Spec> out) {
  return Walk(attributes, out[0].shape).copied ? in.size() * ((out[0].bytes() + 63) / 64 * 64) : 0;
}

template <class Rows, class Columns>
void run_along_axes(const RunContext& c, Rows rows, Columns columns) {
  const Walk walk(c.attributes, c.out_shape(0));
  const std::size_t element_bytes = size_of(c.out_dtype(0)), last = c.inputs.size() - 1;
  const auto* const inputs = c.inputs.data();
  Place place = {{static_cast<const std::byte*>(inputs[0].data), static_cast<const std::byte*>(inputs[last].data)},
                 static_cast<std::byte*>(c.outputs[0].data)};
  const StridedView packed = StridedView::row_major(walk.extents);
  if (walk.copied) {
    const std::size_t bytes = (c.outputs[0].spec->bytes() + 63) / 64 * 64;
    for (std::size_t i = 0; i <= last; ++i) {
      copy_strided(element_bytes, walk.extents, place.in[i], walk.source, c.scratch + i * bytes, packed);
      place.in[i] = c.scratch + i * bytes;
    }
    place.out = c.scratch;
  }
  walk_tiles(walk, static_cast<std::int64_t>(element_bytes), place, rows, columns);
  if (walk.copied) copy_strided(element_bytes, walk.extents, c.scratch, packed, c.outputs[0].data, walk.source);
}

using Kernel1 = void (*)(std::int64_t, std::int64_t, const void*, void*);
using ColumnKernel1 = void (*)(std::int64_t, std::int64_t, std::int64_t, const void*, void*);
using Kernel2 = void (*)(std::int64_t, std::int64_t, const void*, const void*, void*);
using ColumnKernel2 = void (*)(std::int64_t, std::int64_t, std::int64_t, const void*, const void*, void*);

template <ByDType<Kernel1> SoftmaxTable::*of_rows, ByDType<ColumnKernel1> SoftmaxTable::*of_columns>
void run_forward(const RunContext& c) {
  const Kernel1 rows = (kernels().softmax->*of_rows)[c.out_dtype(0)];
  const ColumnKernel1 columns = (kernels().softmax->*of_columns)[c.out_dtype(0)];
  run_along_axes(
      c, [=](std::int64_t count, std::int64_t n, const Place& at) { rows(count, n, at.in[0], at.out); },
      [=](std::int64_t n, std::int64_t count, std::int64_t stride, const Place& at) {
        columns(n, count, stride, at.in[0], at.out);
      });
}

template <ByDType<Kernel2> SoftmaxTable::*of_rows, ByDType<ColumnKernel2> SoftmaxTable::*of_columns>
void run_gradient(const RunContext& c) {
  const Kernel2 rows = (kernels().softmax->*of_rows)[c.out_dtype(0)];
  const ColumnKernel2 columns = (kernels().softmax->*of_columns)[c.out_dtype(0)];
  run_along_axes(
      c, [=](std::int64_t count, std::int64_t n, const Place& at) { rows(count, n, at.in[1], at.in[0], at.out); },
      [=](std::int64_t n, std::int64_t count, std::int64_t stride, const Place& at) {
        columns(n, count, stride, at.in[1], at.in[0], at.out);
      });
}

std::vector<Spec> infer(const Attributes& attributes, std::span<const Spec> in) {
  reduced_axes(attributes, in[0].shape.rank());
  return {in[0]};
}

std::vector<Spec> infer_gradient(const Attributes& attributes, std::span<const Spec> in) {
  if (!(in[0].shape == in[1].shape))
    throw ValueError(
        concat("[softmax_gradient] expected two tensors of one shape; got ", in[0].shape, " and ", in[1].shape, "."));
  return infer(attributes, in);
}

Tensor with_axis(const char* op, const GradientContext& c, const Tensor& dy, const Tensor& y) {
  return apply_named(op, {dy, y}, {{"axis", c.attributes.value("axis")}})[0];
}

// The sum along the op's axes, which stay with size 1.
Tensor sum_along(const GradientContext& c, const Tensor& x) {
  const std::vector<bool> reduced = reduced_axes(c.attributes, x.shape().rank());
  Integers axes;
  for (std::size_t i = 0; i < reduced.size(); ++i)
    if (reduced[i]) axes.push_back(static_cast<std::int64_t>(i));
  return axes.empty() ? x : functions::sum(x, axes, true);
}

// softmax_gradient(dy, y) = y (dy - sum(y dy)); it is linear in dy and its own transpose.
std::vector<Tensor> gradient_of_softmax_gradient(const GradientContext& c) {
  const Tensor &g = c.dout(), &dy = c.in(0), &y = c.in(1);
  const Tensor to_y =
      subtract(multiply(g, subtract(dy, sum_along(c, multiply(y, dy)))), multiply(dy, sum_along(c, multiply(y, g))));
  return {with_axis("softmax_gradient", c, g, y), to_y};
}

// log_softmax_gradient(dy, y) = dy - exp(y) sum(dy)
std::vector<Tensor> gradient_of_log_softmax_gradient(const GradientContext& c) {
  const Tensor &g = c.dout(), &dy = c.in(0), &y = c.in(1);
  const Tensor weighted = multiply(functions::unary("exp", y), g);
  return {subtract(g, sum_along(c, weighted)), functions::negative(multiply(weighted, sum_along(c, dy)))};
}

}  // namespace

void register_softmax_ops(OpTable& table) {
  using T = SoftmaxTable;
  const std::vector<S> axis = {S::with_default("axis", K::integers, Integers{-1})};
  std::vector<S> optional_axis = axis;
  optional_axis[0].optional = true;
  const auto add = [&](const char* name, int inputs, auto infer_specs, auto run, auto gradient) {
    table.add({.name = name,
               .attributes = optional_axis,
               .min_inputs = inputs,
               .max_inputs = inputs,
               .infer = infer_specs,
               .run = run,
               .gradient = gradient,
               .promotion = Promotion::common_float,
               .reuse = Reuse::any_same_spec,
               .scratch = scratch_of});
  };
  add("softmax", 1, infer, run_forward<&T::softmax, &T::softmax_columns>, [](const GradientContext& c) {
    return std::vector<Tensor>{with_axis("softmax_gradient", c, c.dout(), c.out())};
  });
  add("log_softmax", 1, infer, run_forward<&T::log_softmax, &T::log_softmax_columns>, [](const GradientContext& c) {
    return std::vector<Tensor>{with_axis("log_softmax_gradient", c, c.dout(), c.out())};
  });
  add("softmax_gradient", 2, infer_gradient, run_gradient<&T::softmax_gradient, &T::softmax_gradient_columns>,
      gradient_of_softmax_gradient);
  add("log_softmax_gradient", 2, infer_gradient,
      run_gradient<&T::log_softmax_gradient, &T::log_softmax_gradient_columns>, gradient_of_log_softmax_gradient);
}

}  // namespace nnfit
