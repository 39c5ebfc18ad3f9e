// Gathers, scatters and strided copies against plain loops.
#include "kernels/gather/gather.h"

#include <algorithm>

#include "kernels/kernels.h"
#include "tests/check.h"

using namespace nnfit;
using namespace nnfit::test;

namespace {

template <class T>
constexpr DType kDType = DType(std::is_same_v<T, bool>           ? 0
                               : std::is_same_v<T, std::uint8_t> ? 1
                               : std::is_same_v<T, std::int32_t> ? 2
                               : std::is_same_v<T, std::int64_t> ? 3
                               : std::is_same_v<T, float>        ? 4
                                                                 : 5);

// A value of T from a random number, of either sign where T has one, with fractions where T has them.
template <class T>
T value_of(Random& random) {
  if constexpr (std::is_same_v<T, bool>) return random.integer(0, 1) == 1;
  if constexpr (std::is_floating_point_v<T>) return T(random.uniform(-300, 300));
  return T(random.integer(-300, 300));
}

template <class T>
T converted(auto x) {
  if constexpr (std::is_same_v<T, bool>) return x != 0;
  if constexpr (std::is_floating_point_v<decltype(x)> && std::is_integral_v<T>) {
    constexpr double low = double(std::numeric_limits<T>::min()), high = double(std::numeric_limits<T>::max());
    return x < low ? std::numeric_limits<T>::min() : x > high ? std::numeric_limits<T>::max() : T(x);
  }
  return T(x);
}

template <class T>
void fill_random(Guarded<T>& array, Random& random) {
  for (std::size_t i = 0; i < array.size(); ++i) array[i] = value_of<T>(random);
}

template <class S, class T>
void test_gather_rows(const GatherTable& table, SourceType source) {
  Random random(1);
  for (const std::int64_t rows : {0, 1, 3, 40})
    for (const std::int64_t columns : {0, 1, 2, 15, 33, 784, 2000})
      for (const std::int64_t pad : {0, 5}) {  // odd strides put rows at odd addresses
        const std::int64_t stride = columns * sizeof(S) + pad, extent = 7;
        std::vector<char> bytes(extent * stride + 1);
        std::vector<S> values;
        for (std::int64_t i = 0; i < extent * columns; ++i) values.push_back(value_of<S>(random));
        for (std::int64_t i = 0; i < extent; ++i)
          for (std::int64_t c = 0; c < columns; ++c) {
            const S x = values[i * columns + c];
            std::memcpy(&bytes[i * stride + c * sizeof(S)], &x, sizeof x);
          }
        std::vector<std::int64_t> index;
        for (std::int64_t r = 0; r < rows; ++r) index.push_back(random.integer(0, extent - 1));
        for (const bool in_order : {false, true}) {
          if (in_order && rows > extent) continue;
          Guarded<T> dst(rows * columns);
          table.gather_rows[source][kDType<T>](rows, columns, bytes.data(), stride, in_order ? nullptr : index.data(),
                                               dst.data(), columns);
          bool ok = dst.intact();
          for (std::int64_t r = 0; r < rows; ++r)
            for (std::int64_t c = 0; c < columns; ++c)
              ok &= dst[r * columns + c] == converted<T>(S(values[(in_order ? r : index[r]) * columns + c]));
          check(ok, "gather_rows " + std::to_string(rows) + "x" + std::to_string(columns) + " from type " +
                        std::to_string(int(source)) + " to " + std::to_string(int(kDType<T>)));
        }
      }
}

// A part of the columns, into rows that are further apart.
void test_gather_rows_of_a_part(const GatherTable& table) {
  float x[30], y[14];
  for (int i = 0; i < 30; ++i) x[i] = float(i);
  std::fill(y, y + 14, -1.0f);
  const std::int64_t index[] = {2, 0};
  table.gather_rows[SourceType::float32][kDType<float>](2, 5, x + 4, 10 * sizeof(float), index, y + 1, 7);
  const float want[] = {-1, 24, 25, 26, 27, 28, -1, -1, 4, 5, 6, 7, 8, -1};
  check(std::memcmp(y, want, sizeof y) == 0, "gather_rows of a part of the columns");
}

// What no integer holds becomes the nearest one, NaN becomes 0.
void test_gather_rows_unrepresentable(const GatherTable& table) {
  const float inf = std::numeric_limits<float>::infinity();
  const float x[] = {
      std::numeric_limits<float>::quiet_NaN(), inf, -inf, 3e9f, -3e9f, 2147483520.0f, -2147483648.0f, -1.9f};
  std::int32_t y[8];
  table.gather_rows[SourceType::float32][DType(2)](1, 8, x, 0, nullptr, y, 8);
  const std::int32_t least = std::numeric_limits<std::int32_t>::min(), most = std::numeric_limits<std::int32_t>::max();
  const std::int32_t want[] = {0, most, least, most, least, 2147483520, least, -1};
  check(std::memcmp(y, want, sizeof y) == 0, "gather_rows of what does not fit");
  const unsigned char bytes[] = {0, 1, 2, 255};  // as bool: only zero or not counts
  std::int64_t z[4];
  table.gather_rows[SourceType::bool_][DType(3)](1, 4, bytes, 0, nullptr, z, 4);
  check(z[0] == 0 && z[1] == 1 && z[2] == 1 && z[3] == 1, "gather_rows of bytes that are no bools");
}

template <class T>
void test_resolve_indices(const GatherTable& table) {
  const auto resolve = table.resolve_indices[kDType<T>];
  const T good[] = {0, 3, 4}, high[] = {4, 5, 0};
  std::int64_t out[3];
  check(resolve(3, 5, false, good, out) == -1 && out[0] == 0 && out[1] == 3 && out[2] == 4, "indices in range");
  check(resolve(3, 5, true, high, out) == 1, "an index that is too high");
  check(resolve(0, 0, true, good, out) == -1, "no indices");
  if constexpr (std::is_signed_v<T>) {
    const T low[] = {-5, -1, -6};
    check(resolve(2, 5, true, low, out) == -1 && out[0] == 0 && out[1] == 4, "negative indices count from the end");
    check(resolve(3, 5, true, low, out) == 2, "an index that is too low");
    check(resolve(3, 5, false, low, out) == 0, "a negative index without wrapping");
  }
}

template <class T>
void test_scatter_add_rows(const GatherTable& table) {
  Random random(2);
  for (const std::int64_t columns : {1, 7, 16, 37}) {
    const std::int64_t rows = 20, extent = 6, src_stride = columns + 2, dst_stride = columns + 3;
    Guarded<T> src(rows * src_stride), sum(extent * dst_stride);
    fill_random(src, random);
    fill_random(sum, random);
    std::vector<T> want(&sum[0], &sum[0] + sum.size());
    std::vector<std::int64_t> index;
    for (std::int64_t r = 0; r < rows; ++r) {
      index.push_back(random.integer(0, extent - 1));
      for (std::int64_t c = 0; c < columns; ++c) want[index[r] * dst_stride + c] += src[r * src_stride + c];
    }
    const std::int64_t half = columns / 2;  // in two ranges of columns
    table.scatter_add_rows[kDType<T>](rows, half, index.data(), src.data(), src_stride, sum.data(), dst_stride);
    table.scatter_add_rows[kDType<T>](rows, columns - half, index.data(), src.data() + half, src_stride,
                                      sum.data() + half, dst_stride);
    check(std::memcmp(sum.data(), want.data(), sum.size() * sizeof(T)) == 0 && sum.intact(), "scatter_add_rows");
  }
}

template <class T>
void test_along(const GatherTable& table) {
  Random random(3);
  for (const std::int64_t inner : {1, 3, 19}) {
    const std::int64_t n = 5, m = 9;
    Guarded<T> src(n * inner), taken(m * inner), sum(n * inner);
    fill_random(src, random);
    std::vector<std::int64_t> index;
    std::vector<T> want_sum(n * inner, T(0));
    for (std::int64_t i = 0; i < m * inner; ++i) index.push_back(random.integer(0, n - 1));
    table.take_along[kDType<T>](m, inner, index.data(), src.data(), taken.data());
    table.scatter_add_along[kDType<T>](m, inner, index.data(), taken.data(), sum.data());
    bool ok = taken.intact() && sum.intact();
    for (std::int64_t i = 0; i < m * inner; ++i) {
      ok &= taken[i] == src[index[i] * inner + i % inner];
      want_sum[index[i] * inner + i % inner] += taken[i];
    }
    check(ok, "take_along");
    check(std::memcmp(sum.data(), want_sum.data(), want_sum.size() * sizeof(T)) == 0, "scatter_add_along");
  }
}

template <class T>
void test_one_hot(const GatherTable& table) {
  const std::int64_t index[] = {2, 0, -1, 4, 9, 3}, depth = 4;
  const T on = T(3), off = T(1);
  Guarded<T> dst(6 * depth);
  table.one_hot[kDType<T>](6, depth, index, &on, &off, dst.data());
  bool ok = dst.intact();
  for (std::int64_t i = 0; i < 6 * depth; ++i) ok &= dst[i] == (i % depth == index[i / depth] ? on : off);
  check(ok, "one_hot");
}

// Copies by the definition, and the kernel, from and to the middle of arrays; everything else must stay.
template <class T>
void test_strided(const GatherTable& table, std::vector<std::int64_t> extents, std::vector<std::int64_t> src_strides,
                  std::vector<std::int64_t> dst_strides) {
  const int rank = int(extents.size());
  std::int64_t count = 1, low[2] = {0, 0}, high[2] = {0, 0};
  for (int d = 0; d < rank; ++d) {
    count *= extents[d];
    const std::int64_t reach[2] = {(extents[d] - 1) * src_strides[d], (extents[d] - 1) * dst_strides[d]};
    for (int k = 0; k < 2; ++k) (reach[k] < 0 ? low : high)[k] += reach[k];
  }
  Random random(4);
  Guarded<T> src(count ? high[0] - low[0] + 1 : 1), dst(count ? high[1] - low[1] + 1 : 1, T(1));
  fill_random(src, random);
  std::vector<T> want(dst.size(), T(1));
  for (std::int64_t i = 0; i < count; ++i) {
    std::int64_t rest = i, from = -low[0], to = -low[1];
    for (int d = rank - 1; d >= 0; rest /= extents[d--]) {
      from += rest % extents[d] * src_strides[d];
      to += rest % extents[d] * dst_strides[d];
    }
    want[to] = src[from];
  }
  table.copy_strided[kDType<T>](rank, extents.data(), src.data() - low[0], src_strides.data(), dst.data() - low[1],
                                dst_strides.data());
  bool ok = dst.intact();
  for (std::size_t i = 0; i < want.size(); ++i) ok &= dst[i] == want[i];
  std::string shape;
  for (int d = 0; d < rank; ++d)
    shape +=
        " " + std::to_string(extents[d]) + ":" + std::to_string(src_strides[d]) + ">" + std::to_string(dst_strides[d]);
  check(ok, "copy_strided" + shape);
}

template <class T>
void test_copies(const GatherTable& table) {
  test_strided<T>(table, {}, {}, {});
  test_strided<T>(table, {5}, {1}, {1});
  test_strided<T>(table, {500}, {1}, {1});
  test_strided<T>(table, {7}, {-2}, {3});
  test_strided<T>(table, {70}, {0}, {1});
  test_strided<T>(table, {0, 3}, {3, 1}, {3, 1});
  test_strided<T>(table, {3, 0, 4}, {0, 4, 1}, {0, 4, 1});
  for (const std::int64_t r : {1, 2, 4, 8, 15, 16, 17, 64, 100})  // transposes, both ways, whole tiles and edges
    for (const std::int64_t c : {1, 3, 8, 16, 31, 65}) {
      test_strided<T>(table, {r, c}, {1, r}, {c, 1});
      test_strided<T>(table, {c, r}, {r, 1}, {1, c});
      test_strided<T>(table, {3, r, c}, {r * c + 1, 1, r}, {(c + 2) * r, c + 2, 1});
    }
  test_strided<T>(table, {2, 3, 4, 5}, {60, 5, 15, 1}, {60, 20, 5, 1});
  test_strided<T>(table, {2, 3, 4, 5}, {1, 2, 6, 24}, {60, 20, 5, 1});
  test_strided<T>(table, {2, 2, 2, 2, 2, 2, 2, 3}, {1, 2, 4, 8, 16, 32, 64, 128}, {192, 96, 48, 24, 12, 6, 3, 1});
  test_strided<T>(table, {3, 4, 9}, {-40, 10, -1}, {36, 9, 1});  // reversed
  test_strided<T>(table, {4, 3, 6}, {6, 0, 1}, {18, 6, 1});      // repeated
}

template <class T>
void test_dtype(const GatherTable& table) {
#define NNFIT_FROM(name, S) test_gather_rows<S, T>(table, SourceType::name);
  NNFIT_FOR_EACH_SOURCE(NNFIT_FROM)
#undef NNFIT_FROM
  test_one_hot<T>(table);
  test_copies<T>(table);
  if constexpr (!std::is_same_v<T, bool>) {
    test_scatter_add_rows<T>(table);
    test_along<T>(table);
    if constexpr (std::is_integral_v<T>) test_resolve_indices<T>(table);
  }
}

}  // namespace

int main() {
  for (const Kernels& isa : available_kernels()) {
    std::printf("%s: ", isa.isa);
#define NNFIT_TEST(name, T) test_dtype<T>(*isa.gather);
    NNFIT_FOR_EACH_DTYPE(NNFIT_TEST)
    test_gather_rows_of_a_part(*isa.gather);
    test_gather_rows_unrepresentable(*isa.gather);
  }
  return finish();
}
