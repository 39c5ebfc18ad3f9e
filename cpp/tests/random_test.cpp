// Philox against its published vectors, streams against their pieces, distributions against their moments.
#include "kernels/random/random.h"

#include <algorithm>
#include <numeric>

#include "kernels/kernels.h"
#include "tests/check.h"

using namespace nnfit;
using namespace nnfit::test;

namespace {

constexpr RandomKey kKey = {0x123456789abcdef0u, 0xfedcba9876543210u};

// The vectors that the authors publish with Random123 (kat_vectors, philox4x32 of 10 rounds).
void test_philox(const RandomTable& table) {
  const std::uint32_t vectors[3][10] = {
      {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
      {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6,
       0x6d5451fd},
      {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420,
       0x24126ea1},
  };
  for (const auto& v : vectors) {
    std::uint32_t out[4];
    table.philox4x32(v + 4, v, out);
    check(std::memcmp(out, v + 6, sizeof out) == 0, "philox4x32 against the published vectors");
  }
}

// random_bits is Philox of (block, stream), 16 blocks side by side; also far along the stream.
void test_bits(const RandomTable& table) {
  const std::uint32_t key[2] = {std::uint32_t(kKey.key), std::uint32_t(kKey.key >> 32)};
  for (const std::uint64_t group :
       {std::uint64_t(0), std::uint64_t(5), std::uint64_t(1) << 28, std::uint64_t(1) << 50}) {
    std::uint32_t words[64];
    table.random_bits(kKey, group * 64, 64, words);
    bool ok = true;
    for (int lane = 0; lane < 16; ++lane) {
      const std::uint64_t block = group * 16 + lane;
      const std::uint32_t counter[4] = {std::uint32_t(block), std::uint32_t(block >> 32), std::uint32_t(kKey.stream),
                                        std::uint32_t(kKey.stream >> 32)};
      std::uint32_t out[4];
      table.philox4x32(key, counter, out);
      for (int w = 0; w < 4; ++w) ok &= words[16 * w + lane] == out[w];
    }
    check(ok, "random_bits, group " + std::to_string(group));
  }
}

// Any cut of a stream gives the elements of the whole, and writes nothing else.
template <class T, class Make>
void test_cuts(const char* name, Make make) {
  constexpr std::int64_t n = 333;
  Guarded<T> whole(n);
  make(0, n, whole.data());
  for (const std::int64_t size : {1, 7, 32, 64, 100}) {
    bool ok = true;
    for (std::int64_t i = 0; i < n; i += size) {
      Guarded<T> piece(std::min(size, n - i));
      make(i, piece.size(), piece.data());
      for (std::size_t k = 0; k < piece.size(); ++k) ok &= same(piece[k], whole[i + k]);
      ok &= piece.intact();
    }
    check(ok && whole.intact(), std::string(name) + " in pieces of " + std::to_string(size));
  }
}

struct Moments {
  double mean = 0, variance = 0, skewness = 0, kurtosis = 0, low = 1e300, high = -1e300, correlation = 0;

  template <class T>
  explicit Moments(const std::vector<T>& x) {
    const double n = double(x.size());
    for (const T v : x) mean += v / n, low = std::min(low, double(v)), high = std::max(high, double(v));
    for (const T v : x) variance += (v - mean) * (v - mean) / n;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double z = (x[i] - mean) / std::sqrt(variance);
      skewness += z * z * z / n;
      kurtosis += z * z * z * z / n;
      if (i) correlation += z * (x[i - 1] - mean) / std::sqrt(variance) / n;
    }
  }
};

constexpr std::int64_t kMany = 1 << 18;  // standard errors are a multiple of 2^-9 = 0.002

template <class T>
void test_uniform(const RandomTable& table, DType dtype) {
  std::vector<T> x(kMany);
  table.random_uniform[dtype](kKey, 0, kMany, -1, 3, x.data());
  const Moments m(x);
  check(m.low >= -1 && m.high < 3 && m.low < -0.999 && m.high > 2.999, "uniform: range");
  check(near(m.mean, 1, 0, 0.01) && near(m.variance, 4 / 3.0, 0.01) && near(m.kurtosis, 1.8, 0.01) &&
            near(m.correlation, 0, 0, 0.01),
        "uniform: moments");
  double chi_square = 0;
  std::vector<int> bins(256);
  for (const T v : x) ++bins[int((v + 1) * 64)];
  for (const int k : bins) chi_square += (k - kMany / 256.0) * (k - kMany / 256.0) / (kMany / 256.0);
  check(chi_square > 150 && chi_square < 380, "uniform: chi-square of 256 bins");
  // An interval of a few floats: rounding would reach its end.
  const T one = 1, next = std::nextafter(one, T(2)), third = std::nextafter(next, T(2));
  table.random_uniform[dtype](kKey, 0, kMany, double(one), double(third), x.data());
  check(std::all_of(x.begin(), x.end(), [&](T v) { return v == one || v == next; }), "uniform: never the end");
  table.random_uniform[dtype](kKey, 0, 100, -0.5, 0, x.data());
  check(std::all_of(x.begin(), x.begin() + 100, [](T v) { return v >= -0.5 && v < 0; }), "uniform: up to zero");
  table.random_uniform[dtype](kKey, 0, 100, 2, 2, x.data());
  check(x[0] == 2 && x[99] == 2, "uniform: an empty interval gives its start");
  test_cuts<T>("uniform",
               [&](std::uint64_t i, std::int64_t n, T* out) { table.random_uniform[dtype](kKey, i, n, -1, 3, out); });
}

template <class T>
void test_normal(const RandomTable& table, DType dtype) {
  std::vector<T> x(kMany);
  table.random_normal[dtype](kKey, 0, kMany, 2, 3, x.data());
  const Moments m(x);
  check(near(m.mean, 2, 0, 0.03) && near(m.variance, 9, 0.015) && near(m.skewness, 0, 0, 0.025) &&
            near(m.kurtosis, 3, 0, 0.05) && near(m.correlation, 0, 0, 0.01),
        "normal: moments");
  for (const double z : {-2.0, -1.0, 0.0, 0.5, 3.0}) {
    const double share = double(std::count_if(x.begin(), x.end(), [&](T v) { return v < 2 + 3 * z; })) / kMany;
    check(near(share, 0.5 * std::erfc(-z / std::sqrt(2.0)), 0, 0.004), "normal: distribution function");
  }
  // The two of a pair are independent.
  double product = 0, squares = 0;
  for (std::int64_t i = 0; i < kMany; ++i)
    if (i % 32 < 16) {
      const double a = (x[i] - 2) / 3, b = (x[i + 16] - 2) / 3;
      product += a * b * 2 / kMany;
      squares += (a * a - 1) * (b * b - 1) * 2 / kMany;
    }
  check(near(product, 0, 0, 0.015) && near(squares, 0, 0, 0.03), "normal: independent pairs");
  test_cuts<T>("normal",
               [&](std::uint64_t i, std::int64_t n, T* out) { table.random_normal[dtype](kKey, i, n, 2, 3, out); });
}

// The transform against the C library's functions in double on the same words.
void test_box_muller(const RandomTable& table) {
  std::vector<std::uint32_t> words(6400);
  std::vector<float> z(6400);
  table.random_bits(kKey, 0, 6400, words.data());
  table.random_normal[DType(4)](kKey, 0, 6400, 0, 1, z.data());
  bool ok = true;
  for (int i = 0; i < 6400; ++i) {
    const int first = i % 32 < 16 ? i : i - 16;
    const double u = ((words[first] >> 1) + 0.5) * 0x1p-31, angle = words[first + 16] * 0x1p-31 * M_PI;
    const double want = std::sqrt(-2 * std::log(u)) * (i % 32 < 16 ? std::cos(angle) : std::sin(angle));
    ok &= near(z[i], want, 2e-6, 2e-6);
  }
  check(ok, "normal: Box and Muller's transform");
}

template <class T>
void test_truncated_normal(const RandomTable& table, DType dtype) {
  std::vector<T> x(kMany);
  table.random_truncated_normal[dtype](kKey, 0, kMany, 1, 2, x.data());
  const Moments m(x);
  const double inside = std::erf(std::sqrt(2.0)), density = std::exp(-2.0) / std::sqrt(2 * M_PI);
  check(m.low >= -3 && m.high <= 5 && m.low < -2.99 && m.high > 4.99, "truncated normal: range");
  check(near(m.mean, 1, 0, 0.02) && near(m.variance, 4 * (1 - 4 * density / inside), 0.01) &&
            near(m.skewness, 0, 0, 0.02),
        "truncated normal: moments");
  for (const double z : {-1.5, -0.5, 0.0, 1.0}) {
    const double share = double(std::count_if(x.begin(), x.end(), [&](T v) { return v < 1 + 2 * z; })) / kMany;
    check(near(share, 0.5 + 0.5 * std::erf(z / std::sqrt(2.0)) / inside, 0, 0.004), "truncated normal: distribution");
  }
  test_cuts<T>("truncated normal", [&](std::uint64_t i, std::int64_t n, T* out) {
    table.random_truncated_normal[dtype](kKey, i, n, 1, 2, out);
  });
}

template <class T>
void test_integer(const RandomTable& table, DType dtype) {
  std::vector<T> x(kMany);
  const std::int64_t low = std::is_signed_v<T> ? -3 : 2;
  table.random_integer[dtype](kKey, 0, kMany, low, low + 7, x.data());
  std::vector<int> counts(7);
  if (!check(std::all_of(x.begin(), x.end(), [&](T v) { return v >= low && v < low + 7; }), "integer: range")) return;
  for (const T v : x) ++counts[v - low];
  for (const int k : counts) check(near(k, kMany / 7.0, 0.03), "integer: equally likely");
  const std::int64_t least = std::numeric_limits<T>::min();
  const std::int64_t most = std::numeric_limits<T>::max();
  table.random_integer[dtype](kKey, 0, kMany, least, most, x.data());  // the widest range, where differences overflow
  const double half = double(std::count_if(x.begin(), x.end(), [&](T v) { return v >= T(least / 2 + most / 2 + 1); }));
  check(near(half / kMany, 0.5, 0.02), "integer: the widest range");
  table.random_integer[dtype](kKey, 0, 100, 5, 6, x.data());
  check(x[0] == 5 && x[99] == 5, "integer: one value");
  test_cuts<T>("integer",
               [&](std::uint64_t i, std::int64_t n, T* out) { table.random_integer[dtype](kKey, i, n, 0, 100, out); });
}

void test_bernoulli(const RandomTable& table) {
  std::vector<std::uint8_t> x(kMany);
  for (const double p : {0.0, 0.1, 0.5, 0.9, 1.0}) {
    table.random_bernoulli(kKey, 0, kMany, p, x.data());
    const double share = std::accumulate(x.begin(), x.end(), 0.0) / kMany;
    check(p == 0 || p == 1 ? share == p : near(share, p, 0, 0.005), "bernoulli: probability");
  }
  test_cuts<std::uint8_t>("bernoulli", [&](std::uint64_t i, std::int64_t n, std::uint8_t* out) {
    table.random_bernoulli(kKey, i, n, 0.3, out);
  });
}

template <class T>
void test_dropout(const RandomTable& table, DType dtype) {
  std::vector<T> x(kMany), y(kMany);
  for (std::int64_t i = 0; i < kMany; ++i) x[i] = T(i + 1);
  for (const double rate : {0.0, 0.25, 0.9}) {
    table.dropout[dtype](kKey, 0, kMany, rate, x.data(), y.data());
    double kept = 0;
    bool ok = true;
    for (std::int64_t i = 0; i < kMany; ++i) {
      kept += y[i] != 0;
      ok &= y[i] == 0 || near(y[i], x[i] / (1 - rate), 1e-6);
    }
    check(ok && near(kept / kMany, 1 - rate, 0, rate ? 0.005 : 0), "dropout: scaled or zero, by the rate");
  }
  table.dropout[dtype](kKey, 0, 100, 1 - 1e-15, x.data(), y.data());
  check(std::all_of(y.begin(), y.begin() + 100, [](T v) { return v == 0; }), "dropout: a rate next to 1");
  test_cuts<T>("dropout", [&](std::uint64_t i, std::int64_t n, T* out) {
    std::copy_n(x.begin() + i, n, out);  // and in place
    table.dropout[dtype](kKey, i, n, 0.4, out, out);
  });
}

void test_permutation(const RandomTable& table) {
  for (const std::int64_t n : {0, 1, 2, 31, 32, 33, 1000}) {
    Guarded<std::int64_t> p(n);
    table.random_permutation(kKey, n, p.data());
    std::vector<std::int64_t> sorted(p.data(), p.data() + n), identity(n);
    std::sort(sorted.begin(), sorted.end());
    std::iota(identity.begin(), identity.end(), 0);
    check(sorted == identity && p.intact(), "permutation of " + std::to_string(n));
  }
  std::vector<int> counts(256);
  constexpr int kDraws = 24000;
  for (int i = 0; i < kDraws; ++i) {
    std::int64_t p[4];
    table.random_permutation({7, std::uint64_t(i)}, 4, p);
    ++counts[p[0] * 64 + p[1] * 16 + p[2] * 4 + p[3]];
  }
  check(std::count_if(counts.begin(), counts.end(), [](int k) { return k > 0; }) == 24, "permutation: all occur");
  for (const int k : counts) check(k == 0 || near(k, kDraws / 24.0, 0.15), "permutation: equally likely");
}

// The words, and what is made of them without rounding, are the same on every instruction set.
void test_same_everywhere() {
  const auto isas = available_kernels();
  std::vector<float> want(1000), got(1000);
  isas[0].random->random_uniform[DType(4)](kKey, 3, 1000, 0, 1, want.data());
  for (const Kernels& isa : isas) {
    isa.random->random_uniform[DType(4)](kKey, 3, 1000, 0, 1, got.data());
    check(want == got, std::string("uniform on ") + isa.isa);
  }
}

}  // namespace

int main() {
  for (const Kernels& isa : available_kernels()) {
    const RandomTable& table = *isa.random;
    test_philox(table);
    test_bits(table);
    test_uniform<float>(table, DType(4));
    test_uniform<double>(table, DType(5));
    test_normal<float>(table, DType(4));
    test_normal<double>(table, DType(5));
    test_box_muller(table);
    test_truncated_normal<float>(table, DType(4));
    test_truncated_normal<double>(table, DType(5));
    test_integer<std::uint8_t>(table, DType(1));
    test_integer<std::int32_t>(table, DType(2));
    test_integer<std::int64_t>(table, DType(3));
    test_bernoulli(table);
    test_dropout<float>(table, DType(4));
    test_dropout<double>(table, DType(5));
    test_permutation(table);
  }
  test_same_everywhere();
  return finish();
}
