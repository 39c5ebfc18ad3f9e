// Indices of taps: integers as wide as T in registers, of type Index in memory.
#pragma once

#include "simd/loop.h"

namespace nnfit::NNFIT_ISA {

template <class T, class Index>
struct StoredIndices {
  typedef Index type __attribute__((vector_size(Vec<T>::width * sizeof(Index))));
  typedef Index unaligned
      __attribute__((vector_size(Vec<T>::width * sizeof(Index)), aligned(alignof(Index)), may_alias));
};

template <class T>
NNFIT_INLINE mask<T> splat_index(std::int64_t tap) {
  using Lane = decltype(mask<T>{}[0] + 0);
  return mask<T>{} + Lane(tap);
}

// GCC 12 converts to wider integers lane by lane unless it is told the instruction.
template <class T, class Index>
NNFIT_INLINE mask<T> load_index(Whole, const Index* p) {
#if defined(__AVX512F__)
  if constexpr (sizeof(Index) == 1 && sizeof(T) == 4)
    return (mask<T>)_mm512_maskz_cvtepu8_epi32(__mmask16(-1), _mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
  else if constexpr (sizeof(Index) == 1)
    return (mask<T>)_mm512_maskz_cvtepu8_epi64(__mmask8(-1), _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
#elif defined(__AVX2__)
  if constexpr (sizeof(Index) == 1 && sizeof(T) == 4)
    return (mask<T>)_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
#endif
  return __builtin_convertvector(*reinterpret_cast<const typename StoredIndices<T, Index>::unaligned*>(p), mask<T>);
}

template <class T, class Index>
NNFIT_INLINE mask<T> load_index(Part part, const Index* p) {
#if defined(__AVX512F__)
  if constexpr (sizeof(Index) == 1) {
    const __m128i bytes = _mm_maskz_loadu_epi8(__mmask16((1u << part.n) - 1), p);
    if constexpr (sizeof(T) == 4)
      return (mask<T>)_mm512_maskz_cvtepu8_epi32(__mmask16(-1), bytes);
    else
      return (mask<T>)_mm512_maskz_cvtepu8_epi64(__mmask8(-1), bytes);
  }
#elif defined(__AVX2__)
  if constexpr (sizeof(Index) == 1 && sizeof(T) == 4) {
    std::uint64_t bytes = 0;
    for (int i = 0; i < part.n; ++i) bytes |= std::uint64_t(p[i]) << 8 * i;
    return (mask<T>)_mm256_cvtepu8_epi32(_mm_cvtsi64_si128((long long)bytes));
  }
#endif
  mask<T> index{};
  for (int i = 0; i < part.n; ++i) index[i] = p[i];
  return index;
}

template <class T, class Index>
NNFIT_INLINE void store_index(Whole, Index* p, mask<T> index) {
  *reinterpret_cast<typename StoredIndices<T, Index>::unaligned*>(p) =
      __builtin_convertvector(index, typename StoredIndices<T, Index>::type);
}

template <class T, class Index>
NNFIT_INLINE void store_index(Part part, Index* p, mask<T> index) {
#if defined(__AVX512F__)
  if constexpr (sizeof(Index) == 1 && sizeof(T) == 4) {
    _mm512_mask_cvtepi32_storeu_epi8(p, __mmask16((1u << part.n) - 1), (__m512i)index);
    return;
  } else if constexpr (sizeof(Index) == 1) {
    _mm512_mask_cvtepi64_storeu_epi8(p, __mmask8((1u << part.n) - 1), (__m512i)index);
    return;
  }
#endif
  Index all[Vec<T>::width];
  store_index<T>(Whole(), all, index);
  for (int i = 0; i < part.n; ++i) p[i] = all[i];
}

}  // namespace nnfit::NNFIT_ISA
