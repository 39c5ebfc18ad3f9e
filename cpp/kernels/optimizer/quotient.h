// Quotients that do not wait for the divider: updates of variables in cache are bound by it, not by memory. At most 2
// ulp from exact, with the special values of the plain operations (but for a subnormal divisor).
#pragma once

#include "simd/math.h"

namespace nnfit::NNFIT_ISA {

// x / sqrt(d)
template <class T>
NNFIT_INLINE vec<T> over_sqrt(vec<T> x, vec<T> d) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {  // 14 bits and a Newton step, which is NaN where d is 0 or infinite and y exact
    const vec<T> y = _mm512_rsqrt14_ps(d), error = fma<T>(-d * y, y, splat<T>(1));
    return x * (error == error ? fma<T>(T(0.5) * y, error, y) : y);
  }
#endif
  return x / math::sqrt<T>(d);
}

// x / d
template <class T>
NNFIT_INLINE vec<T> over(vec<T> x, vec<T> d) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    const vec<T> y = _mm512_rcp14_ps(d), error = fma<T>(-d, y, splat<T>(1));
    return x * (error == error ? fma<T>(y, error, y) : y);
  }
#endif
  return x / d;
}

}  // namespace nnfit::NNFIT_ISA
