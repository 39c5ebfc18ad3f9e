// Depthwise convolutions, forward and for the input gradient: vectors along the channels of Y. Outputs at the edge of
// the image are made one by one, of the taps inside, so that nothing is copied. Only where a channel of X has several
// of Y, X is copied with each channel repeated, and the input gradient is summed over them afterwards.
#pragma once

#include "kernels/conv/depthwise_source.h"
#include "kernels/gemm/finish.h"

namespace nnfit::NNFIT_ISA {

constexpr bool is_depthwise(const ConvProblem& p) { return p.ic == 1 && p.groups > 1; }

template <class T>
struct DepthwisePlanner {
  ConvPlan plan;

  explicit DepthwisePlanner(const ConvProblem& p) {
    plan.problem = p, plan.method = ConvMethod::depthwise;
    const bool forward = p.pass == ConvPass::forward;
    const ConvAxis &h = p.h, &w = p.w;
    if (p.images * p.groups * p.oc * (forward ? h.out * w.out : h.in * w.in) == 0) return;
    plan.windows = forward && p.oc > 1;
    const TapGrid first(p, 0, 0);
    const auto window = [&] {
      const int64_t rows = ceil_div(first.h.outputs, plan.row_blocks);
      return plan.windows ? first.window(rows, first.w.outputs, p.groups * p.oc) : 0;
    };
    const double work = double(p.images) * p.groups * p.oc * h.out * w.out * h.taps * w.taps;
    while (plan.row_blocks < first.h.outputs &&
           (window() * int64_t(sizeof(T)) > kWindowBytes ||
            (p.images * plan.row_blocks < kConvTasks && work > kConvTaskWork * p.images * plan.row_blocks)))
      plan.row_blocks *= 2;
    plan.image_blocks = p.images;
    plan.tasks[0] = p.images * plan.row_blocks;
    plan.image_windows = window();
    const int64_t line = forward || p.oc == 1 ? 0 : first.w.outputs * p.groups * p.oc;
    plan.task_scratch = size_t(plan.image_windows + line) * sizeof(T);
  }
};

template <class T>
struct DepthwiseTask {
  const ConvPlan& plan;
  const ConvProblem& p;
  const ConvOperands<T>& operands;
  T* const window;
  const bool forward;
  const int64_t channels, results;  // of Y, and of the result
  int64_t image, row_block;

  DepthwiseTask(const ConvPlan& plan_, const ConvOperands<T>& operands_, int64_t task, void* task_scratch)
      : plan(plan_),
        p(plan_.problem),
        operands(operands_),
        window(static_cast<T*>(task_scratch)),
        forward(p.pass == ConvPass::forward),
        channels(p.groups * p.oc),
        results(forward ? channels : p.groups),
        image(task / plan_.row_blocks),
        row_block(task % plan_.row_blocks) {}

  void run() const {
    DirectPlanner<T>::for_each_grid(p, [&](const TapGrid& grid) {
      const Split rows{grid.h.outputs, plan.row_blocks};
      const int64_t row = rows.begin(row_block), count = rows.size(row_block);
      if (count == 0 || grid.w.outputs == 0) return;
      const DepthwiseSource<T> source(plan, operands.x, grid, image, row, count, window);
      const int64_t block = depthwise_channels<T>(p);
      for (int64_t c = 0; c < channels; c += block)
        for (int64_t r = 0; r < count; ++r) make_row(grid, source, row, r, c, least(channels - c, block));
    });
  }

 private:
  // The outputs of row number row + r, the channels [c, c + n) of Y: all where a channel of X has several.
  void make_row(const TapGrid& grid, const DepthwiseSource<T>& source, int64_t row, int64_t r, int64_t c,
                int64_t n) const {
    const int64_t y = grid.h.first + (row + r) * grid.h.step;
    const int64_t height = forward ? p.h.out : p.h.in, width = forward ? p.w.out : p.w.in;
    const int64_t at = ((image * height + y) * width + grid.w.first) * results + c, pixel = grid.w.step * results;
    const bool sums = results != channels, relu = p.activation == GemmActivation::relu;
    const bool pass = sums || needs_pass(p.activation);  // over the finished sums
    const T* const gate = operands.gate ? operands.gate + at : nullptr;
    const T* const bias = operands.bias ? operands.bias + c : nullptr;
    T* const out = operands.out + at;
    DepthwiseTile<T> t{};
    t.bias = sums ? nullptr : bias, t.relu = relu && !sums;
    T* const to = sums ? window + plan.image_windows : out;
    t.out_pixel = sums ? channels : pixel;
    source.for_each_part(r, t, [&](int64_t x_at, int64_t w_at, int64_t q, int64_t outputs) {
      t.x = source.x + x_at + c, t.w = operands.kernel + w_at + c, t.out = to + q * t.out_pixel;
      t.gate = gate && !pass ? gate + q * t.out_pixel : nullptr;
      depthwise_outputs<T>(t, outputs, n);
    });
    if (sums) add_multiples(to, grid.w.outputs, out, pixel);
    if (!pass) return;
    const Finish<T> f{sums ? bias : nullptr, gate, pixel, p.activation, T(0)};
    if (f.needed()) finish_block<T>(f, 1, out, pixel, grid.w.outputs, sums ? results : n);
  }

  // out[pixel][c] = the sum of from[pixel][c * p.oc + m] over m.
  void add_multiples(const T* from, int64_t pixels, T* out, int64_t out_pixel) const {
    for (int64_t i = 0; i < pixels; ++i)
      for (int64_t c = 0; c < p.groups; ++c) {
        T sum = 0;
        for (int64_t m = 0; m < p.oc; ++m) sum += from[i * channels + c * p.oc + m];
        out[i * out_pixel + c] = sum;
      }
  }
};

}  // namespace nnfit::NNFIT_ISA
