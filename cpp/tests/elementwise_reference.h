// What each row of elementwise.inc means, in plain arithmetic of a wider type. The switches name every row, so a row
// without a reference does not compile.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "kernels/elementwise/elementwise.h"

namespace nnfit::test {

// The type that a reference of T computes in.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, float>, double,
                                std::conditional_t<std::is_same_v<T, double>, long double, __int128>>;

template <class W>
W sigmoid(W x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}

template <class W>
W normal_cdf(W x) {
  return std::erfc(-x / std::sqrt(W(2))) / 2;
}

template <class W>
W normal_density(W x) {
  return std::exp(-x * x / 2) / std::sqrt(2 * W(3.14159265358979323846264L));
}

template <class W>
W softplus(W x) {
  return (x > 0 ? x : 0) + std::log1p(std::exp(-std::abs(x)));
}

template <class W>
W clamp(W x, W low, W high) {
  return x < low ? low : x > high ? high : x;
}

inline constexpr long double kSelu = 1.0507009873554804934193349852946L, kSeluA = 1.6732632423543772848170429916717L;

template <class W>
W gelu_tanh_argument(W x) {  // u, where gelu_tanh is x sigmoid(2u)
  return std::sqrt(2 / W(3.14159265358979323846264L)) * (x + W(0.044715L) * x * x * x);
}

template <class W>
W unary_reference(Unary row, W x) {
  switch (row) {
    case Unary::negative:
      return -x;
    case Unary::abs:
      return std::abs(x);
    case Unary::sign:
      return std::isnan(x) ? x : W((x > 0) - (x < 0));
    case Unary::square:
      return x * x;
    case Unary::reciprocal:
      return 1 / x;
    case Unary::sqrt:
      return std::sqrt(x);
    case Unary::rsqrt:
      return 1 / std::sqrt(x);
    case Unary::floor:
      return std::floor(x);
    case Unary::ceil:
      return std::ceil(x);
    case Unary::round:
      return std::nearbyint(x);
    case Unary::trunc:
      return std::trunc(x);
    case Unary::bitwise_not:
      return std::numeric_limits<W>::quiet_NaN();  // not of floats
    case Unary::logical_not:
      return x == 0;
    case Unary::isnan:
      return std::isnan(x);
    case Unary::isinf:
      return std::isinf(x);
    case Unary::isfinite:
      return std::isfinite(x);
    case Unary::exp:
      return std::exp(x);
    case Unary::exp2:
      return std::exp2(x);
    case Unary::expm1:
      return std::expm1(x);
    case Unary::log:
      return std::log(x);
    case Unary::log1p:
      return std::log1p(x);
    case Unary::log2:
      return std::log2(x);
    case Unary::log10:
      return std::log10(x);
    case Unary::erf:
      return std::erf(x);
    case Unary::erfinv: {  // Newton from below, where erf is concave
      if (!(std::abs(x) < 1)) return std::abs(x) == 1 ? x * std::numeric_limits<W>::infinity() : std::sqrt(W(-1));
      W y = 0;
      for (int i = 0; i < 60; ++i) y += (std::abs(x) - std::erf(y)) * std::exp(y * y) * W(0.8862269254527580136L);
      return std::copysign(y, x);
    }
    case Unary::sin:
      return std::sin(x);
    case Unary::cos:
      return std::cos(x);
    case Unary::tan:
      return std::tan(x);
    case Unary::arcsin:
      return std::asin(x);
    case Unary::arccos:
      return std::acos(x);
    case Unary::arctan:
      return std::atan(x);
    case Unary::sinh:
      return std::sinh(x);
    case Unary::cosh:
      return std::cosh(x);
    case Unary::tanh:
      return std::tanh(x);
    case Unary::arcsinh:
      return std::asinh(x);
    case Unary::arccosh:
      return std::acosh(x);
    case Unary::arctanh:
      return std::atanh(x);
    case Unary::sigmoid:
      return sigmoid(x);
    case Unary::relu:
      return x < 0 ? 0 : x;
    case Unary::relu6:
      return clamp<W>(x, 0, 6);
    case Unary::selu:
      return W(kSelu) * (x > 0 ? x : W(kSeluA) * std::expm1(x));
    case Unary::gelu:
      return x * normal_cdf(x);
    case Unary::gelu_tanh:
      return x * sigmoid(2 * gelu_tanh_argument(x));
    case Unary::silu:
      return x * sigmoid(x);
    case Unary::mish:
      return x * std::tanh(softplus(x));
    case Unary::softplus:
      return softplus(x);
    case Unary::softsign:
      return x / (1 + std::abs(x));
    case Unary::log_sigmoid:
      return -softplus(-x);
    case Unary::hard_sigmoid:
      return clamp<W>(x + 3, 0, 6) / 6;
    case Unary::hard_silu:
      return x * clamp<W>(x + 3, 0, 6) / 6;
  }
  return 0;
}

// Of integers, exactly; the caller wraps.
inline __int128 unary_reference(Unary row, __int128 x) {
  switch (row) {
    case Unary::negative:
      return -x;
    case Unary::abs:
      return x < 0 ? -x : x;
    case Unary::sign:
      return (x > 0) - (x < 0);
    case Unary::square:
      return x * x;
    case Unary::bitwise_not:
      return -x - 1;
    case Unary::logical_not:
      return x == 0;
    case Unary::isfinite:
      return 1;
    case Unary::relu:
      return x < 0 ? 0 : x;
    default:
      return 0;  // isnan, isinf
  }
}

template <class W>
W gradient_reference(Binary row, W dy, W v) {
  switch (row) {
    case Binary::relu_gradient:
      return v > 0 ? dy : 0;
    case Binary::relu6_gradient:
      return v > 0 && v < 6 ? dy : 0;
    case Binary::sigmoid_gradient:
      return dy * v * (1 - v);
    case Binary::tanh_gradient:
      return dy * (1 - v * v);
    case Binary::selu_gradient:
      return dy * (v > 0 ? W(kSelu) : v + W(kSelu * kSeluA));
    case Binary::sqrt_gradient:
      return dy / (2 * v);
    case Binary::rsqrt_gradient:
      return -dy * v * v * v / 2;
    case Binary::reciprocal_gradient:
      return -dy * v * v;
    case Binary::gelu_gradient:
      return dy * (normal_cdf(v) + v * normal_density(v));
    case Binary::gelu_tanh_gradient: {
      const W s = sigmoid(2 * gelu_tanh_argument(v)), c = sigmoid(-2 * gelu_tanh_argument(v));
      const W slope = 2 * std::sqrt(2 / W(3.14159265358979323846264L)) * (1 + 3 * W(0.044715L) * v * v);
      return dy * (s + v * s * c * slope);
    }
    case Binary::silu_gradient:
      return dy * (sigmoid(v) + v * sigmoid(v) * sigmoid(-v));
    case Binary::mish_gradient: {
      const W t = std::tanh(softplus(v)), c = std::cosh(softplus(v));
      return dy * (t + v * sigmoid(v) / (c * c));
    }
    case Binary::softplus_gradient:
      return dy * sigmoid(v);
    case Binary::softsign_gradient:
      return dy / ((1 + std::abs(v)) * (1 + std::abs(v)));
    case Binary::log_sigmoid_gradient:
      return dy * sigmoid(-v);
    case Binary::hard_sigmoid_gradient:
      return dy * (std::abs(v) < 3 ? W(1) / 6 : 0);
    case Binary::hard_silu_gradient:
      return dy * (v <= -3 ? 0 : v >= 3 ? 1 : (2 * v + 3) / 6);
    default:
      return std::numeric_limits<W>::quiet_NaN();
  }
}

template <class W>
W binary_reference(Binary row, W a, W b) {
  const bool nan = std::isnan(a) || std::isnan(b);
  switch (row) {
    case Binary::add:
      return a + b;
    case Binary::subtract:
      return a - b;
    case Binary::multiply:
      return a * b;
    case Binary::divide:
      return a / b;
    case Binary::divide_no_nan:
      return b == 0 ? 0 : a / b;
    case Binary::maximum:
      return nan ? a + b : a > b ? a : b;
    case Binary::minimum:
      return nan ? a + b : a < b ? a : b;
    case Binary::squared_difference:
      return (a - b) * (a - b);
    case Binary::floor_divide:
      return b == 0 ? a / b
                    : std::floor((a - std::fmod(a, b)) / b +
                                 (std::fmod(a, b) != 0 && (a < 0) != (b < 0) ? W(-0.5) : W(0.25)));
    case Binary::mod: {
      const W r = std::fmod(a, b);
      return r != 0 && (r < 0) != (b < 0) ? r + b : r;
    }
    case Binary::power:
      return std::pow(a, b);
    case Binary::arctan2:
      return std::atan2(a, b);
    case Binary::logaddexp:
      return a == b ? a + std::log(W(2)) : std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
    case Binary::hypot:
      return std::hypot(a, b);
    case Binary::equal:
      return a == b;
    case Binary::not_equal:
      return a != b;
    case Binary::less:
      return a < b;
    case Binary::less_equal:
      return a <= b;
    case Binary::greater:
      return a > b;
    case Binary::greater_equal:
      return a >= b;
    case Binary::logical_and:
      return a != 0 && b != 0;
    case Binary::logical_or:
      return a != 0 || b != 0;
    case Binary::logical_xor:
      return (a != 0) != (b != 0);
    case Binary::bitwise_and:
    case Binary::bitwise_or:
    case Binary::bitwise_xor:
    case Binary::left_shift:
    case Binary::right_shift:
      return std::numeric_limits<W>::quiet_NaN();  // not of floats
    case Binary::leaky_relu:
      return a > 0 ? a : b * a;
    case Binary::elu:
      return a > 0 ? a : b * std::expm1(a);
    case Binary::relu_gradient:
    case Binary::relu6_gradient:
    case Binary::sigmoid_gradient:
    case Binary::tanh_gradient:
    case Binary::selu_gradient:
    case Binary::sqrt_gradient:
    case Binary::rsqrt_gradient:
    case Binary::reciprocal_gradient:
    case Binary::gelu_gradient:
    case Binary::gelu_tanh_gradient:
    case Binary::silu_gradient:
    case Binary::mish_gradient:
    case Binary::softplus_gradient:
    case Binary::softsign_gradient:
    case Binary::log_sigmoid_gradient:
    case Binary::hard_sigmoid_gradient:
    case Binary::hard_silu_gradient:
      return gradient_reference(row, a, b);
  }
  return 0;
}

// a^b modulo 2^64.
inline std::uint64_t wrapped_power(std::uint64_t a, __int128 b) {
  return b == 0 ? 1 : wrapped_power(a * a, b / 2) * (b % 2 ? a : 1);
}

inline __int128 integer_power(__int128 a, __int128 b) {
  if (b < 0) return a == 1 ? 1 : a == -1 ? (b % 2 ? -1 : 1) : 0;
  return static_cast<std::int64_t>(wrapped_power(static_cast<std::uint64_t>(a), b));
}

// Of integers and bools of `bits` bits, exactly; the caller wraps.
inline __int128 binary_reference(Binary row, __int128 a, __int128 b, int bits) {
  const bool floored = b != 0 && a % b != 0 && (a < 0) != (b < 0);
  switch (row) {
    case Binary::add:
      return bits == 1 ? a | b : a + b;
    case Binary::subtract:
      return a - b;
    case Binary::multiply:
      return a * b;
    case Binary::maximum:
      return a > b ? a : b;
    case Binary::minimum:
      return a < b ? a : b;
    case Binary::squared_difference: {
      const auto d = static_cast<std::uint64_t>(a - b);
      return static_cast<std::int64_t>(d * d);
    }
    case Binary::floor_divide:
      return b == 0 ? 0 : a / b - floored;
    case Binary::mod:
      return b == 0 ? 0 : a % b + (floored ? b : 0);
    case Binary::power:
      return integer_power(a, b);
    case Binary::equal:
      return a == b;
    case Binary::not_equal:
      return a != b;
    case Binary::less:
      return a < b;
    case Binary::less_equal:
      return a <= b;
    case Binary::greater:
      return a > b;
    case Binary::greater_equal:
      return a >= b;
    case Binary::logical_and:
      return a != 0 && b != 0;
    case Binary::logical_or:
      return a != 0 || b != 0;
    case Binary::logical_xor:
      return (a != 0) != (b != 0);
    case Binary::bitwise_and:
      return a & b;
    case Binary::bitwise_or:
      return a | b;
    case Binary::bitwise_xor:
      return a ^ b;
    case Binary::left_shift:
      return b < 0 || b >= bits ? 0 : a << b;
    case Binary::right_shift:
      return b < 0 || b >= bits ? (a < 0 ? -1 : 0) : a >> b;
    default:
      return 0;
  }
}

template <class W>
W ternary_reference(Ternary row, W a, W b, W c) {
  switch (row) {
    case Ternary::clip: {
      if (a != a || b != b || c != c) return a + b + c;
      const W raised = a > b ? a : b;
      return raised < c ? raised : c;
    }
    case Ternary::multiply_add:
      return a * b + c;
    case Ternary::leaky_relu_gradient:
      return b > 0 ? a : c * a;
    case Ternary::elu_gradient:
      if constexpr (std::is_floating_point_v<W>) return b > 0 ? a : c * std::exp(b) * a;
  }
  return 0;
}

}  // namespace nnfit::test
