// Every row of the elementwise family on every dtype and instruction set: its values against the reference, then every
// length up to 70, every choice of steps and every way in place, which must give the same values.
#include <algorithm>
#include <functional>

#include "check.h"
#include "core/dtype.h"
#include "elementwise_reference.h"
#include "kernels/kernels.h"

namespace nnfit::test {
namespace {

using Steps = std::vector<std::int64_t>;
using Pointers = std::vector<const void*>;

// A kernel of any number of inputs.
struct Kernel {
  std::string what;
  std::vector<std::size_t> input_sizes;  // of an element
  std::function<void(std::int64_t n, const Pointers& inputs, const Steps& steps, void* y)> call;
};

// n elements of `size` bytes: the first n of p, or its first one n times; one element off any wider alignment.
struct Copy {
  std::vector<unsigned char> bytes;
  const void* data;
  Copy(const void* p, std::size_t size, int n, bool repeat) : bytes((n + 1) * size), data(bytes.data() + size) {
    for (int i = 0; i < n; ++i)
      std::memcpy(bytes.data() + (i + 1) * size, static_cast<const unsigned char*>(p) + (repeat ? 0 : i) * size, size);
  }
};

template <class R>
void check_run(const Kernel& kernel, int n, const Pointers& inputs, const Steps& steps, const R* expected,
               const std::string& how) {
  Guarded<R> y{std::size_t(n)};
  kernel.call(n, inputs, steps, y.data());
  bool equal = y.intact();
  for (int i = 0; i < n; ++i) equal &= same(y[i], expected[i]);
  expect(equal, kernel.what, " n=", n, how);
}

// In place of input j.
template <class R>
void check_in_place(const Kernel& kernel, int n, Pointers inputs, const Steps& steps, std::size_t j,
                    const R* expected) {
  Guarded<R> y{std::size_t(n)};
  if (n) std::memcpy(y.data(), inputs[j], n * sizeof(R));
  inputs[j] = y.data();
  kernel.call(n, inputs, steps, y.data());
  bool equal = y.intact();
  for (int i = 0; i < n; ++i) equal &= same(y[i], expected[i]);
  expect(equal, kernel.what, " n=", n, " in place of input ", j);
}

// Runs from `inputs` at every n and choice of steps. The values expected are those of one element at a time.
template <class R>
void check_runs(const Kernel& kernel, const Pointers& inputs) {
  const std::size_t count = inputs.size();
  const unsigned choices = 1u << count;
  for (unsigned choice = count == 1 ? 1 : 0; choice < choices; ++choice)  // a unary kernel has no step
    for (int n = 0; n <= 70; ++n) {
      Steps steps(count);
      std::vector<Copy> copies;
      Pointers pointers;
      std::ostringstream how;
      how << " steps";
      for (std::size_t j = 0; j < count; ++j) {
        steps[j] = choice >> j & 1;
        copies.emplace_back(inputs[j], kernel.input_sizes[j], steps[j] ? n : std::min(n, 1), false);
        pointers.push_back(copies.back().data);
        how << " " << steps[j];
      }
      Guarded<R> expected{std::size_t(n)};
      for (int i = 0; i < n; ++i) {
        Pointers element;
        for (std::size_t j = 0; j < count; ++j)
          element.push_back(static_cast<const unsigned char*>(pointers[j]) + i * steps[j] * kernel.input_sizes[j]);
        kernel.call(1, element, Steps(count, 1), expected.data() + i);
      }
      check_run<R>(kernel, n, pointers, steps, expected.data(), how.str());
      for (std::size_t j = 0; j < count; ++j)
        if (steps[j] && kernel.input_sizes[j] == sizeof(R))
          check_in_place<R>(kernel, n, pointers, steps, j, expected.data());
    }
}

template <class T>
T random_value(Random& random) {
  if constexpr (std::is_same_v<T, bool>)
    return random.integer(0, 1) != 0;
  else if constexpr (std::is_integral_v<T>)
    return T(random.integer(0, 3) ? random.integer(-9, 9) : random.integer(-2000000000, 2000000000));
  else
    return T(random.uniform(-1, 1) * (random.integer(0, 3) ? 5.0 : 60.0));
}

// The values that the formulas turn at.
template <class T>
std::vector<T> special_values() {
  using L = std::numeric_limits<T>;
  if constexpr (std::is_integral_v<T>)
    return {0, 1, T(-1), 2, T(-2), 31, 32, 63, 64, L::min(), L::max(), T(L::max() - 1)};
  else
    return {0, -T(0), 1, -1, T(0.5), T(-0.5), 2.5, 3, -3, 6, T(1.5), T(1e-20), 30, -30, L::quiet_NaN()};
}

// Special values in all pairs, then random ones.
template <class T>
struct Inputs {
  static constexpr std::size_t kRandom = 1500;
  Guarded<T> a, b, c;
  Inputs() : a(size()), b(size()), c(size()) {
    Random random(7);
    std::size_t i = 0;
    if constexpr (!std::is_same_v<T, bool>)
      for (const T p : special_values<T>())
        for (const T q : special_values<T>()) a[i] = p, b[i] = q, c[i] = random_value<T>(random), ++i;
    for (; i < size(); ++i)
      a[i] = random_value<T>(random), b[i] = random_value<T>(random), c[i] = random_value<T>(random);
  }
  static std::size_t size() {
    if constexpr (std::is_same_v<T, bool>)
      return kRandom;
    else
      return special_values<T>().size() * special_values<T>().size() + kRandom;
  }
};

// How far a row may be off: in units of the last place, or in epsilons of its largest term where terms cancel.
struct Tolerance {
  double ulps, epsilons = 0;
};

Tolerance unary_tolerance(Unary row) {
  switch (row) {
    case Unary::gelu:
    case Unary::gelu_tanh:
    case Unary::mish:
      return {4, 2};
    default:
      return {row >= Unary::exp ? 4 : row == Unary::rsqrt ? 2 : 0.5001};
  }
}

Tolerance binary_tolerance(Binary row) {
  if (row >= Binary::relu_gradient) return {4, 16};
  switch (row) {
    case Binary::leaky_relu:
    case Binary::elu:
      return {4};
    case Binary::power:
    case Binary::arctan2:
    case Binary::hypot:
      return {2};
    case Binary::squared_difference:
      return {3};
    case Binary::logaddexp:
    case Binary::mod:
      return {2, 4};
    default:
      return {0.5001};
  }
}

template <class T>
bool close(T got, Wide<T> want, Tolerance tolerance, double scale) {
  if constexpr (std::is_floating_point_v<T>)
    return ulps<T>(got, want) <= tolerance.ulps ||
           std::abs(double(got - want)) <= tolerance.epsilons * std::numeric_limits<T>::epsilon() * scale;
  else
    return got == T(want);
}

template <class T>
const char* type_name() {
  constexpr const char* names[] = {"bool", "uint8", "int32", "int64", "float32", "float64"};
  return names[int(dtype_of<T>)];
}

template <class T>
std::string title(const Kernels& k, const char* row) {
  std::ostringstream out;
  out << k.isa << " " << row << " " << type_name<T>();
  return out.str();
}

template <class T, class R>
bool value_right(R got, Wide<T> want, Tolerance tolerance, double scale) {
  if constexpr (std::is_same_v<R, bool>)
    return got == (want != 0);
  else
    return close<T>(got, want, tolerance, scale);
}

template <class T, class R>
void test_unary(const Kernels& k, Unary row) {
  const UnaryKernel f = (*k.elementwise)[row][dtype_of<T>];
  const Kernel kernel{title<T>(k, kUnaryRows[int(row)].name),
                      {sizeof(T)},
                      [f](std::int64_t n, const Pointers& in, const Steps&, void* y) { f(n, in[0], y); }};
  Inputs<T> in;
  Guarded<R> y{in.size()};
  kernel.call(in.size(), {in.a.data()}, {1}, y.data());
  for (std::size_t i = 0; i < in.size(); ++i) {
    Wide<T> want = unary_reference(row, Wide<T>(in.a[i]));
    if (std::is_same_v<T, bool> && row == Unary::bitwise_not) want = !in.a[i];
    expect(value_right<T, R>(y[i], want, unary_tolerance(row), std::abs(double(in.a[i]))), kernel.what, " of ",
           +in.a[i], ": ", +y[i], ", expected ", double(want));
  }
  check_runs<R>(kernel, {in.a.data()});
}

template <class T, class R>
void test_binary(const Kernels& k, Binary row) {
  const BinaryKernel f = (*k.elementwise)[row][dtype_of<T>];
  const Kernel kernel{title<T>(k, kBinaryRows[int(row)].name),
                      {sizeof(T), sizeof(T)},
                      [f](std::int64_t n, const Pointers& in, const Steps& steps, void* y) {
                        f(n, in[0], steps[0], in[1], steps[1], y);
                      }};
  Inputs<T> in;
  Guarded<R> y{in.size()};
  kernel.call(in.size(), {in.a.data(), in.b.data()}, {1, 1}, y.data());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const T a = in.a[i], b = in.b[i];
    Wide<T> want;
    if constexpr (std::is_floating_point_v<T>)
      want = binary_reference(row, Wide<T>(a), Wide<T>(b));
    else
      want = binary_reference(row, Wide<T>(a), Wide<T>(b), std::is_same_v<T, bool> ? 1 : int(8 * sizeof(T)));
    const double scale = std::abs(double(a)) + std::abs(double(b));
    expect(value_right<T, R>(y[i], want, binary_tolerance(row), scale), kernel.what, " of ", +a, ", ", +b, ": ", +y[i],
           ", expected ", double(want));
  }
  check_runs<R>(kernel, {in.a.data(), in.b.data()});
}

template <class T>
void test_ternary(const Kernels& k, Ternary row) {
  const TernaryKernel f = (*k.elementwise)[row][dtype_of<T>];
  const Kernel kernel{title<T>(k, kTernaryRows[int(row)].name),
                      {sizeof(T), sizeof(T), sizeof(T)},
                      [f](std::int64_t n, const Pointers& in, const Steps& steps, void* y) {
                        f(n, in[0], steps[0], in[1], steps[1], in[2], steps[2], y);
                      }};
  Inputs<T> in;
  Guarded<T> y{in.size()};
  kernel.call(in.size(), {in.a.data(), in.b.data(), in.c.data()}, {1, 1, 1}, y.data());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const T a = in.a[i], b = in.b[i], c = in.c[i];
    const Wide<T> want = ternary_reference<Wide<T>>(row, a, b, c);
    const double scale = std::abs(double(a) * double(b)) + std::abs(double(c));
    expect(value_right<T, T>(y[i], want, {4, 1}, scale), kernel.what, " of ", +a, ", ", +b, ", ", +c, ": ", +y[i],
           ", expected ", double(want));
  }
  check_runs<T>(kernel, {in.a.data(), in.b.data(), in.c.data()});
}

