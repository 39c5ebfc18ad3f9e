// The three products of a dense layer at the shapes of gemm_shapes.txt, on one thread and on all, with the share of the
// machine's measured peak.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "core/storage.h"
#include "machine_peak.h"
#include "ops/gemm_call.h"

namespace nnfit {
namespace {

struct Layer {
  std::int64_t M, N, K;
};

std::vector<Layer> read_layers(const char* path) {
  std::ifstream file(path);
  std::vector<Layer> layers;
  for (std::string line; std::getline(file, line);) {
    Layer layer;
    if (std::istringstream(line) >> layer.M >> layer.N >> layer.K) layers.push_back(layer);
  }
  return layers;
}

// `count` times `value`, in memory as tensors have it: large blocks in huge pages.
template <class T>
class Array {
 public:
  Array(std::int64_t count, T value) : storage_(Storage::allocate(std::size_t(count) * sizeof(T))) {
    std::fill_n(data(), count, value);
  }
  T* data() const { return reinterpret_cast<T*>(storage_->data()); }

 private:
  std::shared_ptr<Storage> storage_;
};

// Y[M,N] = relu(X[M,K] W[K,N] + bias) and its gradients.
template <class T>
struct Buffers {
  Array<T> x, w, y, bias;
  explicit Buffers(const Layer& l) : x(l.M * l.K, T(0.5)), w(l.K * l.N, T(0.25)), y(l.M * l.N, T(1)), bias(l.N, T(0)) {}
};

template <class T>
void product(benchmark::State& state, const Layer& layer, const GemmProblem& problem, GemmOperands<T> operands) {
  const int threads = int(state.range(0)), before = num_threads();
  set_num_threads(threads);
  const std::shared_ptr<Storage> shared = Storage::allocate(gemm_scratch<T>(problem));
  for (auto _ : state) {
    run_gemm<T>(problem, operands, shared->data());
    benchmark::ClobberMemory();
  }
  set_num_threads(before);
  const double gflop = 2e-9 * double(layer.M) * double(layer.N) * double(layer.K);
  using benchmark::Counter;
  state.counters["GFLOP/s"] = Counter(gflop, Counter::kIsIterationInvariantRate);
  state.counters["of_peak"] = Counter(gflop / peak_gflops<T>(threads), Counter::kIsIterationInvariantRate);
}

template <class T>
void forward(benchmark::State& state, const Layer& l) {
  Buffers<T> b(l);
  GemmProblem problem = GemmProblem::of(l.M, l.N, l.K);
  problem.activation = GemmActivation::relu;
  product<T>(state, l, problem, {b.x.data(), b.w.data(), b.y.data(), b.bias.data(), nullptr, nullptr});
}

template <class T>
void input_gradient(benchmark::State& state, const Layer& l) {
  Buffers<T> b(l);
  const Array<T> gate(l.M * l.K, T(0.5));
  const GemmProblem problem = GemmProblem::of(l.M, l.K, l.N, false, true);
  product<T>(state, l, problem, {b.y.data(), b.w.data(), b.x.data(), nullptr, gate.data(), nullptr});
}

template <class T>
void kernel_gradient(benchmark::State& state, const Layer& l) {
  Buffers<T> b(l);
  const GemmProblem problem = GemmProblem::of(l.K, l.N, l.M, true, false);
  product<T>(state, l, problem, {b.x.data(), b.y.data(), b.w.data(), nullptr, nullptr, b.bias.data()});
}

template <class T>
void register_layer(const Layer& layer, const char* type) {
  struct Product {
    const char* name;
    void (*run)(benchmark::State&, const Layer&);
  };
  for (const Product& p : {Product{"forward", forward<T>}, Product{"input_gradient", input_gradient<T>},
                           Product{"kernel_gradient", kernel_gradient<T>}}) {
    char name[128];
    std::snprintf(name, sizeof name, "%s/%s/%ldx%ldx%ld", p.name, type, long(layer.M), long(layer.N), long(layer.K));
    const auto run = p.run;
    auto* bench = benchmark::RegisterBenchmark(name, [run, layer](benchmark::State& state) { run(state, layer); });
    bench->ArgName("threads")->Arg(1)->UseRealTime();
    if (num_threads() > 1) bench->Arg(num_threads());
  }
}

}  // namespace
}  // namespace nnfit

int main(int argc, char** argv) {
  using namespace nnfit;
  benchmark::Initialize(&argc, argv);
  for (const Layer& layer : read_layers(NNFIT_GEMM_SHAPES)) {
#define NNFIT_GEMM_TYPE(T, name) register_layer<T>(layer, #name);
#include "kernels/gemm/gemm.inc"
#undef NNFIT_GEMM_TYPE
  }
  for (int threads = 1; threads <= num_threads(); threads += std::max(1, num_threads() - 1))
    std::printf("%d threads: %.0f GFLOP/s of float, %.0f of double, %.1f GB/s\n", threads, peak_gflops<float>(threads),
                peak_gflops<double>(threads), stream_gbytes(threads));
  benchmark::RunSpecifiedBenchmarks();
}
