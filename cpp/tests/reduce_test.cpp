// Every row of the reduce family on every dtype and instruction set, against long double: runs and columns of every
// length up to 70 and some long ones, parts of a view against the whole, chunks against one go, special values.
#include <algorithm>

#include "check.h"
#include "core/dtype.h"
#include "kernels/kernels.h"
#include "kernels/reduce/reduce.h"

namespace nnfit::test {
namespace {

template <class T>
T random_value(Random& random, Reduce row) {
  if constexpr (std::is_same_v<T, bool>)
    return random.integer(0, 9) != 0;
  else if constexpr (std::is_integral_v<T>)
    return T(random.integer(0, 20) ? random.integer(-100, 100) : random.integer(-2000000000, 2000000000));
  else
    return T(row == Reduce::prod ? std::exp(random.uniform(-0.2, 0.2)) * (random.integer(0, 1) ? 1 : -1)
                                 : random.uniform(-1, 1));
}

// Values with repeats and zeros, so that ties and any/all mean something.
template <class T>
void fill(T* x, std::int64_t n, Reduce row, std::uint32_t seed) {
  Random random(seed);
  for (std::int64_t i = 0; i < n; ++i) x[i] = random_value<T>(random, row);
  for (std::int64_t i = 0; i < n; i += 1 + random.integer(0, 30)) x[i] = row == Reduce::prod ? T(1) : T(0);
}

// What a run reduces to, and the sum of the magnitudes that an error is relative to.
struct Expected {
  long double value, magnitude;
};

template <class T>
Expected sum_reference(Reduce row, const T* x, std::int64_t n, std::int64_t stride) {
  Expected e{0, 0};
  std::uint64_t wrapped = row == Reduce::prod;
  for (std::int64_t r = 0; r < n; ++r) {
    const T v = x[r * stride];
    const auto u = static_cast<std::uint64_t>(v);
    if (std::is_integral_v<T>) {
      wrapped = row == Reduce::sum ? wrapped + u : row == Reduce::prod ? wrapped * u : wrapped + u * u;
    } else {
      const long double term = row == Reduce::sum_of_squares ? (long double)v * v : (long double)v;
      e.value += term;
      e.magnitude += std::abs(term);
    }
  }
  if (std::is_integral_v<T>) e.value = T(wrapped);
  return e;
}

template <class T>
Expected reference(Reduce row, const T* x, std::int64_t n, std::int64_t stride) {
  switch (row) {
    case Reduce::sum:
    case Reduce::sum_of_squares:
      return sum_reference(row, x, n, stride);
    case Reduce::prod: {
      if constexpr (std::is_integral_v<T>) return sum_reference(row, x, n, stride);
      long double product = 1;
      for (std::int64_t r = 0; r < n; ++r) product *= x[r * stride];
      return {product, std::abs(product) * (8 + n / 8)};
    }
    case Reduce::any:
    case Reduce::all: {
      std::int64_t count = 0;
      for (std::int64_t r = 0; r < n; ++r) count += x[r * stride] != T(0);
      return {(long double)(row == Reduce::any ? count > 0 : count == n), 0};
    }
    case Reduce::logsumexp: {
      long double sum = 0;
      for (std::int64_t r = 0; r < n; ++r) sum += std::exp((long double)x[r * stride]);
      return {std::log(sum), 4 + std::abs(std::log(sum))};
    }
    case Reduce::max:
    case Reduce::min:
    case Reduce::argmax:
    case Reduce::argmin: {
      const bool largest = row == Reduce::max || row == Reduce::argmax;
      std::int64_t place = 0;
      for (std::int64_t r = 1; r < n; ++r) {
        const T v = x[r * stride], best = x[place * stride];
        if ((v != v && best == best) || (largest ? v > best : v < best)) place = r;
      }
      const bool value = row == Reduce::max || row == Reduce::min;
      return {value ? (long double)x[place * stride] : (long double)place, 0};
    }
  }
  return {0, 0};
}

template <class T, class R>
bool right(Reduce row, R got, Expected want) {
  if constexpr (std::is_floating_point_v<R>) {
    if (std::isnan(want.value)) return std::isnan(got);
    if (got == R(want.value)) return true;
    const bool rounded = row != Reduce::max && row != Reduce::min;
    return rounded && std::abs(got - want.value) <= 2 * std::numeric_limits<R>::epsilon() * want.magnitude;
  } else {
    return got == R(want.value);
  }
}

template <class T, class R>
struct Tester {
  const Kernels& k;
  Reduce row;
  ReduceKernel f;
  std::int64_t shortest() const {
    return row >= Reduce::max && row != Reduce::any && row != Reduce::all && row != Reduce::logsumexp;
  }

