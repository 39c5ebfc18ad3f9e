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
  Index first[Vec<T>::width < 8 ? 8 : Vec<T>::width] = {};
  for (int i = 0; i < part.n; ++i) first[i] = p[i];
  return load_index<T>(Whole(), first);
}

template <class T, class Index>
NNFIT_INLINE void store_index(Whole, Index* p, mask<T> index) {
  *reinterpret_cast<typename StoredIndices<T, Index>::unaligned*>(p) =
      __builtin_convertvector(index, typename StoredIndices<T, Index>::type);
}

template <class T, class Index>
NNFIT_INLINE void store_index(Part part, Index* p, mask<T> index) {
  Index all[Vec<T>::width];
  store_index<T>(Whole(), all, index);
  for (int i = 0; i < part.n; ++i) p[i] = all[i];
}

}  // namespace nnfit::NNFIT_ISA
