// Running convolutions on several threads.
#pragma once

#include <algorithm>

#include "kernels/conv/conv.h"
#include "ops/gemm_call.h"

namespace nnfit {

// A convolution of single pixels is one matrix product over all of them.
inline bool is_pointwise(const ConvProblem& p) {
  const auto single = [](const ConvAxis& a) { return a.taps == 1 && a.stride == 1 && a.pad == 0 && a.in == a.out; };
  return p.groups == 1 && single(p.h) && single(p.w);
}

inline GemmProblem pointwise_product(const ConvProblem& p) {
  const std::int64_t pixels = p.images * p.h.in * p.w.in;
  GemmProblem product = p.pass == ConvPass::forward          ? GemmProblem::of(pixels, p.oc, p.ic)
                        : p.pass == ConvPass::input_gradient ? GemmProblem::of(pixels, p.ic, p.oc, false, true)
                                                             : GemmProblem::of(p.ic, p.oc, pixels, true, false);
  product.activation = p.activation;
  return product;
}

// Whether Winograd's method may be chosen, by all calls from now on.
bool winograd_enabled();
void set_winograd_enabled(bool enabled);

// The scratch that run_conv needs for `problem`, in bytes, whether or not Winograd's method is enabled by then.
template <class T>
std::size_t conv_scratch(ConvProblem problem) {
  if (is_pointwise(problem)) return gemm_scratch<T>(pointwise_product(problem));
  const auto scratch = [&](bool winograd) {
    problem.winograd = winograd;
    return kernels().conv->of<T>().plan(problem).shared_scratch;
  };
  return std::max(scratch(false), scratch(true));
}

// One convolution; its formula stands in kernels/conv/conv.h.
template <class T>
void run_conv(ConvProblem problem, const ConvOperands<T>& operands, std::byte* shared_scratch) {
  if (is_pointwise(problem)) {
    const bool weights = problem.pass == ConvPass::kernel_gradient;
    run_gemm<T>(pointwise_product(problem),
                {operands.x, weights ? operands.dy : operands.kernel, operands.out, operands.bias, operands.gate,
                 operands.bias_gradient},
                shared_scratch);
    return;
  }
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
