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

template <class T, class Index>
NNFIT_INLINE mask<T> load_index(Whole, const Index* p) {
  return __builtin_convertvector(*reinterpret_cast<const typename StoredIndices<T, Index>::unaligned*>(p), mask<T>);
}

template <class T, class Index>
NNFIT_INLINE mask<T> load_index(Part part, const Index* p) {
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
  for (int i = 0; i < part.n; ++i) p[i] = Index(index[i]);
}

}  // namespace nnfit::NNFIT_ISA
