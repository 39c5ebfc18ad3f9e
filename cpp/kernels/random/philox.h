// Philox4x32-10 on vectors: as many blocks at once as a vector has 32-bit lanes.
#pragma once

#include "kernels/random/random.h"
#include "simd/intrinsics.h"
#include "simd/vec.h"

namespace nnfit::NNFIT_ISA {

using Words = vec<std::uint32_t>;
inline constexpr int kWordLanes = Vec<std::uint32_t>::width;

// The products of the even lanes of a with the constant, 64 bits each.
NNFIT_INLINE vec<std::uint64_t> multiply_even(Words a, std::uint32_t b) {
#if defined(__AVX512F__)
  return (vec<std::uint64_t>)_mm512_maskz_mul_epu32(__mmask8(-1), (__m512i)a, (__m512i)splat<std::uint32_t>(b));
#elif defined(__AVX2__)
  return (vec<std::uint64_t>)_mm256_mul_epu32((__m256i)a, (__m256i)splat<std::uint32_t>(b));
#elif defined(__SSE2__)
  return (vec<std::uint64_t>)_mm_mul_epu32((__m128i)a, (__m128i)splat<std::uint32_t>(b));
#else
  return ((vec<std::uint64_t>)a & 0xffffffffu) * std::uint64_t(b);
#endif
}

struct Philox {
  Words word[4];

  // Philox of the counters in `word`, in place.
  NNFIT_INLINE void encrypt(std::uint64_t key) {
    std::uint32_t k0 = std::uint32_t(key), k1 = std::uint32_t(key >> 32);
    for (int round = 0; round < 10; ++round) {
      Words high0, low0, high1, low1;
      multiply(word[0], 0xD2511F53u, high0, low0);
      multiply(word[2], 0xCD9E8D57u, high1, low1);
      word[0] = high1 ^ word[1] ^ k0;
      word[1] = low1;
      word[2] = high0 ^ word[3] ^ k1;
      word[3] = low0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
  }

 private:
  NNFIT_INLINE static void multiply(Words a, std::uint32_t b, Words& high, Words& low) {
    constexpr std::uint64_t upper = 0xffffffff00000000u;
    const vec<std::uint64_t> even = multiply_even(a, b), odd = multiply_even((Words)((vec<std::uint64_t>)a >> 32), b);
    high = (Words)((even >> 32) | (odd & upper));
    low = (Words)((even & ~upper) | (odd << 32));
  }
};

// The 64 words of group g of a stream: words 4 x 16, first the first words of the 16 blocks.
inline constexpr int kGroupBlocks = 16, kGroupWords = 64;

NNFIT_INLINE void random_group(const RandomKey& key, std::uint64_t group, std::uint32_t* out) {
  for (int lane = 0; lane < kGroupBlocks; lane += kWordLanes) {
    Words block{};
    for (int i = 0; i < kWordLanes; ++i) block[i] = std::uint32_t(lane + i);
    // group * 16 never carries into the lanes' four bits
    Philox philox = {{block | std::uint32_t(group << 4), splat(std::uint32_t(group >> 28)),
                      splat(std::uint32_t(key.stream)), splat(std::uint32_t(key.stream >> 32))}};
    philox.encrypt(key.key);
    for (int w = 0; w < 4; ++w) store(out + w * kGroupBlocks + lane, philox.word[w]);
  }
}

// Calls group(g, i, from, to) for the groups of `per_group` elements that hold elements [first, first + count): group
// g's elements [from, to) are elements i and on of the call.
template <class F>
NNFIT_INLINE void for_each_group(int per_group, std::uint64_t first, std::int64_t count, F group) {
  for (std::int64_t i = 0; i < count;) {
    const std::uint64_t element = first + std::uint64_t(i);
    const int from = int(element % unsigned(per_group));
    const std::int64_t left = count - i;
    const int to = left < per_group - from ? from + int(left) : per_group;
    group(element / unsigned(per_group), i, from, to);
    i += to - from;
  }
}

}  // namespace nnfit::NNFIT_ISA
