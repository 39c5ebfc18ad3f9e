// Vec<T>: one hardware vector of T, on GCC and Clang vector extensions.
//
// Arithmetic operators, comparisons and ?: work on `Vec<T>::type` directly; what the extensions lack is below. Partial
// loads and stores take a count n in [0, width] and touch no byte beyond it, so tails run the same arithmetic as bodies.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/isa.h"
#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>
#endif

namespace nnfit::NNFIT_ISA {

template <class T>
struct Vec {
  static constexpr int width = NNFIT_VECTOR_BYTES / int(sizeof(T));
  typedef T type __attribute__((vector_size(NNFIT_VECTOR_BYTES)));
  typedef T unaligned __attribute__((vector_size(NNFIT_VECTOR_BYTES), aligned(alignof(T)), may_alias));
};

template <class T>
using vec = typename Vec<T>::type;

template <class T>
NNFIT_INLINE vec<T> load(const T* p) {
  return *reinterpret_cast<const typename Vec<T>::unaligned*>(p);
}

template <class T>
NNFIT_INLINE void store(T* p, vec<T> v) {
  *reinterpret_cast<typename Vec<T>::unaligned*>(p) = v;
}

template <class T>
NNFIT_INLINE vec<T> splat(T x) {
  return x - vec<T>{};  // x - 0 keeps the sign of a zero, 0 + x would not
}

template <class T>
NNFIT_INLINE vec<T> load_partial(const T* p, int n) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    return (vec<T>)_mm512_maskz_loadu_epi32(__mmask16((1u << n) - 1), p);
  else if constexpr (sizeof(T) == 8)
    return (vec<T>)_mm512_maskz_loadu_epi64(__mmask8((1u << n) - 1), p);
#endif
  vec<T> v{};
  for (int i = 0; i < n; ++i) v[i] = p[i];
  return v;
}

template <class T>
NNFIT_INLINE void store_partial(T* p, vec<T> v, int n) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4) {
    _mm512_mask_storeu_epi32(p, __mmask16((1u << n) - 1), (__m512i)v);
    return;
  } else if constexpr (sizeof(T) == 8) {
    _mm512_mask_storeu_epi64(p, __mmask8((1u << n) - 1), (__m512i)v);
    return;
  }
#endif
  for (int i = 0; i < n; ++i) p[i] = v[i];
}

// a * b + c, rounded once where the instruction set can.
template <class T>
NNFIT_INLINE vec<T> fma(vec<T> a, vec<T> b, vec<T> c) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    return _mm512_fmadd_ps(a, b, c);
  else
    return _mm512_fmadd_pd(a, b, c);
#elif defined(__FMA__)
  if constexpr (sizeof(T) == 4)
    return _mm256_fmadd_ps(a, b, c);
  else
    return _mm256_fmadd_pd(a, b, c);
#else
  return a * b + c;  // contracted on arm64
#endif
}

// max and min propagate NaN from either side.
template <class T>
NNFIT_INLINE vec<T> max(vec<T> a, vec<T> b) {
  vec<T> m = a > b ? a : b;
  return a != a ? a : m;
}

template <class T>
NNFIT_INLINE vec<T> min(vec<T> a, vec<T> b) {
  vec<T> m = a < b ? a : b;
  return a != a ? a : m;
}

// Sum over the lanes by halving: the order depends on the width alone.
template <class T>
NNFIT_INLINE T reduce_add(vec<T> v) {
  T lanes[Vec<T>::width];
  store(lanes, v);
  for (int half = Vec<T>::width / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  return lanes[0];
}

}  // namespace nnfit::NNFIT_ISA