  template <class... Parts>
  void expect_row(bool ok, const Parts&... parts) const {
    expect(ok, k.isa, " ", kReduceRows[int(row)].name, " ", int(dtype_of<T>), parts...);
  }

  void shape(std::int64_t outer, std::int64_t reduced, std::int64_t inner) const {
    Guarded<T> x{std::size_t(outer * reduced * inner)};
    Guarded<R> y{std::size_t(outer * inner)};
    fill(x.data(), outer * reduced * inner, row, std::uint32_t(reduced * 131 + inner));
    f(ReduceView::contiguous(outer, reduced, inner), x.data(), y.data());
    expect_row(y.intact(), " wrote outside [", outer, ", ", reduced, ", ", inner, "]");
    for (std::int64_t o = 0; o < outer; ++o)
      for (std::int64_t i = 0; i < inner; ++i) {
        const Expected want = reference<T>(row, x.data() + o * reduced * inner + i, reduced, inner);
        const R got = y[std::size_t(o * inner + i)];
        expect_row(right<T>(row, got, want), " [", outer, ", ", reduced, ", ", inner, "] at ", o, ", ", i, ": got ",
                   +got, ", expected ", want.value);
      }
    parts(ReduceView::contiguous(outer, reduced, inner), x.data(), y.data());
  }

  // Any part of outer and of inner gives the bits of the whole.
  void parts(const ReduceView& whole, const T* x, const R* y) const {
    const std::int64_t o = whole.outer / 2;
    for (std::int64_t i = 0; i < whole.inner && whole.inner > 1; i += 1 + i) {
      ReduceView part = whole;
      part.outer = whole.outer - o;
      part.inner = (whole.inner - i + 1) / 2;
      Guarded<R> z{std::size_t(part.outer * whole.inner)};
      f(part, x + o * whole.x_outer + i, z.data() + i);
      bool equal = z.intact();
      for (std::int64_t p = 0; p < part.outer; ++p)
        for (std::int64_t j = 0; j < whole.inner; ++j)
          equal &= same(z[std::size_t(p * whole.inner + j)],
                        j >= i && j < i + part.inner ? y[(o + p) * whole.inner + j] : R{});
      expect_row(equal, " part of inner from ", i, " of ", whole.inner);
    }
  }

