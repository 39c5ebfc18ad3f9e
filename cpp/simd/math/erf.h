// erf, its inverse, and the normal distribution function. At most 2 ulp.
#pragma once

#include "simd/math/exp.h"
#include "simd/math/log.h"

namespace nnfit::NNFIT_ISA::math {

// erfc(z) for z >= 0, for float functions by double arithmetic: exp(-z^2)/(1 + 2z) times a polynomial in
// t = (z - 3)/(z + 3) (after Shepherd and Laframboise, 1981), relative error below 2^-33 up to z = 11 and 0 from there
// on in float.
NNFIT_INLINE vec<double> double_erfc(vec<double> z, vec<double> exp_minus_square) {
  z = min<double>(z, splat<double>(11));
  const vec<double> t = (z - 3.0) / (z + 3.0);
  const vec<double> p = polynomial<double>(
      t, 0.0000319840823682864226, 0.000123393656445463126, -0.00012927758092332239, -0.000788852147493661351,
      0.00189636926529940426, 0.00253376558476294582, -0.02377157787083936, 0.0683072461942719882,
      -0.119273600588827545, 0.129645213751958996, -0.0475622957985634643, -0.135621107203800519, 1.25300805827830924);
  return exp_minus_square / (1.0 + 2.0 * z) * p;
}

template <class T>
NNFIT_INLINE vec<T> erf(vec<T> x) {
  if constexpr (sizeof(T) == 8)
    return lanes<T>(x, [](T v) { return __builtin_erf(v); });
  else
    return copysign<T>(in_double(abs<T>(x),
                                 [](vec<double> v) {
                                   const vec<double> z = v * v;
                                   const vec<double> small =
                                       v * polynomial<double>(z, 1.05629681919906129e-6, -0.0000138986966942694564,
                                                              0.000119548181240602946, -0.000854248889339786684,
                                                              0.00522377640325890455, -0.0268661314078881467,
                                                              0.112837912853436799, -0.376126388885011497,
                                                              1.12837916709458503);
                                   return v < 1.0 ? small : 1.0 - double_erfc(v, DoubleExp(-z).exp());
                                 }),
                       x);
}

// The distribution function of the standard normal and its density, from one exponential.
struct DoubleNormal {
  vec<double> distribution, density;

  NNFIT_INLINE explicit DoubleNormal(vec<double> x) {
    const vec<double> a = abs<double>(x), e = DoubleExp(-0.5 * x * x).exp();
    const vec<double> tail = 0.5 * double_erfc(a * 0x1.6a09e667f3bcdp-1, e);
    distribution = x > 0.0 ? 1.0 - tail : tail;
    density = e * 0.39894228040143267794;
  }
};

// The inverse of erf at a double: a starting point (Winitzki, 2008), then Halley's iteration on erf, or on erfc in the
// tail, where 1 - |x| is exact and erf would be flat.
inline double scalar_erfinv(double x) {
  const double a = __builtin_fabs(x);
  if (!(a < 1)) return a == 1 ? x * infinity<double> : nan<double>;
  if (a < 1e-150) return x * 0.88622692545275801365;
  constexpr double c = 0.147, pi = 0x1.921fb54442d18p1;
  const double l = __builtin_log1p(-a * a), h = 2 / (pi * c) + 0.5 * l;
  double y = a < 0.1 ? a * 0.88622692545275801365 : __builtin_sqrt(__builtin_sqrt(h * h - l / c) - h);
  for (int i = 0; i < 4; ++i) {
    const double residual = a < 0.5 ? __builtin_erf(y) - a : (1 - a) - __builtin_erfc(y);
    const double step = residual / (1.12837916709551257390 * __builtin_exp(-y * y));
    y -= step / (1 + y * step);
  }
  return __builtin_copysign(y, x);
}

// Giles (2010): a polynomial in w = -log(1 - x^2), in sqrt(w) where w is large.
template <class T>
NNFIT_INLINE vec<T> erfinv(vec<T> x) {
  if constexpr (sizeof(T) == 8) {
    return lanes<T>(x, [](T v) { return scalar_erfinv(v); });
  } else {
    return in_double(x, [](vec<double> v) {
      const vec<double> w = -double_log1p(-v * v), r = sqrt<double>(w);
      const vec<double> central = polynomial<double>(
          w - 2.5, 1.22457875980612943e-10, 4.36172864181385114e-10, -1.0844766665361169e-8, 1.64706758848556298e-8,
          4.78586063048251642e-7, -3.42608593934510442e-6, -4.99572575751206909e-6, 0.000218263722894978454,
          -0.00125270825007145371, -0.00417732476621427632, 0.246640276834200686, 1.50140935170893762);
      const vec<double> tail =
          polynomial<double>(r - 3.0, 9.61501814999019307e-6, -0.0000254504735148737173, -0.0000285367940737906323,
                             0.000202142411089468233, -0.000294440473980726829, -0.000145584808436868564,
                             0.00148728360591545253, -0.00355981284617825333, 0.00568464662007090261,
                             -0.00764368955125699758, 0.00944555357129308813, 1.0016752732431302, 2.8329767984094366);
      const vec<double> y = v * (w < 5.0 ? central : tail);
      const vec<double> a = abs<double>(v);
      return a < 1.0 ? y : a == 1.0 ? v * infinity<double> : splat<double>(nan<double>);
    });
  }
}

}  // namespace nnfit::NNFIT_ISA::math
