// Pooling against its definition, window by window, on every instruction set and in every cut of the work.
#include "kernels/pool/pool.h"

#include "kernels/kernels.h"
#include "tests/check.h"

using namespace nnfit;
using namespace nnfit::test;

namespace {

constexpr std::int64_t kImages = 2;

struct Case {
  PoolView view;
  std::string name;

  std::int64_t cells() const { return kImages * view.rows.in * view.columns.in; }
  std::int64_t windows() const { return kImages * view.rows.out * view.columns.out; }
};

PoolAxis axis_of(std::int64_t in, std::int64_t window, std::int64_t stride, bool same) {
  PoolAxis axis{in, same ? (in + stride - 1) / stride : (in - window) / stride + 1, window, stride, 0};
  if (same) axis.before = std::max<std::int64_t>(0, (axis.out - 1) * stride + window - in) / 2;
  return axis;
}

// Channels around a vector's width; windows that overlap, meet, leave gaps, exceed the image, or need wide indices.
std::vector<Case> cases() {
  struct Axis {
    std::int64_t in, window, stride;
    bool same;
  };
  const std::pair<Axis, Axis> axes[] = {{{1, 1, 1, false}, {1, 1, 1, false}},  {{1, 1, 1, false}, {9, 2, 2, false}},
                                        {{7, 2, 2, false}, {8, 2, 2, false}},  {{7, 2, 2, true}, {5, 2, 2, true}},
                                        {{6, 3, 2, true}, {7, 3, 2, true}},    {{6, 3, 1, true}, {5, 3, 1, true}},
                                        {{9, 2, 3, false}, {8, 1, 3, true}},   {{2, 5, 1, true}, {3, 5, 2, true}},
                                        {{1, 1, 1, false}, {40, 33, 5, true}}, {{20, 17, 2, true}, {18, 16, 3, true}}};
  std::vector<Case> all;
  for (const auto& [rows, columns] : axes)
    for (const std::int64_t channels : {1, 3, 4, 8, 17, 32, 65}) {
      Case c;
      c.view = {axis_of(rows.in, rows.window, rows.stride, rows.same),
                axis_of(columns.in, columns.window, columns.stride, columns.same), channels};
      c.name = " of " + std::to_string(rows.in) + "x" + std::to_string(columns.in) + "x" + std::to_string(channels) +
               ", " + std::to_string(rows.window) + "x" + std::to_string(columns.window);
      all.push_back(c);
    }
  return all;
}

// Calls f(window, cell, tap) for every tap that is in an image, windows and their taps in row-major order; cells and
// windows are counted with all images.
template <class F>
void for_each_tap(const PoolView& v, F f) {
  for (std::int64_t n = 0; n < kImages; ++n)
    for (std::int64_t p = 0; p < v.rows.out; ++p)
      for (std::int64_t q = 0; q < v.columns.out; ++q)
        for (std::int64_t r = 0; r < v.rows.window; ++r)
          for (std::int64_t k = 0; k < v.columns.window; ++k) {
            const std::int64_t row = p * v.rows.stride - v.rows.before + r;
            const std::int64_t column = q * v.columns.stride - v.columns.before + k;
            if (row < 0 || row >= v.rows.in || column < 0 || column >= v.columns.in) continue;
            f((n * v.rows.out + p) * v.columns.out + q, (n * v.rows.in + row) * v.columns.in + column,
              r * v.columns.window + k);
          }
}

// What max_pool, its gradient and its gather, and average_pool with its gradient give, in the kernels' own order.
template <class T>
struct Expected {
  std::vector<T> largest, gathered, mean, largest_gradient, mean_gradient;
  std::vector<std::int32_t> index;

  Expected(const Case& c, const std::vector<T>& x, const std::vector<T>& dy) {
    const std::int64_t channels = c.view.channels;
    const auto windows = std::size_t(c.windows() * channels), cells = std::size_t(c.cells() * channels);
    largest.resize(windows), gathered.resize(windows), mean.resize(windows);
    index.assign(windows, -1);
    largest_gradient.resize(cells), mean_gradient.resize(cells);
    std::vector<T> count(windows);
    for (std::int64_t ch = 0; ch < channels; ++ch) {
      for_each_tap(c.view, [&](std::int64_t window, std::int64_t cell, std::int64_t tap) {
        const std::int64_t w = window * channels + ch;
        const T value = x[cell * channels + ch];
        if (index[w] < 0 || value > largest[w] || (std::isnan(value) && !std::isnan(largest[w]))) {
          largest[w] = value;
          index[w] = std::int32_t(tap);
        }
        mean[w] += value;
        count[w] += 1;
      });
      for_each_tap(c.view, [&](std::int64_t window, std::int64_t cell, std::int64_t tap) {
        const std::int64_t w = window * channels + ch, i = cell * channels + ch;
        if (index[w] == tap) gathered[w] = dy_image(dy, i), largest_gradient[i] += dy[w];
        mean_gradient[i] += dy[w] / count[w];
      });
    }
    for (std::size_t w = 0; w < windows; ++w) mean[w] /= count[w];
  }

