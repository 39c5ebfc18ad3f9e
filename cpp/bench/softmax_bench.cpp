// Softmax cross-entropy on one thread, at the sizes of a digit classifier and of a thousand classes.
#include <benchmark/benchmark.h>

#include <vector>

#include "kernels/kernels.h"
#include "kernels/softmax/softmax.h"

namespace nnfit {
namespace {

constexpr DType kFloat = DType(4);

template <class Kernel>
void run(benchmark::State& state, Kernel kernel) {
  const std::int64_t rows = state.range(0), n = state.range(1);
  std::vector<float> x(rows * n), y(rows * n), per_row(rows, 0.5f);
  std::vector<std::int32_t> classes(rows);
  for (std::int64_t i = 0; i < rows * n; ++i) x[i] = float(i * 7 % 23) - 11;
  for (std::int64_t r = 0; r < rows; ++r) classes[r] = std::int32_t(r % n);
  for (auto _ : state) {
    kernel(*kernels().softmax, rows, n, x.data(), classes.data(), per_row.data(), y.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * rows * n);
}

void softmax(benchmark::State& state) {
  run(state, [](const SoftmaxTable& t, auto rows, auto n, auto* x, auto*, auto*, auto* y) {
    t.softmax[kFloat](rows, n, x, y);
  });
}

void sparse_cross_entropy(benchmark::State& state) {
  run(state, [](const SoftmaxTable& t, auto rows, auto n, auto* x, auto* classes, auto* loss, auto*) {
    t.sparse_cross_entropy[kFloat](rows, n, x, classes, loss);
  });
}

void sparse_cross_entropy_gradient(benchmark::State& state) {
  run(state, [](const SoftmaxTable& t, auto rows, auto n, auto* x, auto* classes, auto* dloss, auto* dx) {
    t.sparse_cross_entropy_gradient[kFloat](rows, n, x, classes, dloss, dx);
  });
}

void dense_cross_entropy(benchmark::State& state) {
  run(state, [](const SoftmaxTable& t, auto rows, auto n, auto* x, auto*, auto* loss, auto*) {
    t.dense_cross_entropy[kFloat](rows, n, x, x, loss);
  });
}

#define NNFIT_BENCHMARK(kernel) BENCHMARK(kernel)->Args({64, 10})->Args({256, 1000})
NNFIT_BENCHMARK(softmax);
NNFIT_BENCHMARK(sparse_cross_entropy);
NNFIT_BENCHMARK(sparse_cross_entropy_gradient);
NNFIT_BENCHMARK(dense_cross_entropy);

}  // namespace
}  // namespace nnfit
