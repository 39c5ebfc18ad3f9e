// Winograd's method where a large kernel meets few tiles, single images of many channels above all. The transformed
// kernel is four times as large as the kernel and would be written to memory and read from there for few products; here
// each task transforms some channels of a panel at a time, uses them while they are in a near cache, and forgets them.
#pragma once

#include "kernels/conv/winograd_forward.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int64_t kFewTiles = 32;              // of a task, at most
inline constexpr int64_t kFewTilesBytes = 3 << 17;    // of the transformed channels of tiles and kernel
inline constexpr int64_t kFewProductBytes = 1 << 17;  // of the products of a task

template <class T>
struct WinogradFewTilesPlanner {
  ConvPlan plan;

  explicit WinogradFewTilesPlanner(const ConvProblem& p) {
    plan.problem = p, plan.method = ConvMethod::winograd_few_tiles;
    const Weights<T> weights(p);
    plan.image_blocks = blocks(p);
    const int64_t tiles = most_tiles(plan);
    // As few tasks as are enough, since each transforms its tiles, but no more panels than the cache has products of.
    const int64_t products = winograd::Square::elements * step(tiles, weights.panels.padded(0));
    const int64_t fit = kFewProductBytes / (products * int64_t(sizeof(T)));
    const int64_t panels = least(fit, weights.panels.count() * plan.image_blocks / kConvTasks);
    plan.panel_blocks = ceil_div(weights.panels.count(), panels > 1 ? panels : 1);
    plan.tasks[0] = plan.image_blocks * plan.panel_blocks;
    const Scratch scratch(plan, weights);
    plan.task_scratch = size_t(scratch.elements) * sizeof(T);
  }

  static int64_t blocks(const ConvProblem& p) {
    return ceil_div(WinogradPlanner<T, winograd::Square>::count(p), kFewTiles);
  }
  static int64_t most_tiles(const ConvPlan& plan) {
    return ceil_div(WinogradPlanner<T, winograd::Square>::count(plan.problem), plan.image_blocks);
  }
  // Between the matrices of neighbouring elements: close, but never a power of two.
  static int64_t step(int64_t rows, int64_t columns) { return round_up(rows * columns, 32) + 16; }

  // Where things lie in the scratch of a task, in elements, the same for all tasks.
  struct Scratch {
    int64_t channels;  // that are transformed at a time
    int64_t input_step, kernel_step, output_step;
    int64_t kernel, packed, products, elements;  // the inputs come first

    Scratch(const ConvPlan& plan, const Weights<T>& weights) {
      const int64_t tiles = most_tiles(plan), panel = weights.panels.padded(0);
      const int64_t row = winograd::Square::elements * (tiles + panel) * int64_t(sizeof(T));
      channels = kFewTilesBytes / row / kKernelRows * kKernelRows;
      if (channels < kKernelRows) channels = kKernelRows;
      channels = least(channels, weights.k);
      input_step = step(tiles, channels), kernel_step = step(channels, panel), output_step = step(tiles, panel);
      kernel = winograd::Square::elements * input_step;
      packed = kernel + winograd::Square::elements * kernel_step;
      products = packed + winograd::Square::taps * kKernelRows * panel;
      elements =
          products + ceil_div(weights.panels.count(), plan.panel_blocks) * winograd::Square::elements * output_step;
    }
  };
};

// Whether it is faster than the direct method, and than a large transformed kernel that all tasks share, by a count of
// multiplications and what takes as long.
template <class T>
bool winograd_few_tiles_pays(const ConvProblem& p) {
  const int64_t bytes = p.ic * p.oc * int64_t(sizeof(T));
  if (!winograd_fits<winograd::Square>(p) || bytes * winograd::Square::elements <= kFarBytes) return false;
  constexpr int elements = winograd::Square::elements;
  const double width = Vec<T>::width, tiles = double(WinogradPlanner<T, winograd::Square>::count(p));
  const double blocks = double(WinogradFewTilesPlanner<T>::blocks(p)), products = double(p.ic) * p.oc / width;
  if (kKernelTransform * blocks > kFarKernelTransform) return false;
  // The direct method packs the kernel, through memory if it is large.
  const double direct = direct_work<T>(p) + products * (bytes * 9 > kFarBytes ? 400 : 60);
  const double panels = double(WinogradFewTilesPlanner<T>(p).plan.panel_blocks);
  const double transforms = tiles * kTransform<winograd::Square> * (double(p.ic) * panels + double(p.oc)) / width;
  return elements * (tiles * products * 1.1 + transforms + kKernelTransform * blocks * products) < 0.9 * direct;
}

template <class T>
struct WinogradFewTilesTask : WinogradTask<T, winograd::Square> {
  using Base = WinogradTask<T, winograd::Square>;
  using Base::p, Base::operands, Base::weights, Base::tiles;
  typename WinogradFewTilesPlanner<T>::Scratch scratch;

  WinogradFewTilesTask(const ConvPlan& plan, const ConvOperands<T>& operands_, int64_t task, void* task_scratch)
      : Base(plan, operands_, task, task_scratch, nullptr), scratch(plan, weights) {
    this->input_step = scratch.input_step, this->output_step = scratch.output_step;
  }

  void run() {
    for (int64_t k = 0; k < weights.k; k += scratch.channels) {
      const int64_t channels = least(weights.k - k, scratch.channels);
      this->for_each_tile([&](int64_t i, int64_t image, int64_t y, int64_t x) {
        this->input(image, y, x, k).transform(channels, this->inputs + i * channels, scratch.input_step);
      });
      for (int64_t i = this->panel_begin; i < this->panel_end; ++i) multiply(i, k, channels);
    }
    for (int64_t i = this->panel_begin; i < this->panel_end; ++i) {
      this->products = products_of(i);
      this->for_each_tile([&](int64_t t, int64_t image, int64_t y, int64_t x) { this->write(t, image, y, x, i); });
    }
  }

 private:
  T* products_of(int64_t i) const {
    return this->inputs + scratch.products + (i - this->panel_begin) * winograd::Square::elements * scratch.output_step;
  }

  // Adds the products of the channels [k, k + channels) to those of panel i.
  void multiply(int64_t i, int64_t k, int64_t channels) const {
    BrgemmShape shape;
    shape.m = tiles, shape.n = weights.panels.padded(i), shape.k = shape.a_m = channels;
    shape.b_k = shape.c_m = shape.n;
    shape.accumulate = k > 0;
    T *const kernel = this->inputs + scratch.kernel, *const packed = this->inputs + scratch.packed;
    for (int64_t r = 0; r < channels; r += kKernelRows)
      transform_kernel_rows<T, winograd::Square>(weights, operands.kernel, i, k + r, least(channels - r, kKernelRows),
                                                 packed, kernel + r * shape.n, scratch.kernel_step);
    for (int64_t e = 0; e < winograd::Square::elements; ++e) {
      const T *from = this->inputs + e * scratch.input_step, *by = kernel + e * scratch.kernel_step;
      gemm_table.of<T>().brgemm(shape, {&from, &by, products_of(i) + e * scratch.output_step, nullptr, nullptr});
    }
  }
};

}  // namespace nnfit::NNFIT_ISA
