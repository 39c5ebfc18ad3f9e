// Softmax and log-softmax, and their gradients.
#include "kernels/softmax/softmax.h"

#include "kernels/rows.h"
#include "kernels/softmax/exponentials.h"

namespace nnfit::NNFIT_ISA {

template <class T>
void softmax(std::int64_t rows, std::int64_t n, const void* x, void* y) {
  with_held<T>(n, [&](auto held) {
    for (std::int64_t r = 0; r < rows; ++r) {
      T* const to = static_cast<T*>(y) + r * n;
      Exponentials<T, held.value> e(n, static_cast<const T*>(x) + r * n, to);
      const vec<T> scale = T(1) / e.of.sum;
      e.map(n, to, [&](vec<T> v, std::int64_t) { return v * scale; });
    }
  });
}

template <class T>
void log_softmax(std::int64_t rows, std::int64_t n, const void* x, void* y) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* const from = static_cast<const T*>(x) + r * n;
    T* const to = static_cast<T*>(y) + r * n;
    const Normalizer<T> of = normalizer(n, from);
    const vec<T> log_sum = math::log<T>(of.sum);
    for_each_vector<T>(n,
                       [&](auto at, std::int64_t i) { at.store(to + i, (at.load(from + i) - of.maximum) - log_sum); });
  }
}

template <class T>
void softmax_gradient(std::int64_t rows, std::int64_t n, const void* y, const void* dy, void* dx) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* const p = static_cast<const T*>(y) + r * n;
    const T* const d = static_cast<const T*>(dy) + r * n;
    T* const to = static_cast<T*>(dx) + r * n;
    vec<T> dot{};
    for_each_vector<T>(n, [&](auto at, std::int64_t i) { dot = fma<T>(at.load(p + i), at.load(d + i), dot); });
    dot = sum_lanes<T>(dot);
    for_each_vector<T>(n, [&](auto at, std::int64_t i) { at.store(to + i, at.load(p + i) * (at.load(d + i) - dot)); });
  }
}

template <class T>
void log_softmax_gradient(std::int64_t rows, std::int64_t n, const void* y, const void* dy, void* dx) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* const log_p = static_cast<const T*>(y) + r * n;
    const T* const d = static_cast<const T*>(dy) + r * n;
    T* const to = static_cast<T*>(dx) + r * n;
    vec<T> sum{};
    for_each_vector<T>(n, [&](auto at, std::int64_t i) { sum += at.load(d + i); });
    sum = sum_lanes<T>(sum);
    for_each_vector<T>(n, [&](auto at, std::int64_t i) {
      at.store(to + i, fma<T>(-math::exp_flushed<T>(at.load(log_p + i)), sum, at.load(d + i)));
    });
  }
}

// By columns the lanes are columns: reductions run down a vector's column and need no shuffles.

template <class T>
void softmax_columns(std::int64_t n, std::int64_t columns, std::int64_t stride, const void* x, void* y) {
  for_each_vector<T>(columns, [&](auto at, std::int64_t c) {
    const T* const from = static_cast<const T*>(x) + c;
    T* const to = static_cast<T*>(y) + c;
    vec<T> m = splat(kMinusInfinity<T>), sum{};
    for (std::int64_t j = 0; j < n; ++j) m = larger<T>(m, at.load(from + j * stride));
    for (std::int64_t j = 0; j < n; ++j) {
      const vec<T> e = math::exp_flushed<T>(at.load(from + j * stride) - m);
      sum += e;
      at.store(to + j * stride, e);
    }
    const vec<T> scale = T(1) / sum;
    for (std::int64_t j = 0; j < n; ++j) at.store(to + j * stride, at.load(to + j * stride) * scale);
  });
}

template <class T>
void log_softmax_columns(std::int64_t n, std::int64_t columns, std::int64_t stride, const void* x, void* y) {
  for_each_vector<T>(columns, [&](auto at, std::int64_t c) {
    const T* const from = static_cast<const T*>(x) + c;
    T* const to = static_cast<T*>(y) + c;
    vec<T> m = splat(kMinusInfinity<T>), sum{};
    for (std::int64_t j = 0; j < n; ++j) m = larger<T>(m, at.load(from + j * stride));
    for (std::int64_t j = 0; j < n; ++j) sum += math::exp_flushed<T>(at.load(from + j * stride) - m);
    const vec<T> log_sum = math::log<T>(sum);
    for (std::int64_t j = 0; j < n; ++j) at.store(to + j * stride, (at.load(from + j * stride) - m) - log_sum);
  });
}

template <class T>
void softmax_gradient_columns(std::int64_t n, std::int64_t columns, std::int64_t stride, const void* y, const void* dy,
                              void* dx) {
  for_each_vector<T>(columns, [&](auto at, std::int64_t c) {
    const T* const p = static_cast<const T*>(y) + c;
    const T* const d = static_cast<const T*>(dy) + c;
    T* const to = static_cast<T*>(dx) + c;
    vec<T> dot{};
    for (std::int64_t j = 0; j < n; ++j) dot = fma<T>(at.load(p + j * stride), at.load(d + j * stride), dot);
    for (std::int64_t j = 0; j < n; ++j)
      at.store(to + j * stride, at.load(p + j * stride) * (at.load(d + j * stride) - dot));
  });
}

template <class T>
void log_softmax_gradient_columns(std::int64_t n, std::int64_t columns, std::int64_t stride, const void* y,
                                  const void* dy, void* dx) {
  for_each_vector<T>(columns, [&](auto at, std::int64_t c) {
    const T* const log_p = static_cast<const T*>(y) + c;
    const T* const d = static_cast<const T*>(dy) + c;
    T* const to = static_cast<T*>(dx) + c;
    vec<T> sum{};
    for (std::int64_t j = 0; j < n; ++j) sum += at.load(d + j * stride);
    for (std::int64_t j = 0; j < n; ++j)
      at.store(to + j * stride,
               fma<T>(-math::exp_flushed<T>(at.load(log_p + j * stride)), sum, at.load(d + j * stride)));
  });
}

NNFIT_MAKE_FLOATING(softmax)
NNFIT_MAKE_FLOATING(log_softmax)
NNFIT_MAKE_FLOATING(softmax_gradient)
NNFIT_MAKE_FLOATING(log_softmax_gradient)
NNFIT_MAKE_FLOATING(softmax_columns)
NNFIT_MAKE_FLOATING(log_softmax_columns)
NNFIT_MAKE_FLOATING(softmax_gradient_columns)
NNFIT_MAKE_FLOATING(log_softmax_gradient_columns)

}  // namespace nnfit::NNFIT_ISA
