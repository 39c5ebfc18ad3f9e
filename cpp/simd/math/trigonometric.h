// sin, cos, tan and their inverses. At most 2 ulp.
//
// x = n pi/2 + r with |r| <= pi/4; the quadrant n mod 4 chooses sin(r) or cos(r) and the sign.
#pragma once

#include "simd/math/bits.h"

namespace nnfit::NNFIT_ISA::math {

// Float arguments up to this reduce exactly enough by pi/2 in two parts; larger ones go to the C library by lane.
inline constexpr float kLargestReduced = 0x1p20f;

struct DoubleSinCos {
  vec<double> sin, cos;        // of r
  vec<std::int64_t> quadrant;  // n, to be read mod 4

  NNFIT_INLINE explicit DoubleSinCos(vec<double> x) {
    constexpr double shift = 0x1.8p52;
    const vec<double> t = x * 0x1.45f306dc9c883p-1 + shift, n = t - shift;
    quadrant = (vec<std::int64_t>)t;
    const vec<double> r = (x - n * 0x1.921fb544p0) - n * 0x1.0b4611a626331p-34;  // n times the first part is exact
    const vec<double> z = r * r;
    sin = r * (1.0 + z * polynomial<double>(z, 2.71812060845129164e-6, -0.000198393121473972462, 0.00833332930440628927,
                                            -0.166666666407928428));
    cos = 1.0 - 0.5 * z +
          z * z *
              polynomial<double>(z, -2.7205752764046771e-7, 0.000024799460138682393, -0.00138888835000337312,
                                 0.0416666666194914071);
  }
  // sin(r + k pi/2)
  NNFIT_INLINE vec<double> at(vec<std::int64_t> k) const {
    const vec<std::int64_t> bits = (k & 1) != 0 ? (vec<std::int64_t>)cos : (vec<std::int64_t>)sin;
    return (vec<double>)(bits ^ ((k & 2) << 62));
  }
};

template <class F, class Scalar>
NNFIT_INLINE vec<float> reduced(vec<float> x, F f, Scalar large) {
  const vec<float> y = in_double(x, f);
  const ivec<float> beyond = abs<float>(x) > kLargestReduced;
  return __builtin_expect(any<float>(beyond), 0) ? (beyond ? lanes<float>(x, large) : y) : y;
}

template <class T>
NNFIT_INLINE vec<T> sin(vec<T> x) {
  if constexpr (sizeof(T) == 8) {
    return lanes<T>(x, [](T v) { return __builtin_sin(v); });
  } else {
    const auto f = [](vec<double> v) {
      const DoubleSinCos s(v);
      return s.at(s.quadrant);
    };
    return reduced(x, f, [](float v) { return __builtin_sinf(v); });
  }
}

template <class T>
NNFIT_INLINE vec<T> cos(vec<T> x) {
  if constexpr (sizeof(T) == 8) {
    return lanes<T>(x, [](T v) { return __builtin_cos(v); });
  } else {
    const auto f = [](vec<double> v) {
      const DoubleSinCos s(v);
      return s.at(s.quadrant + 1);
    };
    return reduced(x, f, [](float v) { return __builtin_cosf(v); });
  }
}

template <class T>
NNFIT_INLINE vec<T> tan(vec<T> x) {
  if constexpr (sizeof(T) == 8) {
    return lanes<T>(x, [](T v) { return __builtin_tan(v); });
  } else {
    const auto f = [](vec<double> v) {
      const DoubleSinCos s(v);
      return s.at(s.quadrant) / s.at(s.quadrant + 1);
    };
    return reduced(x, f, [](float v) { return __builtin_tanf(v); });
  }
}

// Of v >= 0, by atan(v) = c + atan(q) with |q| <= sqrt(2) - 1.
NNFIT_INLINE vec<double> double_atan(vec<double> v) {
  constexpr double tan_pi_8 = 0x1.a827999fcef32p-2, tan_3pi_8 = 0x1.3504f333f9de6p1;
  const ivec<double> large = v > tan_3pi_8, middle = v > tan_pi_8;
  const vec<double> numerator = large ? splat<double>(-1) : middle ? v - 1.0 : v;
  const vec<double> denominator = large ? v : middle ? v + 1.0 : splat<double>(1);
  const vec<double> c = large    ? splat<double>(0x1.921fb54442d18p0)
                        : middle ? splat<double>(0x1.921fb54442d18p-1)
                                 : splat<double>(0);
  const vec<double> q = numerator / denominator, z = q * q;
  const vec<double> p =
      polynomial<double>(z, -0.0379246808350510683, 0.0699123577826528293, -0.0899684360841082614, 0.111040041840760219,
                         -0.142854236360851442, 0.199999943266913565, -0.333333332957315047);
  return c + (q + q * (z * p));
}

// Of 0 <= v <= 1: asin(v), or pi/2 - asin(v) where `complement`; by asin(v) = pi/2 - 2 asin(sqrt((1 - v)/2)) for v >
// 1/2.
template <bool complement>
NNFIT_INLINE vec<double> double_asin(vec<double> v) {
  constexpr double half_pi = 0x1.921fb54442d18p0;
  const ivec<double> large = v > 0.5;
  const vec<double> z = large ? 0.5 - 0.5 * v : v * v, s = large ? sqrt<double>(z) : v;
  const vec<double> p =
      polynomial<double>(z, 0.032896605955601445, 0.00199321559865187918, 0.0206410618310413114, 0.021866750853421581,
                         0.0304264135967353634, 0.0446407139821160589, 0.0750000496575266492, 0.166666666274752785);
  const vec<double> y = s + s * (z * p);
  return complement ? (large ? y + y : half_pi - y) : (large ? half_pi - (y + y) : y);
}

template <class T>
NNFIT_INLINE vec<T> atan(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_atan(v); });
  else
    return copysign<T>(in_double(abs<T>(x), [](vec<double> v) { return double_atan(v); }), x);
}

template <class T>
NNFIT_INLINE vec<T> asin(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_asin(v); });
  else
    return copysign<T>(in_double(abs<T>(x), [](vec<double> v) { return double_asin<false>(v); }), x);
}

template <class T>
NNFIT_INLINE vec<T> acos(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_acos(v); });
  else
    return in_double(x, [](vec<double> v) {
      const vec<double> y = double_asin<true>(abs<double>(v));
      return v < 0.0 ? 0x1.921fb54442d18p1 - y : y;
    });
}

template <class T>
NNFIT_INLINE vec<T> atan2(vec<T> y, vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(y, x, [](T a, T b) { return __builtin_atan2(a, b); });
  else
    return lanes<T>(y, x, [](T a, T b) { return __builtin_atan2f(a, b); });
}

}  // namespace nnfit::NNFIT_ISA::math
