// Softmax and the cross-entropies against their definitions in long double.
#include "kernels/softmax/softmax.h"

#include <algorithm>
#include <functional>

#include "kernels/kernels.h"
#include "tests/check.h"

using namespace nnfit;
using namespace nnfit::test;

namespace {

using Real = long double;
using Reals = std::vector<Real>;

// Rows of the lengths around those at which a kernel changes its way, on every instruction set.
const std::int64_t kLengths[] = {1, 2, 3, 4, 7, 8, 9, 10, 15, 16, 17, 31, 33, 48, 63, 64, 65, 100, 1000};
constexpr std::int64_t kRows = 19;

template <class T>
std::vector<T> random_array(std::int64_t n, std::uint32_t seed, double low, double high) {
  Random random(seed);
  std::vector<T> x;
  for (std::int64_t i = 0; i < n; ++i) x.push_back(T(random.uniform(low, high)));
  return x;
}

template <class T>
Real log_sum_exp(const T* x, std::int64_t n, std::int64_t stride = 1) {
  Real m = x[0], sum = 0;
  for (std::int64_t j = 0; j < n; ++j) m = std::max<Real>(m, x[j * stride]);
  for (std::int64_t j = 0; j < n; ++j) sum += std::exp(Real(x[j * stride]) - m);
  return m + std::log(sum);
}

// Compares to a tolerance in units of T, relative and absolute; `scale` is the size that rounding errors are made at.
template <class T>
void check_array(const std::string& what, const Guarded<T>& got, const Reals& want, double scale = 4) {
  const double tolerance =
      32 * std::numeric_limits<T>::epsilon();  // logits differ by up to 40, rounded to half of that
  bool ok = got.intact();
  for (std::size_t i = 0; i < want.size(); ++i)
    ok &= near(const_cast<Guarded<T>&>(got)[i], double(want[i]), tolerance, tolerance * scale);
  check(ok, what + " " + (sizeof(T) == 4 ? "float32" : "float64"));
}

template <class T>
void fill(Guarded<T>& to, const std::vector<T>& from) {
  std::copy(from.begin(), from.end(), to.data());
}

// Runs kernel(inputs..., output) with an output of its own, and written over each input.
template <class T>
void check_in_place(const std::string& what, std::vector<std::vector<T>> inputs, const Reals& want, double scale,
                    const std::function<void(std::vector<const T*>, T*)>& kernel) {
  for (int over = -1; over < int(inputs.size()); ++over) {
    Guarded<T> out(want.size());
    std::vector<const T*> pointers;
    for (const auto& input : inputs) pointers.push_back(input.data());
    if (over >= 0) {
      fill(out, inputs[over]);
      pointers[over] = out.data();
    }
    kernel(pointers, out.data());
    check_array(what + (over < 0 ? "" : " over input " + std::to_string(over)), out, want, scale);
  }
}

template <class T>
void test_rows(const SoftmaxTable& table, DType dtype) {
  for (const std::int64_t n : kLengths) {
    const auto x = random_array<T>(kRows * n, 1, -20, 20), d = random_array<T>(kRows * n, 2, -2, 2);
    Reals p, log_p, dx, dlog;
    for (std::int64_t r = 0; r < kRows; ++r) {
      const Real lse = log_sum_exp(&x[r * n], n);
      Real dot = 0, sum = 0;
      for (std::int64_t i = r * n; i < (r + 1) * n; ++i) {
        log_p.push_back(x[i] - lse);
        p.push_back(std::exp(x[i] - lse));
        dot += p[i] * d[i];
        sum += d[i];
      }
      for (std::int64_t i = r * n; i < (r + 1) * n; ++i) {
        dx.push_back(p[i] * (d[i] - dot));
        dlog.push_back(d[i] - p[i] * sum);
      }
    }
    const std::string of = " of " + std::to_string(n);
    const std::vector<T> y(p.begin(), p.end()), log_y(log_p.begin(), log_p.end());
    check_in_place<T>("softmax" + of, {x}, p, 0, [&](auto in, T* out) {  // small probabilities to relative accuracy
      table.softmax[dtype](kRows, n, in[0], out);
    });
    check_in_place<T>("log_softmax" + of, {x}, log_p, 4,
                      [&](auto in, T* out) { table.log_softmax[dtype](kRows, n, in[0], out); });
    check_in_place<T>("softmax_gradient" + of, {y, d}, dx, 1,
                      [&](auto in, T* out) { table.softmax_gradient[dtype](kRows, n, in[0], in[1], out); });
    check_in_place<T>("log_softmax_gradient" + of, {log_y, d}, dlog, double(n),
                      [&](auto in, T* out) { table.log_softmax_gradient[dtype](kRows, n, in[0], in[1], out); });
  }
}

// By columns, of a slab with more columns than are asked for: the others stay.
template <class T>
void test_columns(const SoftmaxTable& table, DType dtype) {
  for (const std::int64_t n : {1, 2, 10, 33})
    for (const std::int64_t columns : {1, 3, 8, 16, 21}) {
      const std::int64_t stride = columns + 2;
      const auto x = random_array<T>(n * stride, 3, -20, 20), d = random_array<T>(n * stride, 4, -2, 2);
      Reals p(x.begin(), x.end()), log_p = p, dx(d.begin(), d.end()), dlog = dx;
      for (std::int64_t c = 0; c < columns; ++c) {
        const Real lse = log_sum_exp(&x[c], n, stride);
        Real dot = 0, sum = 0;
        for (std::int64_t i = c; i < n * stride; i += stride) {
          log_p[i] = x[i] - lse;
          p[i] = std::exp(log_p[i]);
          dot += p[i] * d[i];
          sum += d[i];
        }
        for (std::int64_t i = c; i < n * stride; i += stride) {
          dx[i] = p[i] * (d[i] - dot);
          dlog[i] = d[i] - p[i] * sum;
        }
      }
      // The outputs start as the values that columns outside must keep.
      Guarded<T> a(n * stride), b(n * stride), c(n * stride), e(n * stride);
      fill(a, x), fill(b, x), fill(c, d), fill(e, d);
      const std::vector<T> y(p.begin(), p.end()), log_y(log_p.begin(), log_p.end());
      table.softmax_columns[dtype](n, columns, stride, a.data(), a.data());
      table.log_softmax_columns[dtype](n, columns, stride, x.data(), b.data());
      table.softmax_gradient_columns[dtype](n, columns, stride, y.data(), d.data(), c.data());
      table.log_softmax_gradient_columns[dtype](n, columns, stride, log_y.data(), e.data(), e.data());
      check_array("softmax_columns", a, p, 0);
      check_array("log_softmax_columns", b, log_p);
      check_array("softmax_gradient_columns", c, dx, 1);
      check_array("log_softmax_gradient_columns", e, dlog, double(n));
    }
}

template <class T>
void test_sparse_cross_entropy(const SoftmaxTable& table, DType dtype) {
  for (const std::int64_t n : kLengths) {
    const auto x = random_array<T>(kRows * n, 5, -20, 20), dloss = random_array<T>(kRows, 6, -2, 2);
    std::vector<std::int32_t> classes;
    Random random(7);
    Reals loss, dx;
    for (std::int64_t r = 0; r < kRows; ++r) {
      classes.push_back(r % 5 == 3 ? -1 : std::int32_t(random.integer(0, n - 1)));
      const Real lse = log_sum_exp(&x[r * n], n);
      loss.push_back(classes[r] < 0 ? 0 : lse - x[r * n + classes[r]]);
      for (std::int64_t j = 0; j < n; ++j) {
        const Real p = std::exp(x[r * n + j] - lse);
        dx.push_back(classes[r] < 0 ? 0 : (p - (j == classes[r])) * dloss[r]);
      }
    }
    const std::string of = " of " + std::to_string(n);
    Guarded<T> losses(kRows);
    table.sparse_cross_entropy[dtype](kRows, n, x.data(), classes.data(), losses.data());
    check_array("sparse_cross_entropy" + of, losses, loss);
    check_in_place<T>("sparse_cross_entropy_gradient" + of, {x}, dx, 1, [&](auto in, T* out) {
      table.sparse_cross_entropy_gradient[dtype](kRows, n, in[0], classes.data(), dloss.data(), out);
    });
  }
}

// Every third row's class has either next to nothing or next to all of the row; the bounds lie far from the others.
template <class T>
void test_sparse_cross_entropy_of_probabilities(const SoftmaxTable& table, DType dtype) {
  constexpr double epsilon = 1e-5;
  for (const std::int64_t n : kLengths) {
    auto p = random_array<T>(kRows * n, 14, 0.25, 4);
    const auto dloss = random_array<T>(kRows, 15, -2, 2);
    std::vector<std::int32_t> classes;
    Random random(16);
    Reals loss, dx;
    for (std::int64_t r = 0; r < kRows; ++r) {
      classes.push_back(r % 5 == 3 ? -1 : std::int32_t(random.integer(0, n - 1)));
      const std::int64_t c = classes[r] < 0 ? -1 : r * n + classes[r];
      if (c >= 0 && r % 3 == 0) p[c] *= T(r % 2 ? 0x1p-40 : 0x1p40);
      Real rest = 0;
      for (std::int64_t i = r * n; i < (r + 1) * n; ++i) rest += i == c ? 0 : p[i];
      const Real s = c < 0 ? 1 : rest + p[c], q = c < 0 ? 1 : p[c] / s;
      loss.push_back(c < 0 ? 0 : -std::log(std::min<Real>(std::max<Real>(q, epsilon), T(1 - epsilon))));
      const bool moves = c >= 0 && q >= epsilon && q <= 1 - epsilon;
      for (std::int64_t i = r * n; i < (r + 1) * n; ++i)
        dx.push_back(!moves ? 0 : dloss[r] * (i == c ? -rest / (s * p[c]) : 1 / s));
    }
    const std::string of = " of " + std::to_string(n);
    Guarded<T> losses(kRows);
    table.sparse_cross_entropy_of_probabilities[dtype](kRows, n, epsilon, p.data(), classes.data(), losses.data());
    check_array("sparse_cross_entropy_of_probabilities" + of, losses, loss, 1);
    check_in_place<T>("sparse_cross_entropy_of_probabilities_gradient" + of, {p}, dx, 0, [&](auto in, T* out) {
      table.sparse_cross_entropy_of_probabilities_gradient[dtype](kRows, n, epsilon, in[0], classes.data(),
                                                                  dloss.data(), out);
    });
  }
}

template <class T>
void test_dense_cross_entropy(const SoftmaxTable& table, DType dtype) {
  for (const std::int64_t n : kLengths) {
    const auto x = random_array<T>(kRows * n, 8, -20, 20), dloss = random_array<T>(kRows, 9, -2, 2);
    const auto t = random_array<T>(kRows * n, 10, 0, 1);
    Reals loss, dx;
    for (std::int64_t r = 0; r < kRows; ++r) {
      const Real lse = log_sum_exp(&x[r * n], n);
      Real weight = 0;
      loss.push_back(0);
      for (std::int64_t i = r * n; i < (r + 1) * n; ++i) {
        loss[r] += t[i] * (lse - x[i]);
        weight += t[i];
      }
      for (std::int64_t i = r * n; i < (r + 1) * n; ++i)
        dx.push_back((std::exp(x[i] - lse) * weight - t[i]) * dloss[r]);
    }
    const std::string of = " of " + std::to_string(n);
    Guarded<T> losses(kRows);
    table.dense_cross_entropy[dtype](kRows, n, x.data(), t.data(), losses.data());
    check_array("dense_cross_entropy" + of, losses, loss, double(n));
    check_in_place<T>("dense_cross_entropy_gradient" + of, {x, t}, dx, double(n), [&](auto in, T* out) {
      table.dense_cross_entropy_gradient[dtype](kRows, n, in[0], in[1], dloss.data(), out);
    });
  }
}

template <class T>
void test_sigmoid_cross_entropy(const SoftmaxTable& table, DType dtype) {
  for (const std::int64_t n : {0, 1, 5, 16, 37}) {
    auto x = random_array<T>(n, 11, -30, 30);
    if (n > 5) x[3] = T(-1000), x[4] = T(1000), x[5] = 0;
    const auto z = random_array<T>(n, 12, 0, 1), d = random_array<T>(n, 13, -2, 2);
    Reals y, dx;
    for (std::int64_t i = 0; i < n; ++i) {
      const Real v = x[i], log_sum = std::log1p(std::exp(-std::abs(v)));
      y.push_back(std::max<Real>(v, 0) - v * z[i] + log_sum);
      dx.push_back((1 / (1 + std::exp(-v)) - z[i]) * d[i]);
    }
    check_in_place<T>("sigmoid_cross_entropy", {x, z}, y, 30,
                      [&](auto in, T* out) { table.sigmoid_cross_entropy[dtype](n, in[0], in[1], out); });
    check_in_place<T>("sigmoid_cross_entropy_gradient", {x, z, d}, dx, 1, [&](auto in, T* out) {
      table.sigmoid_cross_entropy_gradient[dtype](n, in[0], in[1], in[2], out);
    });
  }
}

// Logits whose exponentials overflow, a class that is impossible, rows without a maximum, NaN.
template <class T>
void test_special_values(const SoftmaxTable& table, DType dtype) {
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  for (const std::int64_t n : {3, 70}) {
    auto row = [&](T a, T b, T c) {
      std::vector<T> x(n, a);
      x[1] = b, x[2] = c;
      return x;
    };
    const std::int32_t classes[] = {2, 0};
    std::vector<T> p(n), t(n, T(0));
    T loss[2];
    auto x = row(-inf, T(1e30), T(1e30));
    table.softmax[dtype](1, n, x.data(), p.data());
    check(p[0] == 0 && p[1] == T(0.5) && p[2] == T(0.5), "softmax of huge logits");
    table.sparse_cross_entropy[dtype](1, n, x.data(), classes, loss);
    check(near(loss[0], std::log(2.0), 1e-6), "the loss of huge logits");
    table.sparse_cross_entropy[dtype](1, n, x.data(), classes + 1, loss);
    check(loss[0] == inf, "the loss of an impossible class");
    t[2] = 1;
    table.dense_cross_entropy[dtype](1, n, x.data(), t.data(), loss);
    check(near(loss[0], std::log(2.0), 1e-6), "a target of 0 adds 0 at a logit of -inf");
    const T lowest = std::log(std::numeric_limits<T>::min());
    x = row(lowest - 1, 0, lowest + 1);
    table.softmax[dtype](1, n, x.data(), p.data());
    check(p[0] == 0 && p[1] == 1 && near(p[2], std::exp(double(lowest + 1)), 1e-4), "softmax at the least number");
    x = row(-inf, -inf, -inf);
    table.softmax[dtype](1, n, x.data(), p.data());
    check(std::isnan(p[0]) && std::isnan(p[2]), "softmax of nothing but -inf");
    for (const int place : {0, 1, int(n) - 1}) {
      x = row(1, 2, 3);
      x[place] = nan;
      table.softmax[dtype](1, n, x.data(), p.data());
      table.sparse_cross_entropy[dtype](1, n, x.data(), classes, loss);
      check(std::isnan(p[0]) && std::isnan(p[2]) && std::isnan(loss[0]), "NaN among the logits");
    }
  }
}

// A class that has everything or nothing, one that has nearly everything, numbers near the ends of T, NaN.
template <class T>
void test_special_probabilities(const SoftmaxTable& table, DType dtype) {
  const double epsilon = 1e-7;
  const T nan = std::numeric_limits<T>::quiet_NaN(), tiny = std::numeric_limits<T>::min() * 16;
  const T low = T(-std::log(T(epsilon))), high = T(-std::log(T(1 - epsilon)));
  for (const std::int64_t n : {3, 70}) {
    const std::int32_t class_1 = 1, ignored = -1;
    const T one = 1, zero = 0;
    T loss;
    std::vector<T> p(n), dx(n);
    const auto run = [&](T a, T b, T last, const std::int32_t& c, const T& dloss) {
      p.assign(n, 0), dx.assign(n, 7);
      p[0] = a, p[1] = b, p[n - 1] = last;
      table.sparse_cross_entropy_of_probabilities[dtype](1, n, epsilon, p.data(), &c, &loss);
      table.sparse_cross_entropy_of_probabilities_gradient[dtype](1, n, epsilon, p.data(), &c, &dloss, dx.data());
    };
    const auto all = [&](auto is) { return std::all_of(dx.begin(), dx.end(), is); };
    const auto is_nan = [](T v) { return std::isnan(v); };
    const auto is_zero = [](T v) { return v == 0; };
    run(1, 0, 1, class_1, one);
    check(near(loss, low, 1e-6) && all(is_zero), "a class that has nothing");
    run(0, 1, 0, class_1, one);
    check(near(loss, high, 1e-6) && all(is_zero), "a class that has everything");
    run(T(0x1p-22), 1, T(0x1p-22), class_1, one);
    check(near(dx[0], 1, 1e-6) && near(dx[1], -0x1p-21, 1e-6), "a class that has nearly everything");
    run(tiny, 2 * tiny, tiny, class_1, T(tiny));
    check(near(loss, std::log(2.0), 1e-6) && near(dx[0], 0.25, 1e-6) && near(dx[1], -0.25, 1e-6), "small numbers");
    run(1, nan, 1, ignored, one);
    check(loss == 0 && all(is_zero), "NaN in a row that is ignored");
    for (const T dloss : {one, zero}) {
      run(nan, 1, 1, class_1, dloss);
      check(std::isnan(loss) && all(is_nan), "NaN beside the class");
      run(1, nan, 1, class_1, dloss);
      check(std::isnan(loss) && all(is_nan), "a class that has NaN");
      run(1, 1, nan, class_1, dloss);
      check(std::isnan(loss) && all(is_nan), "NaN at the end of the row");
      run(0, 0, 0, class_1, dloss);
      check(std::isnan(loss) && all(is_nan), "nothing but zeros");
    }
  }
}

template <class T>
void test_labels(const SoftmaxTable& table, DType dtype) {
  const auto classes_of = [&](std::vector<T> labels, const std::int64_t* ignore, std::vector<std::int32_t>& out) {
    out.assign(labels.size(), 99);
    return table.classes_from_labels[dtype](std::int64_t(labels.size()), 10, labels.data(), ignore, out.data());
  };
  std::vector<std::int32_t> out;
  const std::int64_t seven = 7, minus_one = -1, two_hundred = 200;
  check(classes_of({0, 9, 7}, nullptr, out) == -1 && out == std::vector<std::int32_t>{0, 9, 7}, "labels");
  check(classes_of({}, nullptr, out) == -1, "no labels");
  check(classes_of({0, 10, 11}, nullptr, out) == 1, "a label past the classes");
  check(classes_of({7, 3}, &seven, out) == -1 && out == std::vector<std::int32_t>{-1, 3}, "an ignored label");
  check(classes_of({200, 3, 201}, &two_hundred, out) == 2 && out[0] == -1, "an ignored label past the classes");
  if constexpr (std::is_signed_v<T>) {
    check(classes_of({0, 1, 2, -1}, nullptr, out) == 3, "a negative label");
    check(classes_of({-1, 1}, &minus_one, out) == -1 && out[0] == -1, "an ignored negative label");
  }
  if constexpr (std::is_floating_point_v<T>) {
    check(classes_of({T(0.5)}, nullptr, out) == 0, "a label with a fraction");
    check(classes_of({1, std::numeric_limits<T>::quiet_NaN()}, &minus_one, out) == 1, "a NaN label");
    check(classes_of({1, std::numeric_limits<T>::infinity()}, nullptr, out) == 1, "an infinite label");
    check(classes_of({T(-0.0)}, nullptr, out) == -1 && out[0] == 0, "a label of minus zero");
  } else if constexpr (sizeof(T) == 8) {
    check(classes_of({std::int64_t(1) << 32}, nullptr, out) == 0, "a label that only its lower half would allow");
  }
}

template <class T>
void test_dtype(const SoftmaxTable& table, DType dtype) {
  test_rows<T>(table, dtype);
  test_columns<T>(table, dtype);
  test_sparse_cross_entropy<T>(table, dtype);
  test_sparse_cross_entropy_of_probabilities<T>(table, dtype);
  test_dense_cross_entropy<T>(table, dtype);
  test_sigmoid_cross_entropy<T>(table, dtype);
  test_special_values<T>(table, dtype);
  test_special_probabilities<T>(table, dtype);
}

}  // namespace

int main() {
  for (const Kernels& isa : available_kernels()) {
    test_dtype<float>(*isa.softmax, DType(4));
    test_dtype<double>(*isa.softmax, DType(5));
    test_labels<std::uint8_t>(*isa.softmax, DType(1));
    test_labels<std::int32_t>(*isa.softmax, DType(2));
    test_labels<std::int64_t>(*isa.softmax, DType(3));
    test_labels<float>(*isa.softmax, DType(4));
    test_labels<double>(*isa.softmax, DType(5));
  }
  return finish();
}
