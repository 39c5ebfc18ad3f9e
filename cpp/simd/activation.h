// Activation functions of a vector and what their gradients multiply dy by, for the elementwise kernels and for the
// epilogues of others. Formulas: Keras's; see kernels/elementwise/elementwise.inc.
#pragma once

#include "simd/math.h"

namespace nnfit::NNFIT_ISA::activation {

inline constexpr double kSeluScale = 1.0507009873554804934193349852946;
inline constexpr double kSeluAlpha = 1.6732632423543772848170429916717;

template <class T>
NNFIT_INLINE vec<T> relu(vec<T> x) {
  return x < T(0) ? vec<T>{} : x;
}

template <class T>
NNFIT_INLINE vec<T> relu6(vec<T> x) {
  const vec<T> y = relu<T>(x);
  return y > T(6) ? splat<T>(6) : y;
}

template <class T>
NNFIT_INLINE vec<T> hard_sigmoid(vec<T> x) {
  return relu6<T>(x + T(3)) / T(6);
}

template <class T>
NNFIT_INLINE vec<T> elu(vec<T> x, vec<T> alpha) {
  return x > T(0) ? x : alpha * math::expm1<T>(x);
}

template <class T>
NNFIT_INLINE vec<T> selu(vec<T> x) {
  return T(kSeluScale) * elu<T>(x, splat<T>(T(kSeluAlpha)));
}

// log(1 + exp(x)) by the exponential that cannot overflow.
template <class T>
NNFIT_INLINE vec<T> softplus(vec<T> x) {
  return relu<T>(x) + math::log1p<T>(math::exp<T>(-math::abs<T>(x)));
}

template <class T>
NNFIT_INLINE vec<T> silu(vec<T> x) {
  return x * math::sigmoid<T>(x);
}

template <class T>
NNFIT_INLINE vec<T> silu_slope(vec<T> x) {
  const vec<T> s = math::sigmoid<T>(x);
  return s + x * s * (T(1) - s);
}

// Below -40 the distribution function is 0 in either precision; the bound keeps -inf * 0 away.
template <class T>
NNFIT_INLINE vec<T> gelu(vec<T> x) {
  x = x < T(-40) ? splat<T>(-40) : x;
  if constexpr (sizeof(T) == 4)
    return math::in_double(x, [](vec<double> v) { return v * math::DoubleNormal(v).distribution; });
  else
    return math::lanes<T>(x, [](T v) { return 0.5 * v * __builtin_erfc(v * -0x1.6a09e667f3bcdp-1); });
}

template <class T>
NNFIT_INLINE vec<T> gelu_slope(vec<T> x) {
  x = x < T(-40) ? splat<T>(-40) : x > T(40) ? splat<T>(40) : x;
  if constexpr (sizeof(T) == 4)
    return math::in_double(x, [](vec<double> v) {
      const math::DoubleNormal normal(v);
      return normal.distribution + v * normal.density;
    });
  else
    return math::lanes<T>(x, [](T v) {
      return 0.5 * __builtin_erfc(v * -0x1.6a09e667f3bcdp-1) + v * 0.39894228040143267794 * __builtin_exp(-0.5 * v * v);
    });
}

// (1 + tanh(u)) / 2 = sigmoid(2u)
template <class T>
NNFIT_INLINE vec<T> gelu_tanh_gate(vec<T> x) {
  return math::sigmoid<T>(T(1.5957691216057307117) * (x + T(0.044715) * x * x * x));
}

template <class T>
NNFIT_INLINE vec<T> gelu_tanh(vec<T> x) {
  x = x < T(-40) ? splat<T>(-40) : x;
  return x * gelu_tanh_gate<T>(x);
}

template <class T>
NNFIT_INLINE vec<T> gelu_tanh_slope(vec<T> x) {
  x = x < T(-40) ? splat<T>(-40) : x > T(40) ? splat<T>(40) : x;
  const vec<T> s = gelu_tanh_gate<T>(x);
  return s + x * s * (T(1) - s) * T(1.5957691216057307117) * (T(1) + T(3 * 0.044715) * x * x);
}

// With w = exp(x): tanh(log(1 + w)) = w (w + 2) / (w (w + 2) + 2). From x = 20 on that is 1 in float, from 40 in
// double.
template <class T>
NNFIT_INLINE vec<T> mish(vec<T> x) {
  const vec<T> w = math::exp<T>(x > T(40) ? splat<T>(40) : x), n = w * (w + T(2));
  return x * (n / (n + T(2)));
}

template <class T>
NNFIT_INLINE vec<T> mish_slope(vec<T> x) {
  const vec<T> bounded = x > T(20) ? splat<T>(20) : x;
  const vec<T> w = math::exp<T>(bounded), n = w * (w + T(2)), d = n + T(2);
  return n / d + bounded * w * T(4) * (T(1) + w) / (d * d);
}

template <class T>
NNFIT_INLINE vec<T> softsign_slope(vec<T> x) {
  const vec<T> d = T(1) + math::abs<T>(x);
  return T(1) / (d * d);
}

template <class T>
NNFIT_INLINE vec<T> hard_sigmoid_slope(vec<T> x) {
  const vec<T> a = math::abs<T>(x);
  return a < T(3) ? splat<T>(T(1) / T(6)) : vec<T>{};
}

template <class T>
NNFIT_INLINE vec<T> hard_silu_slope(vec<T> x) {
  const vec<T> inside = (x + x + T(3)) / T(6);
  return x <= T(-3) ? vec<T>{} : x >= T(3) ? splat<T>(1) : inside;
}

}  // namespace nnfit::NNFIT_ISA::activation
