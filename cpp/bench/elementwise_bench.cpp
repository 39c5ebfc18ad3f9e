// Every floating row of the elementwise family and the reductions on one thread, in cache and out of it: GB/s of what
// is read and written.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "core/dtype.h"
#include "kernels/elementwise/elementwise.h"
#include "kernels/kernels.h"
#include "kernels/reduce/reduce.h"

namespace nnfit {
namespace {

constexpr std::int64_t kInCache = 4096, kInMemory = 1 << 24;

std::vector<float> values(std::int64_t n) {
  std::vector<float> x(static_cast<std::size_t>(n));
  for (std::int64_t i = 0; i < n; ++i) x[static_cast<std::size_t>(i)] = static_cast<float>(i % 199) / 40.f - 2.5f;
  return x;
}

void unary(benchmark::State& state, Unary row) {
  const std::vector<float> x = values(state.range(0));
  std::vector<float> y(x.size());
  const UnaryKernel kernel = (*kernels().elementwise)[row][DType::float32];
  for (auto _ : state) {
    kernel(state.range(0), x.data(), y.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * state.range(0) * 8);
}

void binary(benchmark::State& state, Binary row) {
  const std::vector<float> a = values(state.range(0)), b(a.size(), 0.3f);
  std::vector<float> y(a.size());
  const BinaryKernel kernel = (*kernels().elementwise)[row][DType::float32];
  for (auto _ : state) {
    kernel(state.range(0), a.data(), 1, b.data(), 1, y.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * state.range(0) * 12);
}

// Arguments: outer, reduced, inner.
void reduce(benchmark::State& state, Reduce row) {
  const std::int64_t n = state.range(0) * state.range(1) * state.range(2);
  const std::vector<float> x = values(n);
  std::vector<float> y(static_cast<std::size_t>(state.range(0) * state.range(2)));
  const ReduceKernel kernel = (*kernels().reduce)[row][DType::float32];
  for (auto _ : state) {
    kernel(ReduceView::contiguous(state.range(0), state.range(1), state.range(2)), x.data(), y.data());
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * n * 4);
}

const bool registered = [] {
  for (std::size_t i = 0; i < std::size(kUnaryRows); ++i)
    if (kUnaryRows[i].dtypes & kFloat32 && kUnaryRows[i].result == RowResult::same)
      benchmark::RegisterBenchmark(kUnaryRows[i].name, unary, static_cast<Unary>(i))->Arg(kInCache);
  for (const Unary row : {Unary::relu, Unary::exp, Unary::tanh})
    benchmark::RegisterBenchmark(kUnaryRows[static_cast<int>(row)].name, unary, row)->Arg(kInMemory);
  for (std::size_t i = 0; i < std::size(kBinaryRows); ++i)
    if (kBinaryRows[i].dtypes & kFloat32 && kBinaryRows[i].result == RowResult::same)
      benchmark::RegisterBenchmark(kBinaryRows[i].name, binary, static_cast<Binary>(i))->Arg(kInCache);
  benchmark::RegisterBenchmark("add", binary, Binary::add)->Arg(kInMemory);
  for (const Reduce row : {Reduce::sum, Reduce::max, Reduce::argmax, Reduce::logsumexp})
    benchmark::RegisterBenchmark(("reduce_" + std::string(kReduceRows[static_cast<int>(row)].name)).c_str(), reduce,
                                 row)
        ->Args({1, kInCache, 1})
        ->Args({64, 10, 1})
        ->Args({1, 64, 64})
        ->Args({1, 256, 2048});
  return true;
}();

}  // namespace
}  // namespace nnfit
