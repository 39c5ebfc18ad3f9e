// What the math functions are built from: reinterpretation, signs, selection, polynomials, lanes, wider lanes.
#pragma once

#include <cstdint>
#include <limits>

#include "simd/vec.h"
namespace nnfit::NNFIT_ISA::math {

template <class T>
struct Bits;
template <>
struct Bits<float> {
  using type = std::int32_t;
  static constexpr int mantissa = 23;
  static constexpr std::int32_t sign = INT32_MIN;
};
template <>
struct Bits<double> {
  using type = std::int64_t;
  static constexpr int mantissa = 52;
  static constexpr std::int64_t sign = INT64_MIN;
};

// Integer lanes as wide as T; comparisons of vec<T> give these, all bits set for true.
template <class T>
using ivec = vec<typename Bits<T>::type>;

template <class T>
inline constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T>
inline constexpr T nan = std::numeric_limits<T>::quiet_NaN();

template <class T>
NNFIT_INLINE ivec<T> sign_bit(vec<T> x) {
  return (ivec<T>)x & Bits<T>::sign;
}

template <class T>
NNFIT_INLINE vec<T> abs(vec<T> x) {
  return (vec<T>)((ivec<T>)x & ~Bits<T>::sign);
}

// |x| with the sign of s.
template <class T>
NNFIT_INLINE vec<T> copysign(vec<T> x, vec<T> s) {
  return (vec<T>)(((ivec<T>)x & ~Bits<T>::sign) | sign_bit<T>(s));
}

// Highest power first.
template <class T, class... Rest>
NNFIT_INLINE vec<T> polynomial(vec<T> x, double highest, Rest... rest) {
  vec<T> p = splat<T>(T(highest));
  ((p = fma<T>(p, x, splat<T>(T(rest)))), ...);
  return p;
}

// f on each lane: for double functions that are rare enough to leave to the C library.
template <class T, class F>
NNFIT_INLINE vec<T> lanes(vec<T> x, F f) {
  vec<T> y{};
  for (int i = 0; i < Vec<T>::width; ++i) y[i] = f(x[i]);
  return y;
}

template <class T, class F>
NNFIT_INLINE vec<T> lanes(vec<T> a, vec<T> b, F f) {
  vec<T> y{};
  for (int i = 0; i < Vec<T>::width; ++i) y[i] = f(a[i], b[i]);
  return y;
}

template <class T>
NNFIT_INLINE bool any(ivec<T> mask) {
#if defined(__AVX512F__)
  return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0;
#elif defined(__AVX2__)
  return !_mm256_testz_si256((__m256i)mask, (__m256i)mask);
#elif defined(__SSE2__)
  return _mm_movemask_epi8((__m128i)mask) != 0;
#else
  bool found = false;
  for (int i = 0; i < Vec<T>::width; ++i) found |= mask[i] != 0;
  return found;
#endif
}

template <class T>
NNFIT_INLINE vec<T> sqrt(vec<T> x) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    return _mm512_sqrt_ps(x);
  else
    return _mm512_sqrt_pd(x);
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4)
    return _mm256_sqrt_ps(x);
  else
    return _mm256_sqrt_pd(x);
#elif defined(__SSE2__)
  if constexpr (sizeof(T) == 4)
    return _mm_sqrt_ps(x);
  else
    return _mm_sqrt_pd(x);
#elif defined(__ARM_NEON)
  if constexpr (sizeof(T) == 4)
    return (vec<T>)vsqrtq_f32((float32x4_t)x);
  else
    return (vec<T>)vsqrtq_f64((float64x2_t)x);
#else
  return lanes<T>(x, [](T v) { return T(__builtin_sqrt(v)); });
#endif
}

template <class T>
NNFIT_INLINE vec<T> rsqrt(vec<T> x) {
  return T(1) / sqrt<T>(x);
}

// The float functions that double arithmetic makes short as well as accurate run f on the two halves of a vector,
// widened: what would need error-free transformations in float is plain arithmetic there, and overflow, subnormals and
// rounding fall out of the conversion back.
struct Halves {
  vec<double> low, high;
};

NNFIT_INLINE Halves widen(vec<float> x) {
#if defined(__AVX512F__)
  return {_mm512_cvtps_pd(_mm512_castps512_ps256(x)), _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1))};
#elif defined(__AVX2__)
  return {_mm256_cvtps_pd(_mm256_castps256_ps128(x)), _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1))};
#elif defined(__SSE2__)
  return {_mm_cvtps_pd(x), _mm_cvtps_pd(_mm_movehl_ps(x, x))};
#elif defined(__ARM_NEON)
  return {(vec<double>)vcvt_f64_f32(vget_low_f32((float32x4_t)x)), (vec<double>)vcvt_high_f64_f32((float32x4_t)x)};
#else
  Halves h{};
  for (int i = 0; i < Vec<double>::width; ++i) h.low[i] = x[i], h.high[i] = x[i + Vec<double>::width];
  return h;
#endif
}

NNFIT_INLINE vec<float> narrow(Halves h) {
#if defined(__AVX512F__)
  return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(h.low)), _mm512_cvtpd_ps(h.high), 1);
#elif defined(__AVX2__)
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(h.low)), _mm256_cvtpd_ps(h.high), 1);
#elif defined(__SSE2__)
  return _mm_movelh_ps(_mm_cvtpd_ps(h.low), _mm_cvtpd_ps(h.high));
#elif defined(__ARM_NEON)
  return (vec<float>)vcvt_high_f32_f64(vcvt_f32_f64((float64x2_t)h.low), (float64x2_t)h.high);
#else
  vec<float> x{};
  for (int i = 0; i < Vec<double>::width; ++i) x[i] = float(h.low[i]), x[i + Vec<double>::width] = float(h.high[i]);
  return x;
#endif
}

template <class F>
NNFIT_INLINE vec<float> in_double(vec<float> x, F f) {
  const Halves h = widen(x);
  return narrow({f(h.low), f(h.high)});
}

template <class F>
NNFIT_INLINE vec<float> in_double(vec<float> a, vec<float> b, F f) {
  const Halves p = widen(a), q = widen(b);
  return narrow({f(p.low, q.low), f(p.high, q.high)});
}

}  // namespace nnfit::NNFIT_ISA::math
