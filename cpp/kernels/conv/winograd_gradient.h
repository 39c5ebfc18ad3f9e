// Winograd's method for the kernel gradient, F(3x3, 4x4): the sums over tiles of the products of transformed X and
// transformed dY, each of the 36 elements a matrix product over the tiles, transformed back to dW once at the end. A
// task has some channels of X and a panel of those of dY, so that its 36 sums stay in a near cache.
#pragma once

#include "kernels/conv/kernel_gradient.h"
#include "kernels/conv/winograd_forward.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int64_t kSumBytes = 9 << 15;  // of the 36 sums of a task
inline constexpr int64_t kTilesTogether = 24;  // transformed before they are multiplied
inline constexpr int64_t kChunkTiles = 64;     // at least, of a partial sum

template <class T>
struct WinogradGradientPlanner {
  ConvPlan plan;

  explicit WinogradGradientPlanner(const ConvProblem& p) {
    plan.problem = p, plan.method = ConvMethod::winograd;
    const Panels<T> panels(p.oc);
    plan.panel_blocks = panels.count();
    plan.tap_blocks = ceil_div(p.ic, channels(panels));
    const int64_t across = plan.panel_blocks * plan.tap_blocks, tiles = WinogradPlanner<T>::count(p);
    plan.chunks = least(ceil_div(kConvTasks, across), ceil_div(tiles, kChunkTiles));
    plan.tasks[0] = plan.chunks * across;
    const int64_t rows = ceil_div(p.ic, plan.tap_blocks), columns = panels.padded(0);
    plan.task_scratch = size_t(winograd::kElements *
                               (step(rows, columns) + step(kTilesTogether, rows) + step(kTilesTogether, columns))) *
                        sizeof(T);
    KernelGradientPlanner<T>::add_last_phase(plan);
  }

  // Channels of X whose sums fit the cache.
  static int64_t channels(const Panels<T>& panels) {
    return kSumBytes / (winograd::kElements * panels.padded(0) * int64_t(sizeof(T)));
  }
  static int64_t step(int64_t rows, int64_t columns) { return WinogradPlanner<T>::step(rows, columns); }
};

// Whether it is faster than the direct method, by a count of cycles.
template <class T>
bool winograd_gradient_pays(const ConvProblem& p) {
  if (!winograd_fits(p)) return false;
  const Panels<T> panels(p.oc);
  const double width = Vec<T>::width, tiles = double(WinogradPlanner<T>::count(p));
  const double products = double(p.ic) * p.oc / width,
               blocks = double(ceil_div(p.ic, WinogradGradientPlanner<T>::channels(panels)));
  const double direct = 9 * double(p.images) * p.h.out * p.w.out * products * 1.15;
  const double transforms = 160 * double(p.ic) / width * double(panels.count()) + 130 * double(p.oc) / width * blocks;
  const double minimal = 36 * tiles * products * 1.15 + tiles * transforms + 1000 * products;
  return minimal < 0.9 * direct;
}

template <class T>
struct WinogradGradientTask {
  static constexpr int64_t kWidth = Vec<T>::width;

  const ConvPlan& plan;
  const ConvProblem& p;
  const ConvOperands<T>& operands;
  WinogradAxis h, w;
  Panels<T> panels;
  int64_t panel, channel, channels, chunk, sum_step, x_step, dy_step;
  T *sums, *xs, *dys, *result, *bias_gradient;

  WinogradGradientTask(const ConvPlan& plan_, const ConvOperands<T>& operands_, int64_t task, void* task_scratch,
                       void* shared)
      : plan(plan_), p(plan_.problem), operands(operands_), h(p.h, p.pass), w(p.w, p.pass), panels(p.oc) {
    const Split blocks{p.ic, plan.tap_blocks};
    panel = task % plan.panel_blocks, task /= plan.panel_blocks;
    channel = blocks.begin(task % plan.tap_blocks), channels = blocks.size(task % plan.tap_blocks);
    chunk = task / plan.tap_blocks;
    using Planner = WinogradGradientPlanner<T>;
    sum_step = Planner::step(channels, panels.padded(panel));
    x_step = Planner::step(kTilesTogether, channels), dy_step = Planner::step(kTilesTogether, panels.padded(panel));
    sums = static_cast<T*>(task_scratch);
    xs = sums + winograd::kElements * sum_step, dys = xs + winograd::kElements * x_step;
    const int64_t size = KernelGradientPlanner<T>::size(p);
    result = plan.chunks == 1 ? operands.out : static_cast<T*>(shared) + chunk * (size + p.oc);
    bias_gradient = plan.chunks == 1 ? operands.bias_gradient : result + size;
    if (channel > 0) bias_gradient = nullptr;
  }

