#include "kernels/random/draws.h"
#include "kernels/rows.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {
namespace {

// The largest T below x.
template <class T>
T below(T x) {
  if (x == 0) return -std::numeric_limits<T>::denorm_min();
  typename math::Bits<T>::type bits;
  __builtin_memcpy(&bits, &x, sizeof x);
  bits += x > 0 ? -1 : 1;
  __builtin_memcpy(&x, &bits, sizeof x);
  return x;
}

template <class T>
struct Point {
  vec<T> cos, sin;
};

// The point of the unit circle at angle pi * x, -1 <= x < 1, x a multiple of 2^-31 or 2^-52 held as an integer.
NNFIT_INLINE Point<float> circle(vec<std::int32_t> x) {
  // x = quadrant / 2 + r / 2^31, so that |angle| <= pi / 4 remains; the top bits wrap around as the circle does.
  const vec<std::uint32_t> quadrant = ((vec<std::uint32_t>)x + (1u << 29)) >> 30;
  const vec<std::int32_t> rest = (vec<std::int32_t>)((vec<std::uint32_t>)x - (quadrant << 30));
  const vec<float> r = __builtin_convertvector(rest, vec<float>) * 0x1.921fb6p-30f, z = r * r;
  const vec<float> s = r + r * (z * math::polynomial<float>(z, -0.00019515289, 0.008332160813, -0.1666665461));
  const vec<float> c =
      1.f - 0.5f * z + z * z * math::polynomial<float>(z, 2.443315725e-5, -0.001388731626, 0.04166664568);
  const vec<std::int32_t> odd = (quadrant & 1) != 0;
  const vec<std::int32_t> cos_sign = (vec<std::int32_t>)((quadrant + 1) << 30) & INT32_MIN;
  const vec<std::int32_t> sin_sign = (vec<std::int32_t>)(quadrant << 30) & INT32_MIN;
  return {(vec<float>)((vec<std::int32_t>)(odd ? s : c) ^ cos_sign),
          (vec<float>)((vec<std::int32_t>)(odd ? c : s) ^ sin_sign)};
}

// Two normal vectors from two rows of uniform ones.
NNFIT_INLINE Point<float> box_muller(const std::uint32_t* words) {
  // 31 bits of (0, 1]: more than a float holds below 1, for the tail's sake.
  const vec<float> u = fma<float>(__builtin_convertvector((vec<std::int32_t>)(load(words) >> 1), vec<float>),
                                  splat(0x1p-31f), splat(0x1p-32f));
  const vec<float> radius = math::sqrt<float>(-2.f * math::log<float>(u));
  const Point<float> p = circle((vec<std::int32_t>)load(words + kGroupBlocks));
  return {radius * p.cos, radius * p.sin};
}

NNFIT_INLINE Point<double> box_muller_double(const std::uint32_t* words) {
  const vec<double> u = unit<double>(words) + 0x1p-54, angle = unit<double>(words + 2 * kGroupBlocks);
  const vec<double> radius = math::sqrt<double>(-2.0 * math::log<double>(u));
  constexpr double two_pi = 0x1.921fb54442d18p2;
  return {radius * math::cos<double>(two_pi * angle), radius * math::sin<double>(two_pi * angle)};
}

}  // namespace

template <class T>
void random_uniform(const RandomKey& key, std::uint64_t first, std::int64_t count, double low, double high, void* out) {
  constexpr int n = kGroupElements<T>;
  const T range = T(high) - T(low), last = T(low) < T(high) ? below(T(high)) : T(low);
  draw<n>(key, first, count, static_cast<T*>(out), [&](const std::uint32_t* words, T* to) {
    for (int i = 0; i < n; i += Vec<T>::width) {
      const vec<T> x = fma<T>(unit<T>(words + word_of<T>(i)), splat(range), splat(T(low)));
      store(to + i, min<T>(x, splat(last)));  // rounding may reach `high`
    }
  });
}

template <class T>
void random_normal(const RandomKey& key, std::uint64_t first, std::int64_t count, double mean, double stddev,
                   void* out) {
  const vec<T> scale = splat(T(stddev)), shift = splat(T(mean));
  // Two adjacent rows of a group's elements come from one pair of uniform numbers.
  constexpr int n = kGroupElements<T>;
  draw<n>(key, first, count, static_cast<T*>(out), [&](const std::uint32_t* words, T* to) {
    for (int row = 0; row < n; row += 2 * kGroupBlocks)
      for (int i = row; i < row + kGroupBlocks; i += Vec<T>::width) {
        Point<T> z;
        if constexpr (sizeof(T) == 4)
          z = box_muller(words + i);
        else
          z = box_muller_double(words + i);
        store(to + i, fma<T>(z.cos, scale, shift));
        store(to + i + kGroupBlocks, fma<T>(z.sin, scale, shift));
      }
  });
}

template <class T>
void random_truncated_normal(const RandomKey& key, std::uint64_t first, std::int64_t count, double mean, double stddev,
                             void* out) {
  constexpr double reach = 0.95449973610364158560;  // erf(sqrt 2), the probability of |z| < 2
  constexpr T half_step = sizeof(T) == 4 ? T(0x1p-25) : T(0x1p-54);
  const vec<T> scale = splat(T(stddev)), shift = splat(T(mean));
  constexpr int n = kGroupElements<T>;
  draw<n>(key, first, count, static_cast<T*>(out), [&](const std::uint32_t* words, T* to) {
    for (int i = 0; i < n; i += Vec<T>::width) {
      const vec<T> centred = (unit<T>(words + word_of<T>(i)) - T(0.5)) + half_step;
      const vec<T> z = T(1.41421356237309504880) * math::erfinv<T>(T(2 * reach) * centred);
      store(to + i, fma<T>(min<T>(max<T>(z, splat(T(-2))), splat(T(2))), scale, shift));
    }
  });
}

NNFIT_MAKE_FLOATING(random_uniform)
NNFIT_MAKE_FLOATING(random_normal)
NNFIT_MAKE_FLOATING(random_truncated_normal)

}  // namespace nnfit::NNFIT_ISA
