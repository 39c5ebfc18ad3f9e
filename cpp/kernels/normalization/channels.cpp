// Statistics of channels, and what is done with them: batch normalisation.
#include "kernels/normalization/normalization.h"
#include "kernels/reduce/loops.h"
#include "kernels/reduce/reducers.h"
#include "kernels/rows.h"
#include "simd/activation.h"
#include "simd/loop.h"

namespace nnfit::NNFIT_ISA {
namespace {

// The lanes of a total as doubles: two vectors of them for floats.
NNFIT_INLINE void store_lanes(const SumTotal<double>& total, int count, double* to) {
  store_partial<double>(to, total.whole(), count);
}
NNFIT_INLINE void store_lanes(const SumTotal<float>& total, int count, double* to) {
  constexpr int half = Vec<double>::width;
  store_partial<double>(to, total.low, count < half ? count : half);
  if (count > half) store_partial<double>(to + half, total.high, count - half);
}

template <class T, int vectors>
NNFIT_INLINE void moments_of_columns(std::int64_t rows, std::int64_t stride, const T* x, int count, double* mean,
                                     double* squares) {
  constexpr int width = Vec<T>::width;
  const double share = 1.0 / double(rows);
  Sum<T> sums[vectors];
  SumOfDeviations<T> deviations[vectors];
  SumTotal<T> totals[vectors];
  reduce_columns<vectors, T, Sum<T>>(rows, stride, x, count, sums, totals);
  double off[vectors * width];  // from the mean to what it is rounded to, which is what is subtracted
  for (int v = 0; v < vectors; ++v) {
    store_lanes(totals[v], width, off + v * width);
    deviations[v].mean = totals[v].lanes(share);
    for (int i = 0; i < width; ++i) {
      double& at = off[v * width + i];
      at *= share;
      if (v < vectors - 1 || i < count) mean[v * width + i] = at;
      at -= double(deviations[v].mean[i]);
    }
  }
  reduce_columns<vectors, T, SumOfDeviations<T>>(rows, stride, x, count, deviations, totals);
  for (int v = 0; v < vectors; ++v) {
    const int lanes = v < vectors - 1 ? width : count;
    store_lanes(totals[v], lanes, squares + v * width);
    for (int i = 0; i < lanes; ++i) {
      double& square = squares[v * width + i];
      square -= double(rows) * off[v * width + i] * off[v * width + i];
      square = square < 0 ? 0 : square;
    }
  }
}

template <class T, int vectors>
NNFIT_INLINE void gradient_sums_of_columns(std::int64_t rows, std::int64_t stride, const T* dy, const T* x,
                                           const T* mean, int count, double* sum, double* product) {
  constexpr int width = Vec<T>::width;
  const auto at = [count](const T* p, int v) {
    return v == vectors - 1 && count < width ? load_partial<T>(p + v * width, count) : load<T>(p + v * width);
  };
  vec<T> centre[vectors];
  SumTotal<T> sums[vectors], products[vectors];
  for (int v = 0; v < vectors; ++v) centre[v] = at(mean, v);
  for (std::int64_t r = 0; r < rows;) {
    vec<T> a[vectors], b[vectors];
    for (int v = 0; v < vectors; ++v) a[v] = b[v] = vec<T>{};
    for (int step = 0; step < kBlockSteps && r < rows; ++step, ++r)
      for (int v = 0; v < vectors; ++v) {
        const vec<T> d = at(dy + r * stride, v);
        a[v] += d;
        b[v] = fma<T>(d, at(x + r * stride, v) - centre[v], b[v]);
      }
    for (int v = 0; v < vectors; ++v) {
      sums[v].take(a[v]);
      products[v].take(b[v]);
    }
  }
  for (int v = 0; v < vectors; ++v) {
    const int lanes = v < vectors - 1 ? width : count;
    store_lanes(sums[v], lanes, sum + v * width);
    store_lanes(products[v], lanes, product + v * width);
  }
}

}  // namespace

template <class T>
void channel_moments(std::int64_t rows, std::int64_t channels, std::int64_t stride, const void* x, double* mean,
                     double* squares) {
  constexpr int width = Vec<T>::width, wide = 8;
  const T* const from = static_cast<const T*>(x);
  std::int64_t c = 0;
  for (; channels - c >= wide * width; c += wide * width)
    moments_of_columns<T, wide>(rows, stride, from + c, width, mean + c, squares + c);
  for (; c < channels; c += width) {
    const int count = channels - c < width ? int(channels - c) : width;
    moments_of_columns<T, 1>(rows, stride, from + c, count, mean + c, squares + c);
  }
}

template <class T>
void channel_gradient_sums(std::int64_t rows, std::int64_t channels, std::int64_t stride, const void* dy, const void* x,
                           const void* mean, double* sum, double* product) {
  constexpr int width = Vec<T>::width, wide = 4;
  const T *const g = static_cast<const T*>(dy), *const from = static_cast<const T*>(x);
  const T* const centre = static_cast<const T*>(mean);
  std::int64_t c = 0;
  for (; channels - c >= wide * width; c += wide * width)
    gradient_sums_of_columns<T, wide>(rows, stride, g + c, from + c, centre + c, width, sum + c, product + c);
  for (; c < channels; c += width) {
    const int count = channels - c < width ? int(channels - c) : width;
    gradient_sums_of_columns<T, 1>(rows, stride, g + c, from + c, centre + c, count, sum + c, product + c);
  }
}

template <class T>
void normalize_channels(std::int64_t rows, std::int64_t channels, std::int64_t stride, const void* x, const void* mean,
                        const void* scale, const void* offset, bool relu, void* y) {
  const T *const m = static_cast<const T*>(mean), *const s = static_cast<const T*>(scale);
  const T* const b = static_cast<const T*>(offset);
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* const from = static_cast<const T*>(x) + r * stride;
    T* const to = static_cast<T*>(y) + r * stride;
    for_each_vector<T>(channels, [&](auto at, std::int64_t c) {
      const vec<T> v = fma<T>(at.load(from + c) - at.load(m + c), at.load(s + c), at.load(b + c));
      at.store(to + c, relu ? activation::relu<T>(v) : v);
    });
  }
}

template <class T>
void normalize_channels_gradient(std::int64_t rows, std::int64_t channels, std::int64_t stride, const void* dy,
                                 const void* x, const void* mean, const void* dy_scale, const void* x_scale,
                                 const void* offset, void* dx) {
  const T *const m = static_cast<const T*>(mean), *const a = static_cast<const T*>(dy_scale);
  const T *const b = static_cast<const T*>(x_scale), *const o = static_cast<const T*>(offset);
  for (std::int64_t r = 0; r < rows; ++r) {
    const T *const g = static_cast<const T*>(dy) + r * stride, *const from = static_cast<const T*>(x) + r * stride;
    T* const to = static_cast<T*>(dx) + r * stride;
    for_each_vector<T>(channels, [&](auto at, std::int64_t c) {
      const vec<T> by_x = fma<T>(at.load(from + c) - at.load(m + c), at.load(b + c), at.load(o + c));
      at.store(to + c, fma<T>(at.load(g + c), at.load(a + c), by_x));
    });
  }
}

NNFIT_MAKE_FLOATING(channel_moments)
NNFIT_MAKE_FLOATING(channel_gradient_sums)
NNFIT_MAKE_FLOATING(normalize_channels)
NNFIT_MAKE_FLOATING(normalize_channels_gradient)

}  // namespace nnfit::NNFIT_ISA
