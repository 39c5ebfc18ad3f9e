// The kernel gradient of depthwise convolutions: sums over pixels of dY times X, by tiles of a few outputs. Chunks and
// their partial sums are those of the direct method.
#pragma once

#include "kernels/conv/depthwise.h"
#include "kernels/conv/kernel_gradient.h"

namespace nnfit::NNFIT_ISA {

template <class T>
struct DepthwiseGradientPlanner {
  ConvPlan plan;

  explicit DepthwiseGradientPlanner(const ConvProblem& p) {
    plan.problem = p, plan.method = ConvMethod::depthwise;
    if (p.groups * p.oc == 0) return;
    const TapGrid grid(p, 0, 0);
    plan.windows = p.oc > 1;
    const auto window = [&] {
      return plan.windows ? grid.window(ceil_div(p.h.out, plan.row_blocks), p.w.out, p.groups * p.oc) : 0;
    };
    const double work = double(p.images) * p.h.out * p.w.out * KernelGradientPlanner<T>::size(p);
    const int64_t worth =
        work < 2.0 * kConvTaskWork * kConvTasks ? int64_t(work / (2.0 * kConvTaskWork)) + 1 : kConvTasks;
    while (plan.row_blocks < p.h.out &&
           (window() * int64_t(sizeof(T)) > kWindowBytes || p.images * plan.row_blocks < worth))
      plan.row_blocks *= 2;
    plan.chunks = least(KernelGradientPlanner<T>::units(plan), worth);
    plan.image_windows = window();
    plan.task_scratch = size_t(plan.image_windows) * sizeof(T);
    plan.tasks[0] = plan.chunks;
    KernelGradientPlanner<T>::add_last_phase(plan);
  }
};

template <class T>
struct DepthwiseGradientTask {
  const ConvPlan& plan;
  const ConvProblem& p;
  const ConvOperands<T>& operands;
  const int64_t channels;
  T *window, *result, *bias_gradient;
  int64_t chunk;

  DepthwiseGradientTask(const ConvPlan& plan_, const ConvOperands<T>& operands_, int64_t task, void* task_scratch,
                        void* shared)
      : plan(plan_),
        p(plan_.problem),
        operands(operands_),
        channels(p.groups * p.oc),
        window(static_cast<T*>(task_scratch)),
        chunk(task) {
    const int64_t size = KernelGradientPlanner<T>::size(p);
    result = plan.chunks == 1 ? operands.out : static_cast<T*>(shared) + chunk * (size + channels);
    bias_gradient = plan.chunks == 1 ? operands.bias_gradient : result + size;
  }

  void run() const {
    const Split units{KernelGradientPlanner<T>::units(plan), plan.chunks}, rows{p.h.out, plan.row_blocks};
    zero_elements(result, KernelGradientPlanner<T>::size(p));
    if (bias_gradient) zero_elements(bias_gradient, channels);
    const int64_t block = depthwise_channels<T>(p);
    for (int64_t unit = units.begin(chunk); unit < units.begin(chunk + 1); ++unit) {
      const int64_t image = unit / plan.row_blocks, row = rows.begin(unit % plan.row_blocks);
      const int64_t count = rows.size(unit % plan.row_blocks);
      if (count == 0) continue;
      const DepthwiseSource<T> source(plan, operands.x, TapGrid(p, 0, 0), image, row, count, window);
      for (int64_t c = 0; c < channels; c += block)
        for (int64_t r = 0; r < count; ++r)
          add_row(source, r, (image * p.h.out + row + r) * p.w.out * channels + c, c, least(channels - c, block));
    }
  }

 private:
  // The channels [c, c + n) of output row r of the source, where dY begins at element `at`.
  void add_row(const DepthwiseSource<T>& source, int64_t r, int64_t at, int64_t c, int64_t n) const {
    DepthwiseGradientTile<T> t{};
    t.bias = bias_gradient ? bias_gradient + c : nullptr, t.dy_pixel = channels;
    source.for_each_part(r, t, [&](int64_t x_at, int64_t w_at, int64_t q, int64_t outputs) {
      t.x = source.x + x_at + c, t.dw = result + w_at + c, t.dy = operands.dy + at + q * channels;
      depthwise_outputs<T>(t, outputs, n);
    });
  }
};

}  // namespace nnfit::NNFIT_ISA
