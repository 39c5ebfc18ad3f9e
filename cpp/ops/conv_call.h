// Running convolutions on several threads.
#pragma once

#include <algorithm>

#include "kernels/conv/conv.h"
#include "ops/pointwise_conv_call.h"

namespace nnfit {

// Whether Winograd's method may be chosen, by all calls from now on.
bool winograd_enabled();
void set_winograd_enabled(bool enabled);

// The scratch that run_conv needs for `problem`, in bytes, whether or not Winograd's method is enabled by then.
template <class T>
std::size_t conv_scratch(ConvProblem problem) {
  if (PointwiseConv::suits(problem)) return PointwiseConv(problem).scratch<T>();
  const auto scratch = [&](bool winograd) {
    problem.winograd = winograd;
    return kernels().conv->of<T>().plan(problem).shared_scratch;
  };
  return std::max(scratch(false), scratch(true));
}

// One convolution; its formula stands in kernels/conv/conv.h.
template <class T>
void run_conv(ConvProblem problem, const ConvOperands<T>& operands, std::byte* shared_scratch) {
  if (PointwiseConv::suits(problem)) return PointwiseConv(problem).run(operands, shared_scratch);
  problem.winograd = winograd_enabled();
  const ConvKernels<T>& conv = kernels().conv->of<T>();
  const ConvPlan plan = conv.plan(problem);
  const ConvProblem& p = problem;
  const double work =
      gemm_work<T>(GemmProblem::of(p.images * p.h.out * p.w.out, p.groups * p.oc, p.h.taps * p.w.taps * p.ic));
  for (int phase = 0; phase < plan.phases; ++phase)
    parallel_for(plan.tasks[phase], work, [&](std::int64_t task) {
      conv.task(plan, operands, phase, task, thread_scratch(plan.task_scratch), shared_scratch);
    });
}

}  // namespace nnfit
