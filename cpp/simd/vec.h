// Vec<T>: one hardware vector of T, on GCC and Clang vector extensions.
//
// Arithmetic operators, comparisons and ?: work on `Vec<T>::type` directly; what the extensions lack is below. Partial
// loads and stores take a count n in [0, width] and touch no byte beyond it, so tails run the same arithmetic as
// bodies.
#pragma once

#include <cstddef>
#include <cstdint>

#include "simd/intrinsics.h"
#include "simd/isa.h"

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

// Stores past the caches, at an address that vectors are aligned to; stream_fence() before others may read it.
template <class T>
NNFIT_INLINE void stream(T* p, vec<T> v) {
#if defined(__AVX512F__)
  _mm512_stream_si512(reinterpret_cast<__m512i*>(p), (__m512i)v);
#elif defined(__AVX2__)
  _mm256_stream_si256(reinterpret_cast<__m256i*>(p), (__m256i)v);
#elif defined(__SSE2__)
  _mm_stream_si128(reinterpret_cast<__m128i*>(p), (__m128i)v);
#else
  store<T>(p, v);
#endif
}

NNFIT_INLINE void stream_fence() {
#if defined(__SSE2__)
  _mm_sfence();
#endif
}

template <class T>
NNFIT_INLINE vec<T> splat(T x) {
  return x - vec<T>{};  // x - 0 keeps the sign of a zero, 0 + x would not
}

// A comparison's result: lanes of all ones or all zeros.
template <class T>
using mask = decltype(vec<T>{} < vec<T>{});

// True in the first n lanes.
template <class T>
NNFIT_INLINE mask<T> first_lanes(int n) {
  using Lane = decltype(mask<T>{}[0] + 0);
  mask<T> lane{};
  for (int i = 0; i < Vec<T>::width; ++i) lane[i] = Lane(i);
  return lane < (mask<T>{} + Lane(n));
}

template <class T>
NNFIT_INLINE vec<T> load_partial(const T* p, int n) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    return (vec<T>)_mm512_maskz_loadu_epi32(__mmask16((1u << n) - 1), p);
  else if constexpr (sizeof(T) == 8)
    return (vec<T>)_mm512_maskz_loadu_epi64(__mmask8((1u << n) - 1), p);
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4)
    return (vec<T>)_mm256_maskload_epi32(reinterpret_cast<const int*>(p), (__m256i)first_lanes<T>(n));
  else if constexpr (sizeof(T) == 8)
    return (vec<T>)_mm256_maskload_epi64(reinterpret_cast<const long long*>(p), (__m256i)first_lanes<T>(n));
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
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4) {
    _mm256_maskstore_epi32(reinterpret_cast<int*>(p), (__m256i)first_lanes<T>(n), (__m256i)v);
    return;
  } else if constexpr (sizeof(T) == 8) {
    _mm256_maskstore_epi64(reinterpret_cast<long long*>(p), (__m256i)first_lanes<T>(n), (__m256i)v);
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
#elif defined(__aarch64__)
  if constexpr (sizeof(T) == 4)
    return (vec<T>)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
  else
    return (vec<T>)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
  return a * b + c;
#endif
}

// a > b ? a : b, so b where either is NaN: one instruction. (The unmasked intrinsics of AVX-512 warn on GCC 12.)
template <class T>
NNFIT_INLINE vec<T> larger(vec<T> a, vec<T> b) {
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    return _mm512_maskz_max_ps(__mmask16(-1), a, b);
  else
    return _mm512_maskz_max_pd(__mmask8(-1), a, b);
#elif defined(__AVX2__)
  if constexpr (sizeof(T) == 4)
    return _mm256_max_ps(a, b);
  else
    return _mm256_max_pd(a, b);
#else
  return a > b ? a : b;
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

// Lane i gets lane i ^ distance, a power of two below the width. For lanes of 4 and 8 bytes.
template <int distance, class V>
NNFIT_INLINE V swap_lanes(V v) {
  constexpr int d = distance, width = sizeof(V) / sizeof(v[0]);
#if defined(__clang__)
#define NNFIT_SHUFFLE(...) return __builtin_shufflevector(v, v, __VA_ARGS__)
#else
#define NNFIT_SHUFFLE(...) return __builtin_shuffle(v, decltype(v < v){__VA_ARGS__})
#endif
  if constexpr (width == 2)
    NNFIT_SHUFFLE(d, 1 ^ d);
  else if constexpr (width == 4)
    NNFIT_SHUFFLE(d, 1 ^ d, 2 ^ d, 3 ^ d);
  else if constexpr (width == 8)
    NNFIT_SHUFFLE(d, 1 ^ d, 2 ^ d, 3 ^ d, 4 ^ d, 5 ^ d, 6 ^ d, 7 ^ d);
  else
    NNFIT_SHUFFLE(d, 1 ^ d, 2 ^ d, 3 ^ d, 4 ^ d, 5 ^ d, 6 ^ d, 7 ^ d, 8 ^ d, 9 ^ d, 10 ^ d, 11 ^ d, 12 ^ d, 13 ^ d,
                  14 ^ d, 15 ^ d);
#undef NNFIT_SHUFFLE
}

// Sum and maximum (by `larger`) over the lanes, in every lane. By halving: the order depends on the width alone.
template <class T>
NNFIT_INLINE vec<T> sum_lanes(vec<T> v) {
  if constexpr (Vec<T>::width >= 16) v += swap_lanes<8>(v);
  if constexpr (Vec<T>::width >= 8) v += swap_lanes<4>(v);
  if constexpr (Vec<T>::width >= 4) v += swap_lanes<2>(v);
  return v + swap_lanes<1>(v);
}

template <class T>
NNFIT_INLINE vec<T> max_lanes(vec<T> v) {
  if constexpr (Vec<T>::width >= 16) v = larger<T>(v, swap_lanes<8>(v));
  if constexpr (Vec<T>::width >= 8) v = larger<T>(v, swap_lanes<4>(v));
  if constexpr (Vec<T>::width >= 4) v = larger<T>(v, swap_lanes<2>(v));
  return larger<T>(v, swap_lanes<1>(v));
}

template <class T>
NNFIT_INLINE T reduce_add(vec<T> v) {
  return sum_lanes<T>(v)[0];
}

}  // namespace nnfit::NNFIT_ISA
