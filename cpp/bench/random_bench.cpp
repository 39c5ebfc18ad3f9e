// Random numbers on one thread: elements/s.
#include <benchmark/benchmark.h>

#include <vector>

#include "kernels/kernels.h"
#include "kernels/random/random.h"

namespace nnfit {
namespace {

constexpr RandomKey kKey = {1, 2};
constexpr DType kFloat = DType(4);
constexpr std::int64_t kCount = 1 << 16;

template <class T, class Draw>
void run(benchmark::State& state, Draw draw) {
  std::vector<T> x(kCount, T(1));
  for (auto _ : state) {
    draw(*kernels().random, x.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * kCount);
}

void bits(benchmark::State& state) {
  run<std::uint32_t>(state, [](const RandomTable& t, auto* x) { t.random_bits(kKey, 0, kCount, x); });
}
void uniform(benchmark::State& state) {
  run<float>(state, [](const RandomTable& t, auto* x) { t.random_uniform[kFloat](kKey, 0, kCount, 0, 1, x); });
}
void normal(benchmark::State& state) {
  run<float>(state, [](const RandomTable& t, auto* x) { t.random_normal[kFloat](kKey, 0, kCount, 0, 1, x); });
}
void truncated_normal(benchmark::State& state) {
  run<float>(state, [](const RandomTable& t, auto* x) { t.random_truncated_normal[kFloat](kKey, 0, kCount, 0, 1, x); });
}
void bernoulli(benchmark::State& state) {
  run<std::uint8_t>(state, [](const RandomTable& t, auto* x) { t.random_bernoulli(kKey, 0, kCount, 0.3, x); });
}
void dropout(benchmark::State& state) {
  run<float>(state, [](const RandomTable& t, auto* x) { t.dropout[kFloat](kKey, 0, kCount, 0.5, x, x); });
}
void permutation(benchmark::State& state) {
  run<std::int64_t>(state, [](const RandomTable& t, auto* x) { t.random_permutation(kKey, kCount, x); });
}
BENCHMARK(bits);
BENCHMARK(uniform);
BENCHMARK(normal);
BENCHMARK(truncated_normal);
BENCHMARK(bernoulli);
BENCHMARK(dropout);
BENCHMARK(permutation);

}  // namespace
}  // namespace nnfit
