// Arithmetic, rounding and predicates of one value.
#include "kernels/elementwise/loops.h"
#include "simd/math/round.h"

namespace nnfit::NNFIT_ISA {
namespace {

struct Negative {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> x) {
    return -x;
  }
  template <class T>
  static NNFIT_INLINE T scalar(T x) {
    return T(0 - wrapping<T>(x));
  }
};

struct Abs {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> x) {
    return math::abs<T>(x);
  }
  template <class T>
  static NNFIT_INLINE T scalar(T x) {
    return x < 0 ? T(0 - wrapping<T>(x)) : x;
  }
};

struct Sign {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> x) {
    return x > T(0) ? splat<T>(1) : x < T(0) ? splat<T>(-1) : x == T(0) ? vec<T>{} : x;
  }
  template <class T>
  static NNFIT_INLINE T scalar(T x) {
    return T((x > 0) - (x < 0));
  }
};

struct Square {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> x) {
    return x * x;
  }
  template <class T>
  static NNFIT_INLINE T scalar(T x) {
    return T(wrapping<T>(x) * wrapping<T>(x));
  }
};

struct BitwiseNot {
  template <class T>
  static NNFIT_INLINE T scalar(T x) {
    if constexpr (kBit<T> == kBool)
      return !x;
    else
      return T(~x);
  }
};

template <class T>
NNFIT_INLINE bool is_infinite(T x) {
  if constexpr (is_floating<T>)
    return x == math::infinity<T> || x == -math::infinity<T>;
  else
    return false;
}

}  // namespace

NNFIT_DEFINE_UNARY(negative, Negative)
NNFIT_DEFINE_UNARY(abs, Abs)
NNFIT_DEFINE_UNARY(sign, Sign)
NNFIT_DEFINE_UNARY(square, Square)
NNFIT_DEFINE_UNARY(bitwise_not, BitwiseNot)

NNFIT_UNARY_EXPRESSION(reciprocal, T(1) / x)
NNFIT_UNARY_EXPRESSION(sqrt, math::sqrt<T>(x))
NNFIT_UNARY_EXPRESSION(rsqrt, math::rsqrt<T>(x))
NNFIT_UNARY_EXPRESSION(floor, math::floor<T>(x))
NNFIT_UNARY_EXPRESSION(ceil, math::ceil<T>(x))
NNFIT_UNARY_EXPRESSION(round, math::round<T>(x))
NNFIT_UNARY_EXPRESSION(trunc, math::trunc<T>(x))

NNFIT_UNARY_PREDICATE(logical_not, x == T(0))
NNFIT_UNARY_PREDICATE(isnan, x != x)
NNFIT_UNARY_PREDICATE(isinf, is_infinite(x))
NNFIT_UNARY_PREDICATE(isfinite, x == x && !is_infinite(x))

}  // namespace nnfit::NNFIT_ISA
