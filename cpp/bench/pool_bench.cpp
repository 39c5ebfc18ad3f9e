// Pooling by two, and its gradients, on one thread: at the sizes of conv nets on MNIST and CIFAR, of a series, and of
// images with three channels. The bytes are those that a call has to read and write.
#include <benchmark/benchmark.h>

#include <vector>

#include "kernels/kernels.h"
#include "kernels/pool/pool.h"

namespace nnfit {
namespace {

constexpr DType kFloat = DType(4);

struct Problem {
  PoolView view;
  std::int64_t cells, windows;
  std::vector<float> x, y, dx;
  std::vector<std::uint8_t> index;

  explicit Problem(const benchmark::State& state) {
    const std::int64_t n = state.range(0), h = state.range(1), w = state.range(2);
    const std::int64_t window_h = h > 1 ? 2 : 1;
    view = {{h, h / window_h, window_h, window_h, 0}, {w, w / 2, 2, 2, 0}, state.range(3)};
    cells = n * h * w;
    windows = n * view.rows.out * view.columns.out;
    x.resize(std::size_t(cells * view.channels));
    dx.resize(x.size());
    y.resize(std::size_t(windows * view.channels), 1.0f);
    index.resize(y.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = float(i * 7 % 23) - 11;
  }
};

// `kernel` reads or writes the images' floats, the windows', and `index_bytes` for each of the latter.
template <class Kernel>
void run(benchmark::State& state, int index_bytes, Kernel kernel) {
  Problem p(state);
  for (auto _ : state) {
    kernel(*kernels().pool, p);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() *
                          std::int64_t(p.x.size() * sizeof(float) + p.y.size() * (sizeof(float) + index_bytes)));
}

void max_pool(benchmark::State& state) {
  run(state, 0, [](const PoolTable& t, Problem& p) {
    t.max_pool[kFloat](p.view, 0, p.windows, p.x.data(), p.y.data(), nullptr);
  });
}

void max_pool_with_index(benchmark::State& state) {
  run(state, 1, [](const PoolTable& t, Problem& p) {
    t.max_pool[kFloat](p.view, 0, p.windows, p.x.data(), p.y.data(), p.index.data());
  });
}

void max_pool_gradient(benchmark::State& state) {
  run(state, 1, [](const PoolTable& t, Problem& p) {
    t.max_pool_gradient[kFloat](p.view, 0, p.cells, p.y.data(), p.index.data(), p.dx.data());
  });
}

void average_pool(benchmark::State& state) {
  run(state, 0,
      [](const PoolTable& t, Problem& p) { t.average_pool[kFloat](p.view, 0, p.windows, p.x.data(), p.y.data()); });
}

void average_pool_gradient(benchmark::State& state) {
  run(state, 0, [](const PoolTable& t, Problem& p) {
    t.average_pool_gradient[kFloat](p.view, 0, p.cells, p.y.data(), p.dx.data());
  });
}

// Batch, rows, columns, channels; one image of each size that fits into the cache, and whole batches that do not.
#define NNFIT_BENCHMARK(kernel) \
  BENCHMARK(kernel)             \
      ->Args({1, 26, 26, 32})   \
      ->Args({1, 32, 32, 64})   \
      ->Args({1, 1, 512, 64})   \
      ->Args({1, 32, 32, 3})    \
      ->Args({128, 26, 26, 32}) \
      ->Args({64, 32, 32, 64})  \
      ->Args({64, 1, 512, 64})
NNFIT_BENCHMARK(max_pool);
NNFIT_BENCHMARK(max_pool_with_index);
NNFIT_BENCHMARK(max_pool_gradient);
NNFIT_BENCHMARK(average_pool);
NNFIT_BENCHMARK(average_pool_gradient);

}  // namespace
}  // namespace nnfit
