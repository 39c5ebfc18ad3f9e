// Gathers of training batches and transposes: GB/s of what is read and written, on one thread.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/gather/gather.h"
#include "kernels/kernels.h"

namespace nnfit {
namespace {

// A batch of 64 rows by shuffled index out of 50,000, as in an epoch over MNIST; each batch reads rows not read before.
template <class S, SourceType source, bool copy_by_memcpy>
void gather_batch(benchmark::State& state) {
  const std::int64_t rows = 50000, columns = state.range(0), batch = 64;
  std::vector<S> data(rows * columns, S(1));
  std::vector<float> out(batch * columns);
  std::vector<std::int64_t> index(rows);
  for (std::int64_t i = 0; i < rows; ++i) index[i] = i;
  std::shuffle(index.begin(), index.end(), std::mt19937(0));
  const auto gather = kernels().gather->gather_rows[source][DType(4)];
  std::int64_t at = 0;
  for (auto _ : state) {
    if constexpr (copy_by_memcpy)
      for (std::int64_t r = 0; r < batch; ++r)
        std::memcpy(&out[r * columns], &data[index[at + r] * columns], columns * sizeof(S));
    else
      gather(batch, columns, data.data(), columns * sizeof(S), &index[at], out.data(), columns);
    at = at + 2 * batch > rows ? 0 : at + batch;
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * batch * columns * (sizeof(S) + sizeof(float)));
}
BENCHMARK(gather_batch<float, SourceType::float32, true>)->Name("memcpy_rows/float32")->Arg(784)->Arg(64)->Arg(3072);
BENCHMARK(gather_batch<float, SourceType::float32, false>)->Name("gather_rows/float32")->Arg(784)->Arg(64)->Arg(3072);
BENCHMARK(gather_batch<std::uint8_t, SourceType::uint8, false>)->Name("gather_rows/uint8")->Arg(784)->Arg(3072);

void transpose(benchmark::State& state) {
  const std::int64_t rows = state.range(0), columns = state.range(1);
  std::vector<float> src(rows * columns, 1.0f), dst(rows * columns);
  const std::int64_t extents[] = {columns, rows}, src_strides[] = {1, columns}, dst_strides[] = {rows, 1};
  for (auto _ : state) {
    kernels().gather->copy_strided[DType(4)](2, extents, src.data(), src_strides, dst.data(), dst_strides);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * rows * columns * 8);
}
BENCHMARK(transpose)->Args({64, 784})->Args({256, 2048})->Args({1000, 1000})->Args({4096, 4096});

}  // namespace
}  // namespace nnfit
