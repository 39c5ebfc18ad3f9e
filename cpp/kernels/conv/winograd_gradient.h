// Winograd's method for the kernel gradient, F(3x3, 4x4) or F(5, 4): the sums over tiles of the products of transformed
// X and transformed dY, each of their elements a matrix product over the tiles, transformed back to dW once at the end.
// A task has some channels of X and some panels of those of dY, so that its sums stay in a near cache.
#pragma once

#include "kernels/conv/kernel_gradient.h"
#include "kernels/conv/winograd_forward.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int64_t kSumBytes = 9 << 15;  // of the sums of a task
inline constexpr int64_t kTilesTogether = 24;  // transformed before they are multiplied; more make less exact sums
inline constexpr int64_t kChunkTiles = 64;     // at least, of a partial sum
inline constexpr int64_t kLeastChannels = 24;  // of X in a task: rows of a product
// Like kTransform, for the transform of dY, and for that of the sums with all that is done once for each of them.
template <class Tiles>
inline constexpr double kOutputTransform = Tiles::H::size > 1 ? 65.0 / 18 : kTransform<Tiles>;
inline constexpr double kSumTransform = 250.0 / 9;

// The sums of a task, of all that fit the cache those that leave least to transform: X is transformed again for each
// block of panels, and dY for each block of channels.
template <class T, class Tiles>
struct WinogradGradientBlocks {
  int64_t panels = 0, channels = 0;
  double transforms = 0;  // cycles for an element of a tile

  explicit WinogradGradientBlocks(const ConvProblem& p) {
    const Panels<T> all(p.oc);
    for (int64_t together = 1; together <= all.count(); ++together) {
      const int64_t fit = kSumBytes / (Tiles::elements * all.padded(0) * together * int64_t(sizeof(T)));
      if (together > 1 && fit < least(p.ic, kLeastChannels)) break;
      const double cost = kTransform<Tiles> * double(p.ic) / Vec<T>::width * double(ceil_div(all.count(), together)) +
                          kOutputTransform<Tiles> * double(p.oc) / Vec<T>::width * double(ceil_div(p.ic, fit));
      if (together == 1 || cost < transforms) panels = together, channels = fit, transforms = cost;
    }
  }
};

template <class T, class Tiles>
struct WinogradGradientPlanner {
  ConvPlan plan;

  explicit WinogradGradientPlanner(const ConvProblem& p) {
    plan.problem = p, plan.method = ConvMethod::winograd;
    const Panels<T> panels(p.oc);
    const WinogradGradientBlocks<T, Tiles> blocks(p);
    plan.panel_blocks = ceil_div(panels.count(), blocks.panels);
    plan.tap_blocks = ceil_div(p.ic, blocks.channels);
    const int64_t across = plan.panel_blocks * plan.tap_blocks, tiles = WinogradPlanner<T, Tiles>::count(p);
    plan.chunks = least(ceil_div(kConvTasks, across), ceil_div(tiles, kChunkTiles));
    plan.tasks[0] = plan.chunks * across;
    const int64_t rows = ceil_div(p.ic, plan.tap_blocks), columns = panels.padded(0);
    const int64_t together = ceil_div(panels.count(), plan.panel_blocks);
    plan.task_scratch = size_t(Tiles::elements * (together * step(rows, columns) + step(kTilesTogether, rows) +
                                                  step(kTilesTogether, columns))) *
                        sizeof(T);
    KernelGradientPlanner<T>::add_last_phase(plan);
  }

  static int64_t step(int64_t rows, int64_t columns) { return WinogradPlanner<T, Tiles>::step(rows, columns); }
};

// Whether it is faster than the direct method, by a count of cycles.
template <class T, class Tiles>
bool winograd_gradient_pays(const ConvProblem& p) {
  if (!winograd_fits<Tiles>(p)) return false;
  const double tiles = double(WinogradPlanner<T, Tiles>::count(p)), products = double(p.ic) * p.oc / Vec<T>::width;
  const double transforms = tiles * WinogradGradientBlocks<T, Tiles>(p).transforms;
  return Tiles::elements * (tiles * products * 1.15 + transforms + kSumTransform * products) <
         0.9 * 1.15 * direct_work<T>(p);
}

template <class T, class Tiles>
struct WinogradGradientTask {
  static constexpr int64_t kWidth = Vec<T>::width;
  using H = typename Tiles::H;
  using W = typename Tiles::W;
  using XTile = InputTile<T, typename H::template Input<T>, typename W::template Input<T>>;
  using YTile = InputTile<T, typename H::template Gradient<T>, typename W::template Gradient<T>>;

  const ConvPlan& plan;
  const ConvProblem& p;
  const ConvOperands<T>& operands;
  WinogradGrid<Tiles> grid;
  Panels<T> panels;
  int64_t panel_begin, panel_end, channel, channels, chunk, sum_step, x_step, dy_step;
  T *sums, *xs, *dys, *result, *bias_gradient;

