// The mathematical functions, through their elementwise rows: at most 2 units in the last place from the exact value
// over the whole range of the type, C's special values, on every instruction set.
#include "check.h"
#include "core/dtype.h"
#include "kernels/elementwise/elementwise.h"
#include "kernels/kernels.h"

namespace nnfit::test {
namespace {

template <class T>
using Wide = std::conditional_t<std::is_same_v<T, float>, double, long double>;

template <class W>
struct UnaryReference {
  Unary row;
  const char* name;
  W (*f)(W);
  double max_ulps = 2;
};

template <class W>
W erfinv_reference(W x) {
  const W a = std::abs(x);
  if (!(a < 1)) return a == 1 ? x * std::numeric_limits<W>::infinity() : std::numeric_limits<W>::quiet_NaN();
  if (a < W(1e-6)) return x * W(0.886226925452758013649L) * (1 + W(0.261799387799149436539L) * x * x);  // its series
  W low = 0, high = 7;  // bisection: slow, and nothing to get wrong
  for (int i = 0; i < 90; ++i) {
    const W y = (low + high) / 2;
    (a < W(0.5) ? std::erf(y) < a : std::erfc(y) > 1 - a) ? low = y : high = y;
  }
  return std::copysign(low, x);
}

template <class W>
std::vector<UnaryReference<W>> unary_references() {
  return {
      {Unary::exp, "exp", [](W x) { return std::exp(x); }},
      {Unary::exp2, "exp2", [](W x) { return std::exp2(x); }},
      {Unary::expm1, "expm1", [](W x) { return std::expm1(x); }},
      {Unary::log, "log", [](W x) { return std::log(x); }},
      {Unary::log1p, "log1p", [](W x) { return std::log1p(x); }},
      {Unary::log2, "log2", [](W x) { return std::log2(x); }},
      {Unary::log10, "log10", [](W x) { return std::log10(x); }},
      {Unary::sin, "sin", [](W x) { return std::sin(x); }},
      {Unary::cos, "cos", [](W x) { return std::cos(x); }},
      {Unary::tan, "tan", [](W x) { return std::tan(x); }},
      {Unary::arcsin, "arcsin", [](W x) { return std::asin(x); }},
      {Unary::arccos, "arccos", [](W x) { return std::acos(x); }},
      {Unary::arctan, "arctan", [](W x) { return std::atan(x); }},
      {Unary::sinh, "sinh", [](W x) { return std::sinh(x); }},
      {Unary::cosh, "cosh", [](W x) { return std::cosh(x); }},
      {Unary::tanh, "tanh", [](W x) { return std::tanh(x); }},
      {Unary::arcsinh, "arcsinh", [](W x) { return std::asinh(x); }},
      {Unary::arccosh, "arccosh", [](W x) { return std::acosh(x); }},
      {Unary::arctanh, "arctanh", [](W x) { return std::atanh(x); }},
      {Unary::erf, "erf", [](W x) { return std::erf(x); }},
      {Unary::sqrt, "sqrt", [](W x) { return std::sqrt(x); }, 0.5001},
      {Unary::rsqrt, "rsqrt", [](W x) { return 1 / std::sqrt(x); }},
      {Unary::sigmoid, "sigmoid", [](W x) { return 1 / (1 + std::exp(-x)); }},
      {Unary::floor, "floor", [](W x) { return std::floor(x); }, 0},
      {Unary::ceil, "ceil", [](W x) { return std::ceil(x); }, 0},
      {Unary::round, "round", [](W x) { return std::nearbyint(x); }, 0},
      {Unary::trunc, "trunc", [](W x) { return std::trunc(x); }, 0},
  };
}

template <class T>
T from_bits(std::uint64_t bits) {
  if constexpr (sizeof(T) == 4)
    return std::bit_cast<T>(std::uint32_t(bits));
  else
    return std::bit_cast<T>(bits);
}

// Every exponent, both signs, the neighbours of where the functions change: the range in even steps of the bits, an
// even grid around 0, and the special values.
template <class T>
std::vector<T> inputs(std::size_t count) {
  std::vector<T> x;
  const std::uint64_t range = sizeof(T) == 4 ? 0xffffffffu : ~std::uint64_t{0};
  const std::uint64_t step = range / count | 1;
  for (std::size_t i = 0; i < count; ++i) x.push_back(from_bits<T>(i * step & range));
  for (std::size_t i = 0; i < count; ++i) x.push_back(T(20 * (double(i) / double(count) - 0.5)));
  for (std::size_t i = 0; i < count / 4; ++i) x.push_back(T(220 * (double(i) / double(count / 4) - 0.5)));
  for (std::size_t i = 0; i < count / 4; ++i) x.push_back(T(1 + (double(i) / double(count / 4) - 0.5) * 1e-3));
  using L = std::numeric_limits<T>;
  const double edges[] = {0,        0.5,       1,        2,         0.625,    0.34657359, 0.70710678, 1.41421356,
                          88.72283, 88.72284,  87.33655, 103.97208, 103.2789, 709.782712, 745.133219, 9.0,
                          9.010914, 1048576.0, 3e6,      1e10,      0.41421,  2.41421,    5.9604e-8,  127.999,
                          128,      149,       150,      1022,      1075};
  for (const double edge : edges)
    for (T v : {T(edge), std::nextafter(T(edge), T(1e30)), std::nextafter(T(edge), T(-1e30))})
      x.insert(x.end(), {v, T(-v)});
  for (int k = 1; k < 2000; ++k) {
    const T v = T(k * 1.57079632679489661923L);
    x.insert(x.end(), {v, T(-v), std::nextafter(v, T(0))});
  }
  for (const T v : {L::infinity(), L::quiet_NaN(), L::max(), L::min(), L::denorm_min(), L::epsilon()})
    x.insert(x.end(), {v, T(-v)});
  return x;
}

// `got` is right to `max_ulps`, and a zero has the right sign.
template <class T>
bool right(T got, Wide<T> want, double max_ulps, double& worst) {
  const double distance = ulps(got, want);
  worst = std::max(worst, distance);
  return distance <= max_ulps && (T(want) != 0 || got != 0 || std::signbit(got) == std::signbit(want));
}

template <class T>
std::string text(T v) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.17g (%a)", double(v), double(v));
  return buffer;
}

template <class T>
void test_unary(const std::vector<UnaryReference<Wide<T>>>& references, std::size_t count) {
  const std::vector<T> x = inputs<T>(count);
  std::vector<Wide<T>> want(x.size());
  std::vector<T> y(x.size());
  for (const auto& reference : references) {
    for (std::size_t i = 0; i < x.size(); ++i) want[i] = reference.f(Wide<T>(x[i]));
    for (const Kernels& k : available_kernels()) {
      (*k.elementwise)[reference.row][dtype_of<T>](std::int64_t(x.size()), x.data(), y.data());
      double worst = 0;
      int shown = 0;
      for (std::size_t i = 0; i < x.size(); ++i)
        if (!right(y[i], want[i], reference.max_ulps, worst) && shown++ < 3)
          check(false, std::string(k.isa) + " " + reference.name + (sizeof(T) == 4 ? "<float>(" : "<double>(") +
                           text(x[i]) + ") = " + text(y[i]) + ", expected " + text(want[i]));
      check(shown == 0, std::string(k.isa) + " " + reference.name + ": " + std::to_string(shown) + " wrong");
      std::printf("%-9s %-9s %-7s %.3f ulp\n", k.isa, reference.name, sizeof(T) == 4 ? "float" : "double", worst);
    }
  }
}

template <class T>
void test_binary(Binary row, const char* name, Wide<T> (*f)(Wide<T>, Wide<T>), double max_ulps) {
  using L = std::numeric_limits<T>;
  const T special[] = {0,
                       -T(0),
                       1,
                       -1,
                       0.5,
                       -0.5,
                       2,
                       -2,
                       3,
                       -3,
                       T(1e30),
                       -T(1e30),
                       L::infinity(),
                       -L::infinity(),
                       L::max(),
                       L::min(),
                       L::denorm_min(),
                       L::quiet_NaN(),
                       T(16777217),
                       T(1) + L::epsilon(),
                       T(1) - L::epsilon()};
  std::vector<T> a, b;
  for (const T p : special)
    for (const T q : special) a.push_back(p), b.push_back(q);
  Random random(1);
  for (int i = 0; i < 200000; ++i) {
    const double scale = i % 3 == 0 ? 1e-3 : i % 3 == 1 ? 1 : 20;
    a.push_back(T(std::exp(random.uniform(-scale, scale)) * (i % 7 == 0 ? -1 : 1)));
    b.push_back(i % 5 == 0 ? T(random.integer(-30, 30)) : T(random.uniform(-100, 100)));
  }
  std::vector<Wide<T>> want(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) want[i] = f(a[i], b[i]);
  std::vector<T> y(a.size());
  for (const Kernels& k : available_kernels()) {
    (*k.elementwise)[row][dtype_of<T>](std::int64_t(a.size()), a.data(), 1, b.data(), 1, y.data());
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
      if (!right(y[i], want[i], max_ulps, worst))
        check(false, std::string(k.isa) + " " + name + "(" + text(a[i]) + ", " + text(b[i]) + ") = " + text(y[i]) +
                         ", expected " + text(want[i]));
    check(worst <= max_ulps, std::string(k.isa) + " " + name);
    std::printf("%-9s %-9s %-7s %.3f ulp\n", k.isa, name, sizeof(T) == 4 ? "float" : "double", worst);
  }
}

}  // namespace
}  // namespace nnfit::test

int main() {
  using namespace nnfit;
  using namespace nnfit::test;
  test_unary<float>(unary_references<double>(), 400000);
  test_unary<double>(unary_references<long double>(), 40000);
  test_unary<float>({{Unary::erfinv, "erfinv", erfinv_reference<double>}}, 4000);
  test_unary<double>({{Unary::erfinv, "erfinv", erfinv_reference<long double>, 4}}, 2000);
  test_binary<float>(
      Binary::power, "power", [](double a, double b) { return std::pow(a, b); }, 1);
  test_binary<double>(
      Binary::power, "power", [](long double a, long double b) { return std::pow(a, b); }, 2);
  test_binary<float>(
      Binary::arctan2, "arctan2", [](double a, double b) { return std::atan2(a, b); }, 2);
  test_binary<float>(
      Binary::hypot, "hypot", [](double a, double b) { return std::hypot(a, b); }, 1);
  test_binary<double>(
      Binary::hypot, "hypot", [](long double a, long double b) { return std::hypot(a, b); }, 2);
  return finish();
}
