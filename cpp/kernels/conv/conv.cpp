#include "kernels/conv/conv.h"

#include "kernels/conv/depthwise.h"
#include "kernels/conv/depthwise_gradient.h"
#include "kernels/conv/direct.h"
#include "kernels/conv/kernel_gradient.h"
#include "kernels/conv/winograd_forward.h"
#include "kernels/conv/winograd_gradient.h"

namespace nnfit::NNFIT_ISA {

namespace {

template <class T>
ConvPlan make_plan(const ConvProblem& problem) {
  if (is_depthwise(problem)) {
    if (problem.pass == ConvPass::kernel_gradient) return DepthwiseGradientPlanner<T>(problem).plan;
    return DepthwisePlanner<T>(problem).plan;
  }
  if (problem.pass == ConvPass::kernel_gradient) {
    if (winograd_gradient_pays<T>(problem)) return WinogradGradientPlanner<T>(problem).plan;
    return KernelGradientPlanner<T>(problem).plan;
  }
  if (winograd_pays<T>(problem)) return WinogradPlanner<T>(problem).plan;
  return DirectPlanner<T>(problem).plan;
}

template <class T>
void run_task(const ConvPlan& plan, const ConvOperands<T>& operands, int phase, int64_t task, void* task_scratch,
              void* shared_scratch) {
  const bool depthwise = plan.method == ConvMethod::depthwise, winograd = plan.method == ConvMethod::winograd;
  if (plan.problem.pass == ConvPass::kernel_gradient) {
    if (phase > 0)
      add_partial_sums<T>(plan, operands, task, shared_scratch);
    else if (depthwise)
      DepthwiseGradientTask<T>(plan, operands, task, task_scratch, shared_scratch).run();
    else if (winograd)
      WinogradGradientTask<T>(plan, operands, task, task_scratch, shared_scratch).run();
    else
      KernelGradientTask<T>(plan, operands, task, task_scratch, shared_scratch).run();
  } else if (depthwise) {
    DepthwiseTask<T>(plan, operands, task, task_scratch).run();
  } else if (winograd) {
    if (phase == 0)
      transform_kernel<T>(plan, operands.kernel, task, static_cast<T*>(task_scratch), static_cast<T*>(shared_scratch));
    else
      WinogradTask<T>(plan, operands, task, task_scratch, shared_scratch).run();
  } else if (phase + 1 == plan.phases) {
    DirectTask<T>(plan, operands, task, task_scratch, shared_scratch).run();
  } else {
    Weights<T>(plan.problem).pack(operands.kernel, task, static_cast<T*>(shared_scratch));
  }
}

}  // namespace

constinit const ConvTable conv_table{
#define NNFIT_CONV_TYPE(T, name) .name = {make_plan<T>, run_task<T>},
#include "kernels/conv/conv.inc"
#undef NNFIT_CONV_TYPE
};

}  // namespace nnfit::NNFIT_ISA