  void shapes() const {
    for (std::int64_t n = shortest(); n <= 70; ++n) {
      shape(2, n, 1);
      shape(1, n, 3);
      shape(2, 5, n);
    }
    for (const std::int64_t n : {127, 128, 129, 1023, 1024, 1025, 4099}) {
      shape(1, n, 1);
      shape(1, n, 2);
      shape(1, 3, n);
    }
    shape(0, 4, 4);
    shape(3, 130, 300);
  }
};

template <class T>
void special_values(const Kernels& k) {
  const T inf = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  const std::vector<std::vector<T>> cases = {{1, nan, 3},          {nan, nan, 1},  {inf, 1, 2},
                                             {-inf, -inf, -inf},   {-inf, 1, inf}, {1000, 1000, 1000},
                                             {-1000, -999, -1001}, {2, 7, 7},      {7, 2, 2}};
  for (const Reduce row : {Reduce::max, Reduce::min, Reduce::logsumexp})
    for (const auto& values : cases)
      for (int copies : {1, 5, 30})
        for (const bool columns : {false, true}) {
          std::vector<T> x;
          for (int i = 0; i < copies; ++i) x.insert(x.end(), values.begin(), values.end());
          const std::int64_t n = std::int64_t(x.size());
          if (columns) {
            std::vector<T> doubled;
            for (const T v : x) doubled.insert(doubled.end(), {v, v});
            x = doubled;
          }
          T y[2];
          (*k.reduce)[row][dtype_of<T>](ReduceView::contiguous(1, n, columns ? 2 : 1), x.data(), y);
          T want = values[0];
          bool has_nan = false;
          for (const T v : values) has_nan |= v != v, want = row == Reduce::min ? std::min(want, v) : std::max(want, v);
          if (row == Reduce::logsumexp && !std::isinf(want)) {
            double sum = 0;
            for (const T v : values) sum += copies * std::exp(double(v) - double(want));
            want = T(double(want) + std::log(sum));
          }
          expect(has_nan ? std::isnan(y[0]) : y[0] == want || std::abs(y[0] - want) <= 1e-6 * std::abs(want), k.isa,
                 " special case of ", kReduceRows[int(row)].name, ": ", y[0], ", expected ", want);
        }
  for (const auto& values : cases)
    for (const Reduce row : {Reduce::argmax, Reduce::argmin}) {
      std::int32_t y = -1;
      (*k.reduce)[row][dtype_of<T>](ReduceView::contiguous(1, 3, 1), values.data(), &y);
      expect(y == std::int32_t(reference<T>(row, values.data(), 3, 1).value), k.isa, " special case of arg: ", y);
    }
}

// A million floats to 1e-6, in one go and in chunks; the mean by scale.
void long_sums(const Kernels& k) {
  const std::int64_t n = 1000000;
  std::vector<float> x(n);
  Random random(5);
  long double exact = 0;
  for (float& v : x) v = float(random.uniform(0, 1)), exact += v;
  const ReduceKernel sum = (*k.reduce)[Reduce::sum][DType::float32];
  float whole, mean;
  sum(ReduceView::contiguous(1, n, 1), x.data(), &whole);
  ReduceView scaled = ReduceView::contiguous(1, n, 1);
  scaled.scale = 1.0 / double(n);
  sum(scaled, x.data(), &mean);
  std::vector<float> partial;
  for (std::int64_t i = 0; i < n; i += kReduceChunk) {
    partial.push_back(0);
    sum(ReduceView::contiguous(1, std::min(kReduceChunk, n - i), 1), x.data() + i, &partial.back());
  }
  float chunked;
  sum(ReduceView::contiguous(1, std::int64_t(partial.size()), 1), partial.data(), &chunked);
  for (const float got : {whole, chunked, float(mean * double(n))})
    expect(near(got, double(exact), 3e-7), k.isa, " long sum: ", got, ", expected ", exact);
}

// Slices of every width, with ties; of the NaN that is the extreme of a slice nobody has a share.
template <class T>
void extremum_gradients(const Kernels& k) {
  const ExtremumGradient gradient = k.reduce->extremum_gradient[dtype_of<T>];
  Random random(11);
  for (std::int64_t inner = 1; inner <= 70; inner = inner < 20 ? inner + 1 : inner + 12)
    for (const std::int64_t reduced : {1, 2, 7, 16, 61}) {
      constexpr std::int64_t outer = 3;
      std::vector<T> x(outer * reduced * inner), y(outer * inner, T(-100)), dy(outer * inner), dx(x.size());
      for (T& v : x) v = T(random.integer(-4, 4));
      for (T& v : dy) v = T(random.uniform(-1, 1));
      const auto place = [&](std::size_t i) {
        return std::int64_t(i) / (reduced * inner) * inner + std::int64_t(i) % inner;
      };
      std::vector<int> count(y.size());
      for (std::size_t i = 0; i < x.size(); ++i) y[place(i)] = std::max(y[place(i)], x[i]);
      for (std::size_t i = 0; i < x.size(); ++i) count[place(i)] += x[i] == y[place(i)];
      gradient(outer, reduced, inner, x.data(), y.data(), dy.data(), dx.data());
      for (std::size_t i = 0; i < x.size(); ++i) {
        const T expected = x[i] == y[place(i)] ? dy[place(i)] / T(count[place(i)]) : T(0);
        expect(near(dx[i], double(expected), 1e-6), k.isa, " extremum_gradient, inner ", inner, ": ", dx[i],
               ", expected ", expected);
      }
      std::fill(y.begin(), y.end(), T(NAN));
      gradient(outer, reduced, inner, x.data(), y.data(), dy.data(), dx.data());
      expect(std::isnan(dx.front()) && std::isnan(dx.back()), k.isa, " extremum_gradient of NaN");
    }
}

template <class T>
void test_dtype(const Kernels& k) {
  for (std::size_t i = 0; i < std::size(kReduceRows); ++i) {
    const ReduceRowInfo& info = kReduceRows[i];
    const ReduceKernel f = (*k.reduce)[Reduce(i)][dtype_of<T>];
    expect(((info.dtypes & kBit<T>) != 0) == (f != nullptr), info.name, " coverage");
    if (!f) continue;
    if (info.result == ReduceResult::bool_)
      Tester<T, bool>{k, Reduce(i), f}.shapes();
    else if (info.result == ReduceResult::int32)
      Tester<T, std::int32_t>{k, Reduce(i), f}.shapes();
    else
      Tester<T, T>{k, Reduce(i), f}.shapes();
  }
}

}  // namespace
}  // namespace nnfit::test

int main() {
  for (const nnfit::Kernels& k : nnfit::available_kernels()) {
#define NNFIT_TEST_DTYPE(name, type) nnfit::test::test_dtype<type>(k);
    NNFIT_FOR_EACH_DTYPE(NNFIT_TEST_DTYPE)
#undef NNFIT_TEST_DTYPE
    nnfit::test::special_values<float>(k);
    nnfit::test::special_values<double>(k);
    nnfit::test::long_sums(k);
    nnfit::test::extremum_gradients<float>(k);
    nnfit::test::extremum_gradients<double>(k);
  }
  return nnfit::test::finish();
}
