// The gradient of max and min: every element that equals the extreme has a share of dy.
#include "kernels/reduce/kernels.h"
#include "simd/vec.h"

namespace nnfit::NNFIT_ISA {
namespace {

template <class T>
NNFIT_INLINE vec<T> chosen(vec<T> x, vec<T> y) {
  return x == y ? splat<T>(T(1)) : vec<T>{};
}

// f(place, lanes) for whole vectors, then for what is left.
template <class T, class F>
NNFIT_INLINE void for_each_place(std::int64_t n, std::int64_t stride, F&& f) {
  std::int64_t i = 0;
  for (; i + stride <= n; i += stride) f(i, int(stride));
  if (i < n) f(i, int(n - i));
}

// A period of `columns` elements, repeated in `vectors` vectors, over the n elements of a slice. Lanes of `count` and
// `share` that stand for one column are joined and filled here.
template <class T>
struct Period {
  static constexpr int width = Vec<T>::width, most = Vec<T>::width;

  int columns, vectors;
  vec<T> y[most], share[most];

  Period(int columns_, const T* y_) : columns(columns_), vectors(columns_) {
    T* const lanes = reinterpret_cast<T*>(y);
    for (int i = 0; i < vectors * width; ++i) lanes[i] = y_[i % columns];
  }

  NNFIT_INLINE vec<T> read(const T* p, int lanes) const {
    return lanes == width ? load<T>(p) : load_partial<T>(p, lanes);
  }

  void run(std::int64_t n, const T* x, const T* dy, T* dx) {
    vec<T> count[most] = {};
    const std::int64_t block = std::int64_t(vectors) * width;
    for_each_place<T>(n, block, [&](std::int64_t at, int elements) {
      for (int v = 0, i = 0; i < elements; ++v, i += width) {
        const int lanes = elements - i < width ? elements - i : width;
        const vec<T> one = chosen<T>(read(x + at + i, lanes), y[v]);
        count[v] += lanes == width ? one : first_lanes<T>(lanes) ? one : vec<T>{};
      }
    });
    const T* const counts = reinterpret_cast<const T*>(count);
    T* const shares = reinterpret_cast<T*>(share);
    for (int c = 0; c < columns; ++c) {
      T all = 0;
      for (int i = c; i < vectors * width; i += columns) all += counts[i];
      for (int i = c; i < vectors * width; i += columns) shares[i] = dy[c] / all;
    }
    for_each_place<T>(n, block, [&](std::int64_t at, int elements) {
      for (int v = 0, i = 0; i < elements; ++v, i += width) {
        const int lanes = elements - i < width ? elements - i : width;
        store_partial<T>(dx + at + i, chosen<T>(read(x + at + i, lanes), y[v]) * share[v], lanes);
      }
    });
  }
};

// Up to a vector of columns of rows that are `inner` apart.
template <class T>
void columns_gradient(std::int64_t reduced, std::int64_t inner, int lanes, const T* x, const T* y, const T* dy, T* dx) {
  const vec<T> extreme = load_partial<T>(y, lanes);
  vec<T> count{};
  for (std::int64_t r = 0; r < reduced; ++r) count += chosen<T>(load_partial<T>(x + r * inner, lanes), extreme);
  const vec<T> share = load_partial<T>(dy, lanes) / count;
  for (std::int64_t r = 0; r < reduced; ++r)
    store_partial<T>(dx + r * inner, chosen<T>(load_partial<T>(x + r * inner, lanes), extreme) * share, lanes);
}

}  // namespace

template <class T>
void extremum_gradient(std::int64_t outer, std::int64_t reduced, std::int64_t inner, const void* x_data,
                       const void* y_data, const void* dy_data, void* dx_data) {
  constexpr int width = Vec<T>::width;
  for (std::int64_t o = 0; o < outer; ++o) {
    const T* const x = static_cast<const T*>(x_data) + o * reduced * inner;
    const T* const y = static_cast<const T*>(y_data) + o * inner;
    const T* const dy = static_cast<const T*>(dy_data) + o * inner;
    T* const dx = static_cast<T*>(dx_data) + o * reduced * inner;
    if (inner <= width) {
      Period<T>(int(inner), y).run(reduced * inner, x, dy, dx);
      continue;
    }
    for (std::int64_t i = 0; i < inner; i += width)
      columns_gradient<T>(reduced, inner, inner - i < width ? int(inner - i) : width, x + i, y + i, dy + i, dx + i);
  }
}

template decltype(extremum_gradient<float>) extremum_gradient<float>;
template decltype(extremum_gradient<double>) extremum_gradient<double>;

}  // namespace nnfit::NNFIT_ISA
