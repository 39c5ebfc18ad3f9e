// Statistics of rows, and what is done with them: layer normalisation.
#include "kernels/rows.h"
#include "kernels/normalization/normalization.h"
#include "kernels/reduce/loops.h"
#include "kernels/reduce/reducers.h"
#include "simd/loop.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {
namespace {

template <class T>
NNFIT_INLINE T inverse_deviation(T variance, double epsilon) {
  return T(1) / math::sqrt<T>(splat(T(variance + T(epsilon))))[0];
}

}  // namespace

template <class T>
void normalize_rows(std::int64_t rows, std::int64_t n, double epsilon, const void* x, const void* gamma,
                    const void* beta, void* y, void* mean, void* variance) {
  const T *const g = static_cast<const T*>(gamma), *const b = static_cast<const T*>(beta);
  const double share = 1.0 / double(n);
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* const from = static_cast<const T*>(x) + r * n;
    T* const to = static_cast<T*>(y) + r * n;
    const T m = T(reduce_run<T>(n, from, Sum<T>()).across(share));
    SumOfDeviations<T> deviations;
    deviations.mean = splat(m);
    const T v = T(reduce_run<T>(n, from, deviations).across(share));
    static_cast<T*>(mean)[r] = m;
    static_cast<T*>(variance)[r] = v;
    const vec<T> centre = splat(m), scale = splat(inverse_deviation<T>(v, epsilon));
    for_each_vector<T>(n, [&](auto at, std::int64_t j) {
      at.store(to + j, fma<T>((at.load(from + j) - centre) * scale, at.load(g + j), at.load(b + j)));
    });
  }
}

template <class T>
void normalize_rows_gradient(std::int64_t rows, std::int64_t n, double epsilon, const void* dy, const void* x,
                             const void* mean, const void* variance, const void* gamma, void* dx, void* dgamma,
                             void* dbeta) {
  const T* const weights = static_cast<const T*>(gamma);
  T *const to_gamma = static_cast<T*>(dgamma), *const to_beta = static_cast<T*>(dbeta);
  const T share = T(1.0 / double(n));
  for (std::int64_t r = 0; r < rows; ++r) {
    const T *const g = static_cast<const T*>(dy) + r * n, *const from = static_cast<const T*>(x) + r * n;
    T* const to = static_cast<T*>(dx) + r * n;
    const vec<T> centre = splat(static_cast<const T*>(mean)[r]);
    const vec<T> scale = splat(inverse_deviation<T>(static_cast<const T*>(variance)[r], epsilon));
    vec<T> sum{}, product{};
    for_each_vector<T>(n, [&](auto at, std::int64_t j) {
      const vec<T> d = at.load(g + j), z = (at.load(from + j) - centre) * scale, u = d * at.load(weights + j);
      sum += u;
      product = fma<T>(u, z, product);
      at.store(to_gamma + j, fma<T>(d, z, at.load(to_gamma + j)));
      at.store(to_beta + j, at.load(to_beta + j) + d);
    });
    const vec<T> mean_u = sum_lanes<T>(sum) * share, mean_uz = sum_lanes<T>(product) * share;
    for_each_vector<T>(n, [&](auto at, std::int64_t j) {
      const vec<T> z = (at.load(from + j) - centre) * scale, u = at.load(g + j) * at.load(weights + j);
      at.store(to + j, scale * fma<T>(-z, mean_uz, u - mean_u));
    });
  }
}

NNFIT_MAKE_FLOATING(normalize_rows)
NNFIT_MAKE_FLOATING(normalize_rows_gradient)

}  // namespace nnfit::NNFIT_ISA
