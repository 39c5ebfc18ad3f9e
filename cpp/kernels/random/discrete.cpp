// Words, integers, coins, dropout and permutations.
#include "kernels/random/draws.h"
#include "kernels/rows.h"
#include "simd/loop.h"

namespace nnfit::NNFIT_ISA {
namespace {

// The upper half of the product.
NNFIT_INLINE std::uint64_t scaled(std::uint64_t word, std::uint64_t range) {
  __extension__ typedef unsigned __int128 Wide;
  return std::uint64_t((Wide(word) * range) >> 64);
}

// Element i of a group's 32 words of 64 bits.
NNFIT_INLINE std::uint64_t wide_word(const std::uint32_t* words, int i) {
  const std::uint32_t* const high = words + word_of<std::uint64_t>(i);
  return std::uint64_t(high[0]) << 32 | high[kGroupBlocks];
}

// How many of the 2^32 words make up `probability`.
NNFIT_INLINE std::uint64_t threshold(double probability) { return std::uint64_t(probability * 0x1p32 + 0.5); }

}  // namespace

void philox4x32(const std::uint32_t key[2], const std::uint32_t counter[4], std::uint32_t out[4]) {
  Philox philox;
  for (int w = 0; w < 4; ++w) philox.word[w] = splat(counter[w]);
  philox.encrypt(std::uint64_t(key[1]) << 32 | key[0]);
  for (int w = 0; w < 4; ++w) out[w] = philox.word[w][0];
}

void random_bits(const RandomKey& key, std::uint64_t first, std::int64_t count, std::uint32_t* out) {
  draw<kGroupWords>(key, first, count, out, [](const std::uint32_t* words, std::uint32_t* to) {
    __builtin_memcpy(to, words, kGroupWords * sizeof *words);
  });
}

template <class T>
void random_integer(const RandomKey& key, std::uint64_t first, std::int64_t count, std::int64_t low, std::int64_t high,
                    void* out) {
  const std::uint64_t range = std::uint64_t(high) - std::uint64_t(low);
  constexpr int n = kGroupElements<std::uint64_t>;
  draw<n>(key, first, count, static_cast<T*>(out), [&](const std::uint32_t* words, T* to) {
    for (int i = 0; i < n; ++i) to[i] = T(std::uint64_t(low) + scaled(wide_word(words, i), range));
  });
}

void random_bernoulli(const RandomKey& key, std::uint64_t first, std::int64_t count, double probability,
                      std::uint8_t* out) {
  const std::uint64_t limit = threshold(probability);
  const std::uint32_t last = std::uint32_t(limit - 1);
  const std::uint8_t one = limit > 0;
  draw<kGroupWords>(key, first, count, out, [&](const std::uint32_t* words, std::uint8_t* to) {
    for (int i = 0; i < kGroupWords; ++i) to[i] = std::uint8_t(words[i] <= last) & one;  // no branch to mispredict
  });
}

template <class T>
void dropout(const RandomKey& key, std::uint64_t first, std::int64_t count, double rate, const void* x, void* y) {
  const std::uint64_t dropped = threshold(rate);
  const std::uint32_t limit = dropped < UINT32_MAX ? std::uint32_t(dropped) : UINT32_MAX;
  const T scale = T(1 / (1 - rate));
  const T* const from = static_cast<const T*>(x);
  T* const to = static_cast<T*>(y);
  for_each_group(kGroupWords, first, count, [&](std::uint64_t group, std::int64_t i, int begin, int end) {
    alignas(64) std::uint32_t words[kGroupWords];
    random_group(key, group, words);
    for (int k = begin; k < end; ++k) to[i + k - begin] = words[k] >= limit ? from[i + k - begin] * scale : T(0);
  });
}

void random_permutation(const RandomKey& key, std::int64_t n, std::int64_t* out) {
  for (std::int64_t i = 0; i < n; ++i) out[i] = i;
  for_each_group(kGroupWords / 2, 0, n, [&](std::uint64_t group, std::int64_t i, int, int end) {
    alignas(64) std::uint32_t words[kGroupWords];
    random_group(key, group, words);
    for (int k = 0; k < end; ++k) {  // element `last` changes places with one of those up to it
      const std::int64_t last = n - 1 - (i + k), other = std::int64_t(scaled(wide_word(words, k), last + 1));
      const std::int64_t moved = out[last];
      out[last] = out[other];
      out[other] = moved;
    }
  });
}

NNFIT_MAKE_INTEGER(random_integer)
NNFIT_MAKE_FLOATING(dropout)

}  // namespace nnfit::NNFIT_ISA
