// Division with Python's signs, powers, and functions of two arguments.
#include "kernels/elementwise/loops.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {
namespace {

template <class T>
NNFIT_INLINE T remainder(T a, T b) {
  if constexpr (sizeof(T) == 4)
    return __builtin_fmodf(a, b);
  else
    return __builtin_fmod(a, b);
}

// b times the C quotient differs from a by the C remainder; where that has the other sign than b, the floor is one
// lower. A remainder of zero takes the sign of b.
template <class T>
NNFIT_INLINE T float_mod(T a, T b) {
  const T r = remainder(a, b);
  if (r == 0) return T(__builtin_copysign(T(0), b));
  return (r < 0) != (b < 0) ? r + b : r;
}

template <class T>
NNFIT_INLINE T float_floor_divide(T a, T b) {
  if (b == 0) return a / b;
  const T r = remainder(a, b);
  const T quotient = (a - r) / b - T(r != 0 && (r < 0) != (b < 0));
  if (quotient == 0) return T(__builtin_copysign(T(0), a / b));
  const T whole = T(__builtin_floor(quotient));  // the division may have rounded to just below an integer
  return quotient - whole > T(0.5) ? whole + 1 : whole;
}

// The truncated quotient is one too high where the division leaves a remainder and the signs differ. b = -1 is apart,
// because the lowest integer has no negative.
template <class T>
NNFIT_INLINE T integer_floor_divide(T a, T b) {
  if (b == 0) return 0;
  if (b == T(-1) && T(-1) < 0) return T(0 - wrapping<T>(a));
  return T(a / b - (a % b != 0 && (a < 0) != (b < 0)));
}

template <class T>
NNFIT_INLINE T integer_mod(T a, T b) {
  if (b == 0 || (b == T(-1) && T(-1) < 0)) return 0;
  const T r = T(a % b);
  return r != 0 && (r < 0) != (b < 0) ? T(r + b) : r;
}

template <class T>
NNFIT_INLINE T integer_power(T a, T b) {
  if (b < 0) {
    if (a == 1) return 1;
    if (T(-1) < 0 && a == T(-1)) return b & 1 ? T(-1) : T(1);
    return 0;
  }
  wrapping<T> result = 1, square = wrapping<T>(a);
  for (wrapping<T> e = wrapping<T>(b); e; e >>= 1) {
    if (e & 1) result *= square;
    square *= square;
  }
  return T(result);
}

struct FloorDivide {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    return math::lanes<T>(a, b, [](T p, T q) { return float_floor_divide(p, q); });
  }
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return integer_floor_divide(a, b);
  }
};

struct Mod {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    return math::lanes<T>(a, b, [](T p, T q) { return float_mod(p, q); });
  }
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return integer_mod(a, b);
  }
};

struct Power {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    return math::pow<T>(a, b);
  }
  template <class T>
  static NNFIT_INLINE T scalar(T a, T b) {
    return integer_power(a, b);
  }
};

struct LogAddExp {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    const vec<T> high = max<T>(a, b);
    const vec<T> y = high + math::log1p<T>(math::exp<T>(-math::abs<T>(a - b)));
    return a == b ? a + T(0.693147180559945309417) : y;  // and equal infinities stay themselves
  }
};

struct Hypot {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) {
    if constexpr (sizeof(T) == 4)
      return math::in_double(a, b, [](vec<double> p, vec<double> q) {
        const vec<double> y = math::sqrt<double>(p * p + q * q);
        const auto infinite =
            (math::abs<double>(p) == math::infinity<double>) | (math::abs<double>(q) == math::infinity<double>);
        return infinite ? splat<double>(math::infinity<double>) : y;  // beside a NaN too
      });
    else
      return math::lanes<T>(a, b, [](T p, T q) { return __builtin_hypot(p, q); });
  }
};

}  // namespace

NNFIT_DEFINE_BINARY(floor_divide, FloorDivide)
NNFIT_DEFINE_BINARY(mod, Mod)
NNFIT_DEFINE_BINARY(power, Power)
NNFIT_DEFINE_BINARY(logaddexp, LogAddExp)
NNFIT_DEFINE_BINARY(hypot, Hypot)
NNFIT_BINARY_EXPRESSION(arctan2, math::atan2<T>(a, b))

}  // namespace nnfit::NNFIT_ISA
