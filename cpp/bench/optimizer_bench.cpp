// Optimizer updates on one thread: elements/s, and GB/s of what is read and written.
#include <benchmark/benchmark.h>

#include <vector>

#include "kernels/kernels.h"
#include "kernels/optimizer/optimizer.h"

namespace nnfit {
namespace {

constexpr DType kFloat = DType(4);

// Gradients and variables of n elements with two slots; `traffic` is the number of arrays read and written.
template <class Update>
void run(benchmark::State& state, int traffic, Update update) {
  const std::int64_t n = state.range(0);
  std::vector<float> gradient(n, 0.01f), w(n, 1.0f), first(n, 0.1f), second(n, 0.1f);
  for (auto _ : state) {
    update(*kernels().optimizer, n, gradient.data(), w.data(), first.data(), second.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * n);
  state.SetBytesProcessed(state.iterations() * n * traffic * sizeof(float));
}

void sgd(benchmark::State& state) {
  run(state, 3, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float*, float*) {
    t.sgd_update[kFloat](SgdRule{{.learning_rate = 1e-9}}, n, g, w, nullptr);
  });
}

void sgd_momentum(benchmark::State& state) {
  run(state, 5, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float* m, float*) {
    t.sgd_update[kFloat](SgdRule{{.learning_rate = 1e-9}, 0.9, false}, n, g, w, m);
  });
}

void rmsprop(benchmark::State& state) {
  run(state, 5, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float* v, float*) {
    t.rmsprop_update[kFloat](RmspropRule{{.learning_rate = 1e-9}, 0.9, 0, 1e-7}, n, g, w, v, nullptr, nullptr);
  });
}

void adam(benchmark::State& state) {
  run(state, 7, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float* m, float* v) {
    t.adam_update[kFloat](AdamRule{{.learning_rate = 1e-9}, 0.9, 0.999, 1e-7}, n, g, w, m, v, nullptr);
  });
}

void adamax(benchmark::State& state) {
  run(state, 7, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float* m, float* u) {
    t.adamax_update[kFloat](AdamaxRule{{.learning_rate = 1e-9}, 0.9, 0.999, 1e-7}, n, g, w, m, u);
  });
}

void nadam(benchmark::State& state) {
  run(state, 7, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float* m, float* v) {
    t.nadam_update[kFloat](NadamRule{{.learning_rate = 1e-9}, 1e-9, 1, 0.9, 0.999, 1e-7}, n, g, w, m, v);
  });
}

void adagrad(benchmark::State& state) {
  run(state, 5, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float* a, float*) {
    t.adagrad_update[kFloat](AdagradRule{{.learning_rate = 1e-9}, 1e-7}, n, g, w, a);
  });
}

void adadelta(benchmark::State& state) {
  run(state, 7, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float* a, float* d) {
    t.adadelta_update[kFloat](AdadeltaRule{{.learning_rate = 1e-9}, 0.95, 1e-7}, n, g, w, a, d);
  });
}

void ftrl(benchmark::State& state) {
  run(state, 7, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float* a, float* z) {
    t.ftrl_update[kFloat](FtrlRule{{.learning_rate = 1}, 0.5, 0.1, 0.1, 0}, n, g, w, a, z);
  });
}

void lion(benchmark::State& state) {
  run(state, 5, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float* m, float*) {
    t.lion_update[kFloat](LionRule{{.learning_rate = 1e-9}, 0.9, 0.99}, n, g, w, m);
  });
}

void average(benchmark::State& state) {
  run(state, 3, [](const OptimizerTable& t, std::int64_t n, float* g, float* w, float*, float*) {
    t.average_update[kFloat](0.99, n, g, w);
  });
}

// In the second-level cache, and in memory.
#define NNFIT_BENCHMARK(rule) BENCHMARK(rule)->Arg(55050)->Arg(1 << 24)
NNFIT_BENCHMARK(sgd);
NNFIT_BENCHMARK(sgd_momentum);
NNFIT_BENCHMARK(rmsprop);
NNFIT_BENCHMARK(adam);
NNFIT_BENCHMARK(adamax);
NNFIT_BENCHMARK(nadam);
NNFIT_BENCHMARK(adagrad);
NNFIT_BENCHMARK(adadelta);
NNFIT_BENCHMARK(ftrl);
NNFIT_BENCHMARK(lion);
NNFIT_BENCHMARK(average);

}  // namespace
}  // namespace nnfit