  WinogradGradientTask(const ConvPlan& plan_, const ConvOperands<T>& operands_, int64_t task, void* task_scratch,
                       void* shared)
      : plan(plan_), p(plan_.problem), operands(operands_), grid(p), panels(p.oc) {
    const Split blocks{p.ic, plan.tap_blocks}, parts{panels.count(), plan.panel_blocks};
    panel_begin = parts.begin(task % plan.panel_blocks), panel_end = parts.begin(task % plan.panel_blocks + 1);
    task /= plan.panel_blocks;
    channel = blocks.begin(task % plan.tap_blocks), channels = blocks.size(task % plan.tap_blocks);
    chunk = task / plan.tap_blocks;
    using Planner = WinogradGradientPlanner<T, Tiles>;
    sum_step = Planner::step(channels, panels.padded(0));
    x_step = Planner::step(kTilesTogether, channels), dy_step = Planner::step(kTilesTogether, panels.padded(0));
    sums = static_cast<T*>(task_scratch);
    xs = sums_of(panel_end), dys = xs + Tiles::elements * x_step;
    const int64_t size = KernelGradientPlanner<T>::size(p);
    result = plan.chunks == 1 ? operands.out : static_cast<T*>(shared) + chunk * (size + p.oc);
    bias_gradient = plan.chunks == 1 ? operands.bias_gradient : result + size;
    if (channel > 0) bias_gradient = nullptr;
  }

  void run() const {
    const Split tiles{WinogradPlanner<T, Tiles>::count(p), plan.chunks};
    const int64_t begin = tiles.begin(chunk), end = tiles.begin(chunk + 1);
    for (int64_t panel = panel_begin; bias_gradient && panel < panel_end; ++panel)
      zero_elements(bias_gradient + panels.begin(panel), panels.size(panel));
    zero_elements(dys, Tiles::elements * dy_step);  // behind the channels of the last panel
    for (int64_t at = begin; at < end; at += kTilesTogether) {
      const int64_t together = least(end - at, kTilesTogether);
      for (int64_t i = 0; i < together; ++i) input(at + i).transform(channels, xs + i * channels, x_step);
      for (int64_t panel = panel_begin; panel < panel_end; ++panel) {
        for (int64_t i = 0; i < together; ++i) transform_output(at + i, i, panel);
        multiply(together, panel, at > begin);
      }
    }
    for (int64_t panel = panel_begin; panel < panel_end; ++panel) write(panel);
  }

 private:
  T* sums_of(int64_t panel) const { return sums + (panel - panel_begin) * Tiles::elements * sum_step; }

  XTile input(int64_t tile) const {
    const auto& [h, w] = grid;
    const auto place = grid.place(tile);
    return XTile(operands.x + place.image * h.in * w.in * p.ic + channel, p.ic, h.in, w.in, place.y - h.pad,
                 place.x - w.pad);
  }

  YTile output(int64_t tile, int64_t panel) const {
    const auto& [h, w] = grid;
    const auto place = grid.place(tile);
    const T* dy = operands.dy + place.image * h.out * w.out * p.oc + panels.begin(panel);
    return YTile(dy, p.oc, h.out, w.out, place.y, place.x);
  }

  void transform_output(int64_t number, int64_t i, int64_t panel) const {
    const YTile tile = output(number, panel);
    tile.transform(panels.size(panel), dys + i * panels.padded(panel), dy_step);
    if (bias_gradient) add_pixels(tile, panel);
  }

  void add_pixels(const YTile& tile, int64_t panel) const {
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

  void multiply(int64_t tiles, int64_t panel, bool accumulate) const {
    T* const to = sums_of(panel);
    BrgemmShape shape;
    shape.m = channels, shape.n = panels.padded(panel), shape.k = tiles;
    shape.a_m = 1, shape.a_k = channels, shape.b_k = shape.c_m = shape.n;
    shape.accumulate = accumulate;
    for (int64_t e = 0; e < Tiles::elements; ++e) {
      const T *x = xs + e * x_step, *dy = dys + e * dy_step;
      gemm_table.of<T>().brgemm(shape, {&x, &dy, to + e * sum_step, nullptr, nullptr});
    }
  }

  void write(int64_t panel) const {
    const T* const from = sums_of(panel);
    const int64_t n = panels.size(panel), padded = panels.padded(panel);
    for (int64_t c = 0; c < channels; ++c)
      for (int64_t j = 0; j < n; j += kWidth) {
        const int lanes = n - j < kWidth ? int(n - j) : int(kWidth);
        T* const to = result + (channel + c) * p.oc + panels.begin(panel) + j;
        winograd::transform<T, typename H::template KernelGradient<T>, typename W::template KernelGradient<T>>(
            [&](int row, int column) { return load<T>(from + (row * W::size + column) * sum_step + c * padded + j); },
            [&](int row, int column, vec<T> v) {
              store_up_to<T>(to + (row * W::taps + column) * p.ic * p.oc, v, lanes);
            });
      }
  }
};

}  // namespace nnfit::NNFIT_ISA