template <class T>
void test_where(const Kernels& k) {
  const TernaryKernel f = (*k.elementwise->where)[dtype_of<T>];
  const Kernel kernel{title<T>(k, "where"),
                      {1, sizeof(T), sizeof(T)},
                      [f](std::int64_t n, const Pointers& in, const Steps& steps, void* y) {
                        f(n, in[0], steps[0], in[1], steps[1], in[2], steps[2], y);
                      }};
  Inputs<bool> condition;
  Inputs<T> in;
  const std::size_t n = std::min(condition.size(), in.size());
  Guarded<T> y{n};
  kernel.call(n, {condition.a.data(), in.a.data(), in.b.data()}, {1, 1, 1}, y.data());
  for (std::size_t i = 0; i < n; ++i) expect(same(y[i], condition.a[i] ? in.a[i] : in.b[i]), kernel.what, " at ", i);
  check_runs<T>(kernel, {condition.a.data(), in.a.data(), in.b.data()});
}

// Beyond To's range the nearest end, NaN 0; integers wrap.
template <class From, class To>
To cast_reference(From x) {
  if constexpr (std::is_same_v<To, bool>)
    return x != 0;
  else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
    const long double low = std::numeric_limits<To>::min(), high = std::numeric_limits<To>::max();
    return std::isnan(x) ? To(0) : x <= low ? To(low) : x >= high ? std::numeric_limits<To>::max() : To(x);
  } else {
    return static_cast<To>(x);
  }
}

