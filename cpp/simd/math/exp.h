// exp, exp2, expm1 and the functions of exp: sigmoid, tanh, sinh, cosh.
//
// x = n log 2 + r with |r| <= log(2)/2, exp(x) = 2^n exp(r), exp(r) by a polynomial (minimax.py). At most 2 ulp.
#pragma once

#include "simd/math/bits.h"

namespace nnfit::NNFIT_ISA::math {

// For float functions by double arithmetic: relative error below 2^-44, arguments clamped to +-700.
struct DoubleExp {
  vec<double> scale, rest;  // exp(x) = scale * (1 + rest)

  NNFIT_INLINE explicit DoubleExp(vec<double> x) {
    constexpr double shift = 0x1.8p52;  // its low mantissa bits are the integer that was added to it
    x = min<double>(max<double>(x, splat<double>(-700)), splat<double>(700));
    const vec<double> t = x * 0x1.71547652b82fep0 + shift, n = t - shift;
    const vec<double> r = x - n * 0x1.62e42fefa39efp-1;
    scale = (vec<double>)(((vec<std::uint64_t>)t + 1023) << 52);
    const vec<double> p = polynomial<double>(r, 2.74930847280080049e-6, 0.0000248807944189929455,
                                             0.00019841538972675284, 0.00138888111749299862, 0.00833333309523425034,
                                             0.0416666669620704022, 0.166666666672647408, 0.499999999996645661);
    rest = r * (1.0 + r * p);
  }
  NNFIT_INLINE vec<double> exp() const { return scale + scale * rest; }
  NNFIT_INLINE vec<double> expm1() const { return scale * rest + (scale - 1.0); }
};

// exp(x) = 2^power * rest, for -2^21 < x < 2^21.
struct FloatExp {
  vec<std::int32_t> power;
  vec<float> rest;

  NNFIT_INLINE explicit FloatExp(vec<float> x) {
    constexpr float shift = 0x1.8p23f;
    const vec<float> t = x * 1.44269504f + shift, n = t - shift;
    const vec<float> r = x - n * 0.693359375f - n * -2.12194440e-4f;  // log 2 in two parts, n times the first exact
    const vec<float> p =
        polynomial<float>(r, 0.001381469341, 0.008368710539, 0.04166838593, 0.1666652068, 0.4999999346);
    rest = 1.f + (r + r * r * p);
    power = (vec<std::int32_t>)t - 0x4b400000;
  }
};

template <class T>
NNFIT_INLINE vec<T> exp(vec<T> x) {
  if constexpr (sizeof(T) == 8) {
    return lanes<T>(x, [](T v) { return __builtin_exp(v); });
  } else {
    // Beyond these the result is 0 or infinite anyway, and the power stays in range.
    const FloatExp e(min<float>(max<float>(x, splat<float>(-104.f)), splat<float>(89.f)));
    // 2^power in two factors: the first product is exact, so a subnormal result is rounded once.
    const vec<std::int32_t> half = e.power >> 1;
    return e.rest * (vec<float>)((half + 127) << 23) * (vec<float>)((e.power - half + 127) << 23);
  }
}

// exp of x <= 0 or NaN, with 0 for a result below the normal numbers: of the exponentials of a softmax most may be that
// small, and a processor can take a hundred times as long over a subnormal number.
template <class T>
NNFIT_INLINE vec<T> exp_flushed(vec<T> x) {
  if constexpr (sizeof(T) == 8) {
    return lanes<T>(x, [](T v) { return v < T(-708.39) ? T(0) : __builtin_exp(v); });
  } else {
    const FloatExp e(x);
    return x < -87.33f ? vec<float>{} : e.rest * (vec<float>)((vec<std::uint32_t>)(e.power + 127) << 23);
  }
}

template <class T>
NNFIT_INLINE vec<T> exp2(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_exp2(v); });
  else
    return in_double(x, [](vec<double> v) { return DoubleExp(v * 0x1.62e42fefa39efp-1).exp(); });
}

template <class T>
NNFIT_INLINE vec<T> expm1(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_expm1(v); });
  else
    return copysign<T>(in_double(x, [](vec<double> v) { return DoubleExp(v).expm1(); }), x);
}

// 1 / (1 + exp(-x)), by the exponential that cannot overflow. The last step takes back what rounding 1 + e lost.
template <class T>
NNFIT_INLINE vec<T> sigmoid(vec<T> x) {
  const vec<T> e = exp<T>(-abs<T>(x)), d = T(1) + e, lost = e - (d - T(1));
  const vec<T> y = (x < T(0) ? e : splat<T>(1)) / d;
  const vec<T> inverse = x < T(0) ? T(1) - y : y;  // 1 / d
  return y - y * (lost * inverse);
}

template <class T>
NNFIT_INLINE vec<T> tanh(vec<T> x) {
  if constexpr (sizeof(T) == 8) {
    return lanes<T>(x, [](T v) { return __builtin_tanh(v); });
  } else {
    const vec<float> a = abs<float>(x), s = x * x;
    const vec<float> p =
        polynomial<float>(s, -0.005705023641, 0.02063912187, -0.0537397263, 0.1333144234, -0.3333328195);
    const vec<float> small = a + a * (s * p), large = 1.f - 2.f / (exp<float>(a + a) + 1.f);
    return copysign<float>(a < 0.625f ? small : large, x);
  }
}

template <class T>
NNFIT_INLINE vec<T> sinh(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_sinh(v); });
  else
    return copysign<T>(in_double(abs<T>(x),
                                 [](vec<double> v) {
                                   const vec<double> e = DoubleExp(v).expm1();
                                   return 0.5 * (e + e / (e + 1.0));
                                 }),
                       x);
}

template <class T>
NNFIT_INLINE vec<T> cosh(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_cosh(v); });
  else
    return in_double(x, [](vec<double> v) {
      const vec<double> e = DoubleExp(v).exp();
      return 0.5 * (e + 1.0 / e);
    });
}

}  // namespace nnfit::NNFIT_ISA::math
