// Normalisation by the statistics of channels and of rows against their definitions in long double.
#include "kernels/normalization/normalization.h"

#include "kernels/kernels.h"
#include "tests/check.h"

using namespace nnfit;
using namespace nnfit::test;

namespace {

using Real = long double;
using Reals = std::vector<Real>;

template <class T>
std::vector<T> random_array(std::int64_t n, std::uint32_t seed, double low, double high) {
  Random random(seed);
  std::vector<T> x;
  for (std::int64_t i = 0; i < n; ++i) x.push_back(T(random.uniform(low, high)));
  return x;
}

// Compares to 32 roundings of T, of numbers of the size `scale`.
template <class T, class U>
void check_array(const std::string& what, Guarded<U>& got, const Reals& want, double scale) {
  const double tolerance = 32 * std::numeric_limits<T>::epsilon();
  bool ok = got.intact();
  for (std::size_t i = 0; i < want.size(); ++i)
    ok &= near(double(got[i]), double(want[i]), tolerance, tolerance * scale);
  check(ok, what + (sizeof(T) == 4 ? " of float32" : " of float64"));
}

// Columns beyond `channels` stay as they are.
template <class T>
void test_channels(const NormalizationTable& table, DType dtype, std::int64_t rows, std::int64_t channels) {
  const std::int64_t stride = channels + 3, n = rows * stride;
  const auto x = random_array<T>(n, 1, 7, 9), dy = random_array<T>(n, 2, -2, 2);
  const auto centre = random_array<T>(channels, 3, 7, 9), a = random_array<T>(channels, 4, -2, 2);
  const auto b = random_array<T>(channels, 5, -2, 2), o = random_array<T>(channels, 6, -2, 2);
  Reals mean, squares, sum, product, y(x.begin(), x.end()), dx(dy.begin(), dy.end());
  for (std::int64_t c = 0; c < channels; ++c) {
    Real total = 0, deviations = 0, gradients = 0, products = 0;
    for (std::int64_t i = c; i < n; i += stride) total += x[i];
    const Real m = total / rows;
    for (std::int64_t i = c; i < n; i += stride) {
      const Real off = Real(x[i]) - centre[c];
      deviations += (x[i] - m) * (x[i] - m);
      gradients += dy[i];
      products += dy[i] * off;
      y[i] = off * a[c] + o[c];
      dx[i] = dy[i] * a[c] + off * b[c] + o[c];
    }
    mean.push_back(m), squares.push_back(deviations), sum.push_back(gradients), product.push_back(products);
  }
  const std::string of = " of " + std::to_string(rows) + " x " + std::to_string(channels);
  Guarded<double> means(channels), totals(channels);
  table.channel_moments[dtype](rows, channels, stride, x.data(), means.data(), totals.data());
  check_array<T>("mean" + of, means, mean, 1);
  check_array<T>("squares" + of, totals, squares, double(rows));
  table.channel_gradient_sums[dtype](rows, channels, stride, dy.data(), x.data(), centre.data(), means.data(),
                                     totals.data());
  check_array<T>("sum" + of, means, sum, double(rows));
  check_array<T>("product" + of, totals, product, double(rows));
  Guarded<T> out(n), from(n);
  std::copy(x.begin(), x.end(), out.data());
  table.normalize_channels[dtype](rows, channels, stride, out.data(), centre.data(), a.data(), o.data(), false,
                                  out.data());
  check_array<T>("normalize_channels" + of, out, y, 4);
  std::copy(x.begin(), x.end(), out.data());
  table.normalize_channels[dtype](rows, channels, stride, out.data(), centre.data(), a.data(), o.data(), true,
                                  out.data());
  for (std::int64_t i = 0; i < n; ++i)
    if (i % stride < channels && y[i] < 0) y[i] = 0;
  check_array<T>("normalize_channels with relu" + of, out, y, 4);
  std::copy(dy.begin(), dy.end(), from.data());
  table.normalize_channels_gradient[dtype](rows, channels, stride, from.data(), x.data(), centre.data(), a.data(),
                                           b.data(), o.data(), from.data());
  check_array<T>("normalize_channels_gradient" + of, from, dx, 8);
}

template <class T>
void test_rows(const NormalizationTable& table, DType dtype, std::int64_t rows, std::int64_t n) {
  const double epsilon = 0.125;
  const auto x = random_array<T>(rows * n, 1, -3, 3), dy = random_array<T>(rows * n, 2, -2, 2);
  const auto gamma = random_array<T>(n, 3, -2, 2), beta = random_array<T>(n, 4, -2, 2);
  Reals y, dx, mean, variance, dgamma(n, 1), dbeta(n, 2);
  for (std::int64_t r = 0; r < rows; ++r) {
    Real m = 0, v = 0, u = 0, uz = 0;
    for (std::int64_t j = 0; j < n; ++j) m += x[r * n + j];
    m /= n;
    for (std::int64_t j = 0; j < n; ++j) v += (x[r * n + j] - m) * (x[r * n + j] - m);
    v /= n;
    const Real s = 1 / std::sqrt(v + epsilon);
    for (std::int64_t j = 0; j < n; ++j) {
      const Real z = (x[r * n + j] - m) * s, d = dy[r * n + j];
      y.push_back(z * gamma[j] + beta[j]);
      u += d * gamma[j] / n;
      uz += d * gamma[j] * z / n;
      dgamma[j] += d * z;
      dbeta[j] += d;
    }
    for (std::int64_t j = 0; j < n; ++j) {
      const Real z = (x[r * n + j] - m) * s;
      dx.push_back(s * (dy[r * n + j] * gamma[j] - u - z * uz));
    }
    mean.push_back(m), variance.push_back(v);
  }
  const std::string of = " of " + std::to_string(rows) + " x " + std::to_string(n);
  Guarded<T> out(rows * n), means(rows), variances(rows), to_gamma(n, 1), to_beta(n, 2);
  std::copy(x.begin(), x.end(), out.data());
  table.normalize_rows[dtype](rows, n, epsilon, out.data(), gamma.data(), beta.data(), out.data(), means.data(),
                              variances.data());
  check_array<T>("normalize_rows" + of, out, y, 8);
  check_array<T>("mean of rows" + of, means, mean, 4);
  check_array<T>("variance of rows" + of, variances, variance, 4);
  std::copy(dy.begin(), dy.end(), out.data());
  table.normalize_rows_gradient[dtype](rows, n, epsilon, out.data(), x.data(), means.data(), variances.data(),
                                       gamma.data(), out.data(), to_gamma.data(), to_beta.data());
  check_array<T>("normalize_rows_gradient" + of, out, dx, 16);
  check_array<T>("dgamma" + of, to_gamma, dgamma, double(rows));
  check_array<T>("dbeta" + of, to_beta, dbeta, double(rows));
}

template <class T>
void test_dtype(const NormalizationTable& table, DType dtype) {
  for (const std::int64_t rows : {1, 2, 17, 128})
    for (const std::int64_t n : {1, 3, 8, 16, 17, 64, 65, 150}) {
      test_channels<T>(table, dtype, rows, n);
      test_rows<T>(table, dtype, rows, n);
    }
}

}  // namespace

int main() {
  for (const Kernels& isa : available_kernels()) {
    test_dtype<float>(*isa.normalization, DType(4));
    test_dtype<double>(*isa.normalization, DType(5));
  }
  return finish();
}