template <class From, class To>
void test_cast(const Kernels& k) {
  const CastKernel f = (*k.elementwise->cast)[dtype_of<From>][dtype_of<To>];
  const Kernel kernel{title<From>(k, "cast") + " to " + type_name<To>(),
                      {sizeof(From)},
                      [f](std::int64_t n, const Pointers& in, const Steps&, void* y) { f(n, in[0], y); }};
  Inputs<From> in;
  if constexpr (std::is_floating_point_v<From>) {
    const double edges[] = {2147483520.0,
                            2147483647.0,
                            2147483648.0,
                            -2147483648.0,
                            -2147483904.0,
                            255.9,
                            256,
                            -0.9,
                            9223371487098961920.0,
                            9223372036854774784.0,
                            9223372036854775808.0,
                            -9223372036854775808.0,
                            1e30,
                            -1e30,
                            INFINITY,
                            -INFINITY};
    std::transform(std::begin(edges), std::end(edges), in.a.data(), [](double edge) { return From(edge); });
  }
  Guarded<To> y{in.size()};
  f(in.size(), in.a.data(), y.data());
  for (std::size_t i = 0; i < in.size(); ++i)
    expect(same(y[i], cast_reference<From, To>(in.a[i])), kernel.what, " of ", +in.a[i], ": ", +y[i]);
  check_runs<To>(kernel, {in.a.data()});
}