  void run() const {
    const Split tiles{WinogradPlanner<T>::count(p), plan.chunks};
    const int64_t begin = tiles.begin(chunk), end = tiles.begin(chunk + 1);
    if (bias_gradient) zero_elements(bias_gradient + panels.begin(panel), panels.size(panel));
    zero_elements(dys, winograd::kElements * dy_step);  // behind the channels of the last panel
    for (int64_t at = begin; at < end; at += kTilesTogether) {
      const int64_t together = least(end - at, kTilesTogether);
      for (int64_t i = 0; i < together; ++i) transform_tile(at + i, i);
      multiply(together, at > begin);
    }
    write();
  }

 private:
  void transform_tile(int64_t tile, int64_t i) const {
    const int64_t image = tile / (h.tiles * w.tiles), at = tile % (h.tiles * w.tiles);
    const int64_t y = at / w.tiles * winograd::kOutputs, x = at % w.tiles * winograd::kOutputs;
    const InputTile<T> input(operands.x + image * h.in * w.in * p.ic + channel, p.ic, h.in, w.in, y - h.pad, x - w.pad,
                             winograd::kSize);
    input.template transform<winograd::Input<T>>(channels, xs + i * channels, x_step);
    const T* dy = operands.dy + image * h.out * w.out * p.oc + panels.begin(panel);
    const InputTile<T> output(dy, p.oc, h.out, w.out, y, x, winograd::kOutputs);
    output.template transform<winograd::Filter<T, winograd::kOutputs>>(panels.size(panel),
                                                                       dys + i * panels.padded(panel), dy_step);
    if (bias_gradient) add_pixels(output);
  }

  void add_pixels(const InputTile<T>& tile) const {
    const int64_t n = panels.size(panel);
    for (int64_t j = 0; j < n; j += kWidth) {
      const int lanes = n - j < kWidth ? int(n - j) : int(kWidth);
      T* const to = bias_gradient + panels.begin(panel) + j;
      vec<T> sum = load_up_to<T>(to, lanes);
      for (int64_t row = 0; row < tile.bottom; ++row)
        for (int64_t column = 0; column < tile.right; ++column)
          sum += load_up_to<T>(tile.at + row * tile.line + column * tile.pixel + j, lanes);
      store_up_to<T>(to, sum, lanes);
    }
  }

  void multiply(int64_t tiles, bool accumulate) const {
    BrgemmShape shape;
    shape.m = channels, shape.n = panels.padded(panel), shape.k = tiles;
    shape.a_m = 1, shape.a_k = channels, shape.b_k = shape.c_m = shape.n;
    shape.accumulate = accumulate;
    for (int64_t e = 0; e < winograd::kElements; ++e) {
      const T *x = xs + e * x_step, *dy = dys + e * dy_step;
      gemm_table.of<T>().brgemm(shape, {&x, &dy, sums + e * sum_step, nullptr, nullptr});
    }
  }

  void write() const {
    const int64_t n = panels.size(panel), padded = panels.padded(panel);
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t j = 0; j < n; j += kWidth) {
        const int lanes = n - j < kWidth ? int(n - j) : int(kWidth);
        T* const to = result + (channel + c) * p.oc + panels.begin(panel) + j;
        winograd::transform<T, winograd::Output<T, winograd::kTaps>>(
            [&](int row, int column) {
              return load<T>(sums + (row * winograd::kSize + column) * sum_step + c * padded + j);
            },
            [&](int row, int column, vec<T> v) {
              store_up_to<T>(to + (row * winograd::kTaps + column) * p.ic * p.oc, v, lanes);
            });
      }
  }
};

}  // namespace nnfit::NNFIT_ISA