  // Values of the images' shape, from those of the windows'.
  static T dy_image(const std::vector<T>& dy, std::int64_t i) { return dy[i % std::int64_t(dy.size())] + T(i); }
};

template <class T>
std::vector<T> values(std::int64_t n, std::uint32_t seed, int levels) {
  Random random(seed);
  std::vector<T> x;
  for (std::int64_t i = 0; i < n; ++i)
    x.push_back(levels ? T(random.integer(-levels, levels)) / 4 : T(random.uniform(-2, 2)));
  return x;
}

template <class T, class U>
void check_same(const std::string& what, Guarded<T>& got, const std::vector<U>& want) {
  bool ok = got.intact();
  for (std::size_t i = 0; i < want.size(); ++i) ok &= same(got[i], T(want[i]));
  check(ok, what);
}

// Calls kernel(first, count) for the shares of a cut.
template <class F>
void in_parts(std::int64_t cells, std::int64_t part, F kernel) {
  for (std::int64_t first = 0; first < cells; first += part) kernel(first, std::min(part, cells - first));
}

template <class T, class Index>
void test_case(const PoolTable& table, DType dtype, const Case& c, int levels, std::int64_t part) {
  const PoolView& v = c.view;
  auto x = values<T>(c.cells() * v.channels, 1, levels);
  const auto dy = values<T>(c.windows() * v.channels, 2, levels);
  if (levels > 1) x[x.size() / 2] = std::numeric_limits<T>::quiet_NaN();
  const Expected<T> want(c, x, dy);
  Guarded<T> y(want.largest.size()), alone(want.largest.size()), dx(x.size());
  Guarded<Index> index(want.index.size());

  in_parts(c.windows(), part, [&](auto first, auto count) {
    table.max_pool[dtype](v, first, count, x.data(), y.data(), index.data());
    table.max_pool[dtype](v, first, count, x.data(), alone.data(), nullptr);
  });
  check_same("max_pool" + c.name, y, want.largest);
  check_same("max_pool without an index" + c.name, alone, want.largest);
  check_same("the index" + c.name, index, want.index);

  in_parts(c.cells(), part, [&](auto first, auto count) {
    table.max_pool_gradient[dtype](v, first, count, dy.data(), index.data(), dx.data());
  });
  check_same("max_pool_gradient" + c.name, dx, want.largest_gradient);

  std::vector<T> image(x.size());
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = Expected<T>::dy_image(dy, std::int64_t(i));
  in_parts(c.windows(), part, [&](auto first, auto count) {
    table.max_pool_gather[dtype](v, first, count, image.data(), index.data(), y.data());
  });
  check_same("max_pool_gather" + c.name, y, want.gathered);

  in_parts(c.windows(), part,
           [&](auto first, auto count) { table.average_pool[dtype](v, first, count, x.data(), y.data()); });
  check_same("average_pool" + c.name, y, want.mean);
  in_parts(c.cells(), part,
           [&](auto first, auto count) { table.average_pool_gradient[dtype](v, first, count, dy.data(), dx.data()); });
  check_same("average_pool_gradient" + c.name, dx, want.mean_gradient);
}

template <class T>
void test_dtype(const PoolTable& table, DType dtype) {
  for (const Case& c : cases())
    for (const int levels : {0, 1, 8})
      for (const std::int64_t part : {std::int64_t(1) << 40, std::int64_t(7)})
        if (has_narrow_index(c.view))
          test_case<T, std::uint8_t>(table, dtype, c, levels, part);
        else
          test_case<T, std::int32_t>(table, dtype, c, levels, part);
}

}  // namespace

int main() {
  for (const Kernels& isa : available_kernels()) {
    test_dtype<float>(*isa.pool, DType(4));
    test_dtype<double>(*isa.pool, DType(5));
  }
  return finish();
}
