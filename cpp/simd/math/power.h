// x^y, with the special cases of C's pow. At most 1 ulp in float.
#pragma once

#include "simd/math/exp.h"
#include "simd/math/log.h"
#include "simd/math/round.h"

namespace nnfit::NNFIT_ISA::math {

template <class T>
NNFIT_INLINE vec<T> pow(vec<T> x, vec<T> y) {
  if constexpr (sizeof(T) == 8) {
    return lanes<T>(x, y, [](T a, T b) { return __builtin_pow(a, b); });
  } else {
    return in_double(x, y, [](vec<double> a, vec<double> b) {
      using I = ivec<double>;
      const vec<double> magnitude = abs<double>(a);
      const vec<double> product = b * double_log(magnitude);
      // b = 0 or |a| = 1 make 0 * inf of an infinite other: the power is 1.
      const I one = (I)(b == 0.0) | (I)(magnitude == 1.0);
      const I integral = round<double>(b) == b, odd = integral & (I)(round<double>(0.5 * b) != 0.5 * b);
      const vec<double> power = DoubleExp(one ? splat<double>(0) : product).exp();
      const vec<double> signed_power = (vec<double>)((I)power ^ (odd & sign_bit<double>(a)));
      const I invalid = ((I)(a < 0.0) & (I)(magnitude < infinity<double>)&~integral) | ((I)(a != a) & (I)(b != 0.0)) |
                        ((I)(b != b) & (I)(a != 1.0));
      return invalid ? splat<double>(nan<double>) : signed_power;
    });
  }
}

}  // namespace nnfit::NNFIT_ISA::math
