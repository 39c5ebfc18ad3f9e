// normalize_rows(x, gamma, beta): normalisation by the mean and variance along the last axis, and its gradient, each in
// one pass over x that reads every row from the cache again.
#include <algorithm>

#include "core/parallel.h"
#include "kernels/kernels.h"
#include "kernels/normalization/normalization.h"
#include "ops/normalization.h"

namespace nnfit {

namespace {

using namespace normalization;
using S = AttributeSchema;
using K = AttributeKind;

constexpr double nanoseconds_per_element = 0.4;
constexpr std::int64_t band_rows = 64;

std::int64_t bands_of(const Shape& x) { return (rows_of(x) + band_rows - 1) / band_rows; }

// Calls f(band, first, count) for bands of rows.
template <class F>
void for_bands(const Shape& x, F&& f) {
  const std::int64_t rows = rows_of(x);
  const double work = static_cast<double>(x.size()) * nanoseconds_per_element;
  parallel_for(bands_of(x), work,
               [&](std::int64_t band) { f(band, band * band_rows, std::min(band_rows, rows - band * band_rows)); });
}

template <class T>
void run_rows(const RunContext& c) {
  const std::int64_t n = channels_of(c.in_shape(0));
  const auto kernel = kernels().normalization->normalize_rows[c.in_dtype(0)];
  if (n == 0) {
    for (const std::size_t statistic : {1, 2}) std::fill_n(c.out<T>(statistic), c.out_shape(statistic).size(), T(0));
    return;
  }
  for_bands(c.in_shape(0), [&](std::int64_t, std::int64_t first, std::int64_t count) {
    kernel(count, n, c.attributes.real("epsilon"), c.in<T>(0) + first * n, c.inputs[1].data, c.inputs[2].data,
           c.out<T>(0) + first * n, c.out<T>(1) + first, c.out<T>(2) + first);
  });
}

// The gradients of gamma and beta are summed by bands, and then over them.
template <class T>
void run_rows_gradient(const RunContext& c) {
  const Shape& shape = c.in_shape(1);
  const std::int64_t n = channels_of(shape), bands = bands_of(shape);
  const auto kernel = kernels().normalization->normalize_rows_gradient[c.in_dtype(1)];
  if (n == 0) return;
  auto* const sums = reinterpret_cast<T*>(c.scratch);
  for_bands(shape, [&](std::int64_t band, std::int64_t first, std::int64_t count) {
    T* const to_gamma = sums + 2 * band * n;
    std::fill(to_gamma, to_gamma + 2 * n, T(0));
    kernel(count, n, c.attributes.real("epsilon"), c.in<T>(0) + first * n, c.in<T>(1) + first * n, c.in<T>(2) + first,
           c.in<T>(3) + first, c.inputs[4].data, c.out<T>(0) + first * n, to_gamma, to_gamma + n);
  });
  parallel_for(2, static_cast<double>(2 * bands * n), [&](std::int64_t which) {
    T* const to = c.out<T>(static_cast<std::size_t>(1 + which));
    for (std::int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::int64_t band = 0; band < bands; ++band) sum += static_cast<double>(sums[(2 * band + which) * n + j]);
      to[j] = static_cast<T>(sum);
    }
  });
}

std::size_t scratch_of_gradient(const Attributes&, std::span<const Spec> in, std::span<const Spec>) {
  const Shape& x = in[1].shape;
  return static_cast<std::size_t>(2 * bands_of(x) * channels_of(x)) * size_of(in[1].dtype);
}

}  // namespace

void register_layer_normalization_ops(OpTable& table) {
  const std::vector<S> epsilon = {S::with_default("epsilon", K::real, 1e-3)};
  table.add({.name = name_of(Along::rows),
             .attributes = epsilon,
             .min_inputs = 3,
             .max_inputs = 3,
             .infer = infer<Along::rows>,
             .run = by_dtype<run_rows<float>, run_rows<double>>,
             .gradient = gradient<Along::rows>,
             .promotion = Promotion::common_float,
             .reuse = Reuse::chosen,
             .may_reuse = over_first});
  table.add({.name = gradient_name_of(Along::rows),
             .attributes = epsilon,
             .min_inputs = 5,
             .max_inputs = 5,
             .infer = infer_gradient<Along::rows>,
             .run = by_dtype<run_rows_gradient<float>, run_rows_gradient<double>>,
             .gradient = gradient_of_gradient<Along::rows>,
             .promotion = Promotion::common_float,
             .reuse = Reuse::chosen,
             .may_reuse = over_first,
             .scratch = scratch_of_gradient});
}

}  // namespace nnfit
