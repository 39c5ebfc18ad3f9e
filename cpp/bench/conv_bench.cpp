// The convolution and its gradients at the shapes of conv_shapes.txt, on one thread and on all, with the share of the
// machine's measured peak. FLOP are those of the definition, so that Winograd's method may pass the peak.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "machine_peak.h"
#include "ops/conv_call.h"

namespace nnfit {
namespace {

struct Layer {
  std::int64_t rows, columns, channels, filters, kernel, stride, groups;
};

std::vector<Layer> read_layers(const char* path) {
  std::ifstream file(path);
  std::vector<Layer> layers;
  for (std::string line; std::getline(file, line);) {
    Layer l;
    if (std::istringstream(line) >> l.rows >> l.columns >> l.channels >> l.filters >> l.kernel >> l.stride >> l.groups)
      layers.push_back(l);
  }
  return layers;
}

ConvAxis same(std::int64_t in, std::int64_t taps, std::int64_t stride) {
  const std::int64_t out = (in + stride - 1) / stride;
  const std::int64_t zeros = std::max<std::int64_t>((out - 1) * stride + taps - in, 0);
  return {.in = in, .out = out, .taps = taps, .stride = stride, .pad = zeros / 2};
}

ConvProblem problem_of(const Layer& l, ConvPass pass, std::int64_t images) {
  return {.pass = pass,
          .images = images,
          .groups = l.groups,
          .ic = l.channels / l.groups,
          .oc = l.filters / l.groups,
          .h = same(l.rows, l.kernel, l.stride),
          .w = same(l.columns, l.kernel, l.stride)};
}

template <class T>
void convolution(benchmark::State& state, const Layer& layer, ConvPass pass) {
  const ConvProblem p = problem_of(layer, pass, state.range(0));
  const int threads = int(state.range(1)), before = num_threads();
  const std::int64_t kernel_size = layer.kernel * layer.kernel * p.ic * layer.filters;
  std::vector<T> x(std::size_t(p.images * p.h.in * p.w.in * layer.channels), T(0.5));
  std::vector<T> y(std::size_t(p.images * p.h.out * p.w.out * layer.filters), T(0.25));
  std::vector<T> kernel(std::size_t(kernel_size), T(0.1)), bias(std::size_t(layer.filters));
  ConvOperands<T> operands;
  operands.kernel = kernel.data(), operands.dy = y.data();
  operands.x = pass == ConvPass::input_gradient ? y.data() : x.data();
  operands.out = pass == ConvPass::forward ? y.data() : pass == ConvPass::input_gradient ? x.data() : kernel.data();
  if (pass == ConvPass::forward) operands.bias = bias.data();
  if (pass == ConvPass::kernel_gradient) operands.bias_gradient = bias.data();
  std::vector<std::byte> shared(conv_scratch<T>(p) + 64);
  std::byte* scratch = shared.data() + (64 - reinterpret_cast<std::uintptr_t>(shared.data()) % 64) % 64;
  set_num_threads(threads);
  for (auto _ : state) {
    run_conv<T>(p, operands, scratch);
    benchmark::ClobberMemory();
  }
  set_num_threads(before);
  const double gflop = 2e-9 * double(p.images * p.h.out * p.w.out) * double(kernel_size);
  using benchmark::Counter;
  state.counters["GFLOP/s"] = Counter(gflop, Counter::kIsIterationInvariantRate);
  state.counters["of_peak"] = Counter(gflop / peak_gflops<T>(threads), Counter::kIsIterationInvariantRate);
}

template <class T>
void register_layer(const Layer& l, const char* type) {
  constexpr const char* names[] = {"forward", "input_gradient", "kernel_gradient"};
  for (ConvPass pass : {ConvPass::forward, ConvPass::input_gradient, ConvPass::kernel_gradient}) {
    char name[128];
    std::snprintf(name, sizeof name, "%s/%s/%ldx%ldx%ld,%ld,kernel:%ld,stride:%ld,groups:%ld", names[int(pass)], type,
                  long(l.rows), long(l.columns), long(l.channels), long(l.filters), long(l.kernel), long(l.stride),
                  long(l.groups));
    auto* bench =
        benchmark::RegisterBenchmark(name, [pass, l](benchmark::State& state) { convolution<T>(state, l, pass); });
    bench->ArgNames({"images", "threads"})->UseRealTime();
    for (std::int64_t images : {1, 16, 64}) {
      bench->Args({images, 1});
      if (num_threads() > 1) bench->Args({images, num_threads()});
    }
  }
}

}  // namespace
}  // namespace nnfit

int main(int argc, char** argv) {
  using namespace nnfit;
  benchmark::Initialize(&argc, argv);
  for (const Layer& layer : read_layers(NNFIT_CONV_SHAPES)) {
#define NNFIT_CONV_TYPE(T, name) register_layer<T>(layer, #name);
#include "kernels/conv/conv.inc"
#undef NNFIT_CONV_TYPE
  }
  benchmark::RunSpecifiedBenchmarks();
}
