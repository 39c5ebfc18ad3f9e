// Rounding to an integral value. Adding and subtracting 2^mantissa rounds to nearest even on every instruction set.
#pragma once

#include "simd/math/bits.h"

namespace nnfit::NNFIT_ISA::math {

// Of a non-negative x; NaN and what is integral anyway stay.
template <class T>
NNFIT_INLINE vec<T> round_magnitude(vec<T> x) {
  constexpr T shift = T(std::int64_t(1) << Bits<T>::mantissa);
  return x < shift ? (x + shift) - shift : x;
}

// To nearest, halves to even. Zeros keep the sign of x, here and below.
template <class T>
NNFIT_INLINE vec<T> round(vec<T> x) {
  return copysign<T>(round_magnitude<T>(abs<T>(x)), x);
}

template <class T>
NNFIT_INLINE vec<T> trunc(vec<T> x) {
  const vec<T> a = abs<T>(x), r = round_magnitude<T>(a);
  return copysign<T>(r > a ? r - T(1) : r, x);
}

template <class T>
NNFIT_INLINE vec<T> floor(vec<T> x) {
  const vec<T> r = round<T>(x);
  return copysign<T>(r > x ? r - T(1) : r, x);
}

template <class T>
NNFIT_INLINE vec<T> ceil(vec<T> x) {
  const vec<T> r = round<T>(x);
  return copysign<T>(r < x ? r + T(1) : r, x);
}

}  // namespace nnfit::NNFIT_ISA::math
