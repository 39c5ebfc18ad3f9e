// Square transposes in registers.
#pragma once

#include "simd/vec.h"

namespace nnfit::NNFIT_ISA {

template <int... I>
struct Lanes {};
template <int N, int... I>
struct MakeLanes : MakeLanes<N - 1, N - 1, I...> {};
template <int... I>
struct MakeLanes<0, I...> {
  typedef Lanes<I...> type;
};

// One round of the transpose swaps the off-diagonal S x S blocks of every 2S x 2S block of (x, y).
template <class T, int S, int... I>
NNFIT_INLINE void swap_blocks(vec<T>& x, vec<T>& y, Lanes<I...>) {
  constexpr int width = Vec<T>::width;
#if defined(__clang__)
  const vec<T> low = __builtin_shufflevector(x, y, (I & S ? width + I - S : I)...);
  const vec<T> high = __builtin_shufflevector(x, y, (I & S ? width + I : I + S)...);
#else
  const vec<T> low = __builtin_shuffle(x, y, mask<T>{(I & S ? width + I - S : I)...});
  const vec<T> high = __builtin_shuffle(x, y, mask<T>{(I & S ? width + I : I + S)...});
#endif
  x = low;
  y = high;
}

// rows[i][j] -> rows[j][i] for width x width elements.
template <class T, int S = Vec<T>::width / 2>
NNFIT_INLINE void transpose(vec<T>* rows) {
  constexpr int width = Vec<T>::width;
#pragma GCC unroll 16
  for (int i = 0; i < width; ++i)
    if (!(i & S)) swap_blocks<T, S>(rows[i], rows[i + S], typename MakeLanes<width>::type{});
  if constexpr (S > 1) transpose<T, S / 2>(rows);
}

}  // namespace nnfit::NNFIT_ISA
