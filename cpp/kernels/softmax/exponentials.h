// What softmax and the cross-entropies share: the exponentials of a row, shifted by its maximum, and their sum.
#pragma once

#include "simd/loop.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {

template <class T>
inline constexpr T kMinusInfinity = -std::numeric_limits<T>::infinity();

// In every lane: the maximum of a row and the sum of exp(x - maximum).
template <class T>
struct Normalizer {
  vec<T> maximum, sum;
};

// A NaN is not looked for: it makes its own exponential NaN, and with it the sum.
template <class T>
NNFIT_INLINE vec<T> row_maximum(std::int64_t n, const T* x) {
  vec<T> m = splat(kMinusInfinity<T>);
  for_each_vector<T>(n, [&](auto at, std::int64_t i) { m = larger<T>(m, at.load(x + i, kMinusInfinity<T>)); });
  return max_lanes<T>(m);
}

template <class T>
NNFIT_INLINE Normalizer<T> normalizer(std::int64_t n, const T* x) {
  const vec<T> m = row_maximum(n, x);
  vec<T> sum{};
  for_each_vector<T>(
      n, [&](auto at, std::int64_t i) { sum += math::exp_flushed<T>(at.load(x + i, kMinusInfinity<T>) - m); });
  return {m, sum_lanes<T>(sum)};
}

// The exponentials of a row of up to `held` vectors stay in registers: storing them would make their reader wait for
// the store. held = 0: rows of any length, the exponentials in y.
template <class T, int held>
struct Exponentials {
  vec<T> in_registers[held ? held : 1];
  Normalizer<T> of;

  NNFIT_INLINE Exponentials(std::int64_t n, const T* x, T* y) {
    of.maximum = row_maximum(n, x);
    vec<T> sum{};
    each(n, [&](auto at, std::int64_t i, int slot) {
      const vec<T> e = math::exp_flushed<T>(at.load(x + i, kMinusInfinity<T>) - of.maximum);
      sum += e;
      if constexpr (held > 0)
        in_registers[slot] = e;
      else
        at.store(y + i, e);
    });
    of.sum = sum_lanes<T>(sum);
  }

  // y[i] = f(exponential i, i) over the row, by vectors.
  template <class F>
  NNFIT_INLINE void map(std::int64_t n, T* y, F f) {
    each(n, [&](auto at, std::int64_t i, int slot) {
      if constexpr (held > 0)
        at.store(y + i, f(in_registers[slot], i));
      else
        at.store(y + i, f(at.load(y + i), i));
    });
  }

 private:
  template <class F>
  NNFIT_INLINE static void each(std::int64_t n, F f) {
    constexpr int width = Vec<T>::width;
    if constexpr (held > 0) {
#pragma GCC unroll 4
      for (int slot = 0; slot + 1 < held; ++slot) f(Whole{}, slot * width, slot);
      f(Part{int(n) - (held - 1) * width}, (held - 1) * width, held - 1);
    } else {
      for_each_vector<T>(n, [&](auto at, std::int64_t i) { f(at, i, 0); });
    }
  }
};

template <int n>
struct Count {
  static constexpr int value = n;
};

// Calls f with the number of vectors that a row of n is held in, as a type.
template <class T, class F>
NNFIT_INLINE void with_held(std::int64_t n, F f) {
  constexpr int width = Vec<T>::width;
  if (n <= 0 || n > 4 * width) return f(Count<0>{});
  switch ((n + width - 1) / width) {
    case 1:
      return f(Count<1>{});
    case 2:
      return f(Count<2>{});
    case 3:
      return f(Count<3>{});
    default:
      return f(Count<4>{});
  }
}

}  // namespace nnfit::NNFIT_ISA
