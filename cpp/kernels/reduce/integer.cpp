// Reductions of integers and bools, and any and all of every dtype. The order does not matter to their result; the
// compiler vectorises the loops.
#include <limits>

#include "kernels/reduce/kernels.h"
#include "kernels/wrapping.h"

namespace nnfit::NNFIT_ISA {
namespace {

template <class T>
struct IntegerSum {
  static constexpr T kIdentity = 0;
  static NNFIT_INLINE T step(T a, T x) { return T(wrapping<T>(a) + wrapping<T>(x)); }
};

template <class T>
struct IntegerSumOfSquares {
  static constexpr T kIdentity = 0;
  static NNFIT_INLINE T step(T a, T x) { return T(wrapping<T>(a) + wrapping<T>(x) * wrapping<T>(x)); }
};

template <class T>
struct IntegerProduct {
  static constexpr T kIdentity = 1;
  static NNFIT_INLINE T step(T a, T x) { return T(wrapping<T>(a) * wrapping<T>(x)); }
};

template <class T>
struct IntegerMaximum {
  static constexpr T kIdentity = std::numeric_limits<T>::min();
  static NNFIT_INLINE T step(T a, T x) { return a > x ? a : x; }
};

template <class T>
struct IntegerMinimum {
  static constexpr T kIdentity = std::numeric_limits<T>::max();
  static NNFIT_INLINE T step(T a, T x) { return a < x ? a : x; }
};

template <class T>
struct Any {
  static constexpr bool kIdentity = false;
  static NNFIT_INLINE bool step(bool a, T x) { return a | (x != T(0)); }
};

template <class T>
struct All {
  static constexpr bool kIdentity = true;
  static NNFIT_INLINE bool step(bool a, T x) { return a & (x != T(0)); }
};

template <class F, class T, class R>
NNFIT_INLINE void reduce(const ReduceView& view, const void* x_data, void* y_data) {
  for (std::int64_t o = 0; o < view.outer; ++o) {
    const T* x = static_cast<const T*>(x_data) + o * view.x_outer;
    R* y = static_cast<R*>(y_data) + o * view.y_outer;
    if (view.x_reduced == 1 && view.inner == 1) {
      R total = F::kIdentity;
      for (std::int64_t r = 0; r < view.reduced; ++r) total = F::step(total, x[r]);
      *y = total;
      continue;
    }
    for (std::int64_t i = 0; i < view.inner; ++i) y[i] = F::kIdentity;
    for (std::int64_t r = 0; r < view.reduced; ++r) {
      const T* row = x + r * view.x_reduced;
      NNFIT_INDEPENDENT
      for (std::int64_t i = 0; i < view.inner; ++i) y[i] = F::step(y[i], row[i]);
    }
  }
}

}  // namespace

#define NNFIT_INTEGER_REDUCE(name, F, type, result)                          \
  template <>                                                                \
  void reduce_##name<type>(const ReduceView& view, const void* x, void* y) { \
    reduce<F<type>, type, result>(view, x, y);                               \
  }
#define NNFIT_WIDE_INTEGERS(name, F)                        \
  NNFIT_INTEGER_REDUCE(name, F, std::int32_t, std::int32_t) \
  NNFIT_INTEGER_REDUCE(name, F, std::int64_t, std::int64_t)
NNFIT_WIDE_INTEGERS(sum, IntegerSum)
NNFIT_WIDE_INTEGERS(sum_of_squares, IntegerSumOfSquares)
NNFIT_WIDE_INTEGERS(prod, IntegerProduct)

#define NNFIT_ALL_INTEGERS(name, F)                         \
  NNFIT_INTEGER_REDUCE(name, F, bool, bool)                 \
  NNFIT_INTEGER_REDUCE(name, F, std::uint8_t, std::uint8_t) \
  NNFIT_WIDE_INTEGERS(name, F)
NNFIT_ALL_INTEGERS(max, IntegerMaximum)
NNFIT_ALL_INTEGERS(min, IntegerMinimum)

#define NNFIT_ANY(name, type) NNFIT_INTEGER_REDUCE(any, Any, type, bool)
#define NNFIT_ALL(name, type) NNFIT_INTEGER_REDUCE(all, All, type, bool)
NNFIT_FOR_EACH_DTYPE(NNFIT_ANY)
NNFIT_FOR_EACH_DTYPE(NNFIT_ALL)

}  // namespace nnfit::NNFIT_ISA
