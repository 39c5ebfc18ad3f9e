// log, log1p, log2, log10 and the functions of log: asinh, acosh, atanh.
//
// x = 2^e m with m in [sqrt(1/2), sqrt(2)), log(x) = e log 2 + log(m). At most 2 ulp.
#pragma once

#include "simd/math/bits.h"

namespace nnfit::NNFIT_ISA::math {

// For float functions by double arithmetic, relative error below 2^-42: log(u), where f is u - 1 to more digits than u
// holds. With s = f/(2+f), log(1+f) = log((1+s)/(1-s)). u is zero, normal, infinite or NaN.
NNFIT_INLINE vec<double> double_log(vec<double> u, vec<double> f) {
  using I = vec<std::int64_t>;
  using U = vec<std::uint64_t>;
  const U bits = (U)u - 0x3fe6a09e667f3bcdULL;  // sqrt(1/2)
  // The exponent, biased to be positive, put below the exponent bits of 2^52: reads as 2^52 + it.
  const U biased = (bits + (1024ULL << 52)) >> 52;
  const vec<double> e = (vec<double>)(biased | 0x4330000000000000ULL) - (0x1p52 + 1024);
  const vec<double> m = (vec<double>)((bits & 0xfffffffffffffULL) + 0x3fe6a09e667f3bcdULL);
  f = e == 0.0 ? f : m - 1.0;
  const vec<double> s = f / (2.0 + f), z = s * s;
  const vec<double> p = polynomial<double>(z, 0.195834676125251486, 0.221762365477827141, 0.285721080045832286,
                                           0.399999956328155698, 0.666666666757682083);
  const vec<double> y = e * 0x1.62e42fefa39efp-1 + (s + s + s * (z * p));
  // Below 0 NaN, at 0 -inf, at infinity and NaN themselves.
  const vec<double> special = u == 0.0 ? splat<double>(-infinity<double>) : u < 0.0 ? splat<double>(nan<double>) : u;
  return (I)(u > 0.0) & (I)(u < infinity<double>) ? y : special;
}

NNFIT_INLINE vec<double> double_log(vec<double> u) { return double_log(u, u - 1.0); }
NNFIT_INLINE vec<double> double_log1p(vec<double> f) { return double_log(1.0 + f, f); }

template <class T>
NNFIT_INLINE vec<T> log(vec<T> x) {
  if constexpr (sizeof(T) == 8) {
    return lanes<T>(x, [](T v) { return __builtin_log(v); });
  } else {
    using I = vec<std::int32_t>;
    using U = vec<std::uint32_t>;
    const I subnormal = x < 0x1p-126f;
    const vec<float> u = subnormal ? x * 0x1p23f : x;
    const U bits = (U)u - 0x3f3504f3u;  // sqrt(1/2)
    const vec<float> e = __builtin_convertvector(((I)bits >> 23) - (subnormal & 23), vec<float>);
    const vec<float> f = (vec<float>)((bits & 0x7fffffu) + 0x3f3504f3u) - 1.f, z = f * f;
    const vec<float> p = polynomial<float>(f, -0.07634477166, 0.1276158151, -0.1316018824, 0.1420175519, -0.1662335651,
                                           0.2000122724, -0.2500082108, 0.333333317);
    vec<float> y = f * (z * p);
    y = y + e * -2.12194440e-4f - 0.5f * z;  // log 2 in two parts, e times the first exact
    y = f + y + e * 0.693359375f;
    const vec<float> special = x == 0.f ? splat<float>(-infinity<float>) : x < 0.f ? splat<float>(nan<float>) : x;
    return (I)(x > 0.f) & (I)(x < infinity<float>) ? y : special;
  }
}

template <class T>
NNFIT_INLINE vec<T> log1p(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_log1p(v); });
  else
    return x == T(0) ? x : in_double(x, [](vec<double> v) { return double_log1p(v); });
}

template <class T>
NNFIT_INLINE vec<T> log2(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_log2(v); });
  else
    return in_double(x, [](vec<double> v) { return double_log(v) * 0x1.71547652b82fep0; });
}

template <class T>
NNFIT_INLINE vec<T> log10(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_log10(v); });
  else
    return in_double(x, [](vec<double> v) { return double_log(v) * 0.43429448190325182765; });
}

template <class T>
NNFIT_INLINE vec<T> asinh(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_asinh(v); });
  else
    return copysign<T>(in_double(abs<T>(x),
                                 [](vec<double> v) {
                                   v = min<double>(v, splat<double>(0x1p300));  // infinity would make inf/inf
                                   const vec<double> s = v * v;
                                   const vec<double> y = double_log1p(v + s / (1.0 + sqrt<double>(1.0 + s)));
                                   return v < 0x1p300 ? y : v + splat<double>(infinity<double>);
                                 }),
                       x);
}

template <class T>
NNFIT_INLINE vec<T> acosh(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_acosh(v); });
  else
    return in_double(x, [](vec<double> v) {
      const vec<double> t = v - 1.0;
      return v < 1.0 ? splat<double>(nan<double>) : double_log1p(t + sqrt<double>(t + t + t * t));
    });
}

template <class T>
NNFIT_INLINE vec<T> atanh(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_atanh(v); });
  else
    return copysign<T>(in_double(abs<T>(x), [](vec<double> v) { return 0.5 * double_log1p((v + v) / (1.0 - v)); }), x);
}

}  // namespace nnfit::NNFIT_ISA::math