template <class T>
void test_fill(const Kernels& k) {
  for (int n = 0; n <= 70; ++n) {
    Guarded<T> y{std::size_t(n)};
    const T value = T(3), step = T(2);
    (*k.elementwise->fill)[dtype_of<T>](n, &value, y.data());
    bool right = y.intact();
    for (int i = 0; i < n; ++i) right &= y[i] == value;
    expect(right, k.isa, " fill ", type_name<T>(), " n=", n);
    if constexpr (!std::is_same_v<T, bool>) {
      (*k.elementwise->iota)[dtype_of<T>](n, 5, &value, &step, y.data());
      right = y.intact();
      for (int i = 0; i < n; ++i) right &= y[i] == T(3 + 2 * (5 + i));
      expect(right, k.isa, " iota ", type_name<T>(), " n=", n);
    }
  }
}

template <class T>
void test_dtype(const Kernels& k) {
  const ElementwiseTable& table = *k.elementwise;
  for (std::size_t i = 0; i < std::size(kUnaryRows); ++i) {
    const bool covered = kUnaryRows[i].dtypes & kBit<T>;
    expect(covered == (table[Unary(i)][dtype_of<T>] != nullptr), title<T>(k, kUnaryRows[i].name), " coverage");
    if (!covered) continue;
    kUnaryRows[i].result == RowResult::bool_ ? test_unary<T, bool>(k, Unary(i)) : test_unary<T, T>(k, Unary(i));
  }
  for (std::size_t i = 0; i < std::size(kBinaryRows); ++i) {
    const bool covered = kBinaryRows[i].dtypes & kBit<T>;
    expect(covered == (table[Binary(i)][dtype_of<T>] != nullptr), title<T>(k, kBinaryRows[i].name), " coverage");
    if (!covered) continue;
    kBinaryRows[i].result == RowResult::bool_ ? test_binary<T, bool>(k, Binary(i)) : test_binary<T, T>(k, Binary(i));
  }
  for (std::size_t i = 0; i < std::size(kTernaryRows); ++i) {
    const bool covered = kTernaryRows[i].dtypes & kBit<T>;
    expect(covered == (table[Ternary(i)][dtype_of<T>] != nullptr), title<T>(k, kTernaryRows[i].name), " coverage");
    if (covered) test_ternary<T>(k, Ternary(i));
  }
  test_where<T>(k);
  test_fill<T>(k);
#define NNFIT_TEST_CAST(name, type) test_cast<T, type>(k);
  NNFIT_FOR_EACH_DTYPE(NNFIT_TEST_CAST)
#undef NNFIT_TEST_CAST
}

}  // namespace
}  // namespace nnfit::test

int main() {
  for (const nnfit::Kernels& k : nnfit::available_kernels()) {
#define NNFIT_TEST_DTYPE(name, type) nnfit::test::test_dtype<type>(k);
    NNFIT_FOR_EACH_DTYPE(NNFIT_TEST_DTYPE)
#undef NNFIT_TEST_DTYPE
  }
  return nnfit::test::finish();
}
