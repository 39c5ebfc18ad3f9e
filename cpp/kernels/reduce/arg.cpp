// The place of the first largest or smallest element.
#include "kernels/reduce/kernels.h"

namespace nnfit::NNFIT_ISA {
namespace {

template <class T>
struct Larger {
  static NNFIT_INLINE bool beats(T x, T best) { return (x > best) | ((x != x) & (best == best)); }
};

template <class T>
struct Smaller {
  static NNFIT_INLINE bool beats(T x, T best) { return (x < best) | ((x != x) & (best == best)); }
};

template <class Order, class T>
NNFIT_INLINE std::int32_t place_in_run(std::int64_t n, const T* x) {
  T best = x[0];
  std::int32_t place = 0;
  for (std::int64_t r = 1; r < n; ++r) {
    const bool better = Order::beats(x[r], best);
    best = better ? x[r] : best;
    place = better ? std::int32_t(r) : place;
  }
  return place;
}

// Of `count` columns, at most kColumns.
inline constexpr int kColumns = 64;
template <class Order, class T>
NNFIT_INLINE void places_in_columns(std::int64_t rows, std::int64_t stride, const T* x, int count, std::int32_t* y) {
  T best[kColumns];
  for (int i = 0; i < count; ++i) best[i] = x[i], y[i] = 0;
  for (std::int64_t r = 1; r < rows; ++r) {
    const T* row = x + r * stride;
    NNFIT_INDEPENDENT
    for (int i = 0; i < count; ++i) {
      const bool better = Order::beats(row[i], best[i]);
      best[i] = better ? row[i] : best[i];
      y[i] = better ? std::int32_t(r) : y[i];
    }
  }
}

template <class Order, class T>
NNFIT_INLINE void places(const ReduceView& view, const void* x_data, void* y_data) {
  for (std::int64_t o = 0; o < view.outer; ++o) {
    const T* x = static_cast<const T*>(x_data) + o * view.x_outer;
    std::int32_t* y = static_cast<std::int32_t*>(y_data) + o * view.y_outer;
    if (view.x_reduced == 1 && view.inner == 1) {
      *y = place_in_run<Order>(view.reduced, x);
      continue;
    }
    for (std::int64_t i = 0; i < view.inner; i += kColumns) {
      const int count = view.inner - i < kColumns ? int(view.inner - i) : kColumns;
      places_in_columns<Order>(view.reduced, view.x_reduced, x + i, count, y + i);
    }
  }
}

}  // namespace

#define NNFIT_PLACE(name, type)                                              \
  template <>                                                                \
  void reduce_argmax<type>(const ReduceView& view, const void* x, void* y) { \
    places<Larger<type>, type>(view, x, y);                                  \
  }                                                                          \
  template <>                                                                \
  void reduce_argmin<type>(const ReduceView& view, const void* x, void* y) { \
    places<Smaller<type>, type>(view, x, y);                                 \
  }
NNFIT_FOR_EACH_DTYPE(NNFIT_PLACE)

}  // namespace nnfit::NNFIT_ISA
