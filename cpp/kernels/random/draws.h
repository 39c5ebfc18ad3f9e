// From words to numbers: how the distributions read a group, and how a stream is cut into groups.
#pragma once

#include "kernels/random/philox.h"

namespace nnfit::NNFIT_ISA {

// One group's worth of elements of type T.
template <class T>
inline constexpr int kGroupElements = sizeof(T) == 8 ? kGroupWords / 2 : kGroupWords;

// Makes the elements [first, first + count) of a stream, group by group: make(words, out) turns the words of a group
// into its per_group elements.
template <int per_group, class T, class Make>
NNFIT_INLINE void draw(const RandomKey& key, std::uint64_t first, std::int64_t count, T* out, Make make) {
  for_each_group(per_group, first, count, [&](std::uint64_t group, std::int64_t i, int from, int to) {
    alignas(64) std::uint32_t words[kGroupWords];
    random_group(key, group, words);
    if (to - from == per_group) {
      make(words, out + i);
      return;
    }
    alignas(64) T whole[per_group];
    make(words, whole);
    for (int k = from; k < to; ++k) out[i + k - from] = whole[k];
  });
}

// Words as doubles, exactly: lane l is word l.
NNFIT_INLINE vec<double> to_double(vec<std::uint64_t> below_2_to_52) {
  return (vec<double>)(below_2_to_52 | 0x4330000000000000u) - 0x1p52;
}

NNFIT_INLINE vec<std::uint64_t> widened(const std::uint32_t* words) {
  typedef std::uint32_t Half __attribute__((vector_size(NNFIT_VECTOR_BYTES / 2), aligned(4), may_alias));
  return __builtin_convertvector(*reinterpret_cast<const Half*>(words), vec<std::uint64_t>);
}

// A uniform number from the words at `words` (float), or at `words` and one row of 16 on (double): a multiple of
// 2^-24 or 2^-53 in [0, 1).
template <class T>
NNFIT_INLINE vec<T> unit(const std::uint32_t* words) {
  if constexpr (sizeof(T) == 4)
    return __builtin_convertvector((vec<std::int32_t>)(load(words) >> 8), vec<float>) * 0x1p-24f;
  else
    return to_double(widened(words)) * 0x1p-32 + to_double(widened(words + kGroupBlocks) >> 11) * 0x1p-53;
}

// The offset of vector v of a group's elements in its words: double elements leave out every second row.
template <class T>
NNFIT_INLINE int word_of(int element) {
  return sizeof(T) == 8 ? element / kGroupBlocks * 2 * kGroupBlocks + element % kGroupBlocks : element;
}

}  // namespace nnfit::NNFIT_ISA
