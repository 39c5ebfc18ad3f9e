// Arithmetic of two values.
#include "kernels/elementwise/loops.h"

namespace nnfit::NNFIT_ISA {
namespace {

struct Add {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    return a + b;
  }
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return T(wrapping<T>(a) + wrapping<T>(b));
  }
};

struct Subtract {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    return a - b;
  }
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return T(wrapping<T>(a) - wrapping<T>(b));
  }
};

struct Multiply {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    return a * b;
  }
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return T(wrapping<T>(a) * wrapping<T>(b));
  }
};

struct Maximum {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    return max<T>(a, b);
  }
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return a > b ? a : b;
  }
};

struct Minimum {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    return min<T>(a, b);
  }
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return a < b ? a : b;
  }
};

struct SquaredDifference {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    return (a - b) * (a - b);
  }
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    const wrapping<T> d = wrapping<T>(a) - wrapping<T>(b);
    return T(d * d);
  }
};

}  // namespace

NNFIT_DEFINE_BINARY(add, Add)
NNFIT_DEFINE_BINARY(subtract, Subtract)
NNFIT_DEFINE_BINARY(multiply, Multiply)
NNFIT_DEFINE_BINARY(maximum, Maximum)
NNFIT_DEFINE_BINARY(minimum, Minimum)
NNFIT_DEFINE_BINARY(squared_difference, SquaredDifference)
NNFIT_BINARY_EXPRESSION(divide, a / b)
NNFIT_BINARY_EXPRESSION(divide_no_nan, b == 0 ? vec<T>{} : a / b)

}  // namespace nnfit::NNFIT_ISA
