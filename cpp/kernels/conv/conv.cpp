#include "kernels/conv/conv.h"

#include "kernels/conv/depthwise.h"
#include "kernels/conv/depthwise_gradient.h"
#include "kernels/conv/direct.h"
#include "kernels/conv/few_channels.h"
#include "kernels/conv/kernel_gradient.h"
#include "kernels/conv/winograd_few_tiles.h"
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
    return with_tiles(problem, [&](auto tiles) {
      using Tiles = decltype(tiles);
      if (winograd_gradient_pays<T, Tiles>(problem)) return WinogradGradientPlanner<T, Tiles>(problem).plan;
      return direct_gradient_plan<T>(problem);
    });
  }
  if (winograd_few_tiles_pays<T>(problem)) return WinogradFewTilesPlanner<T>(problem).plan;
  return with_tiles(problem, [&](auto tiles) {
    using Tiles = decltype(tiles);
    if (winograd_pays<T, Tiles>(problem)) return WinogradPlanner<T, Tiles>(problem).plan;
    return direct_plan<T>(problem);
  });
}

template <class T>
void prepare_kernel(const ConvPlan& plan, const T* kernel, int64_t task, T* scratch, T* prepared) {
  switch (plan.method) {
    case ConvMethod::few_channels:
      return PixelBlocks<T>(plan.problem).pack(kernel, task, prepared);
    case ConvMethod::winograd:
      return with_tiles(plan.problem, [&](auto tiles) {
        transform_kernel<T, decltype(tiles)>(plan, kernel, task, scratch, prepared);
      });
    default:
      return Weights<T>(plan.problem).pack(kernel, task, prepared);
  }
}

template <class T>
void run_task(const ConvPlan& plan, const ConvOperands<T>& operands, int phase, int64_t task, void* task_scratch,
              void* shared) {
  const bool gradient = plan.problem.pass == ConvPass::kernel_gradient;
  if (gradient && phase > 0) return add_partial_sums<T>(plan, operands, task, shared);
  if (!gradient && phase + 1 < plan.phases)
    return prepare_kernel<T>(plan, operands.kernel, task, static_cast<T*>(task_scratch), static_cast<T*>(shared));
  switch (plan.method) {
    case ConvMethod::direct:
      if (gradient) return KernelGradientTask<T>(plan, operands, task, task_scratch, shared).run();
      return DirectTask<T>(plan, operands, task, task_scratch, shared).run();
    case ConvMethod::few_channels:
      if (gradient) return FewChannelsGradientTask<T>(plan, operands, task, task_scratch, shared).run();
      return run_few_channels<T>(plan, operands, task, task_scratch, shared);
    case ConvMethod::depthwise:
      if (gradient) return DepthwiseGradientTask<T>(plan, operands, task, task_scratch, shared).run();
      return DepthwiseTask<T>(plan, operands, task, task_scratch).run();
    case ConvMethod::winograd:
      return with_tiles(plan.problem, [&](auto tiles) {
        using Tiles = decltype(tiles);
        if (gradient) return WinogradGradientTask<T, Tiles>(plan, operands, task, task_scratch, shared).run();
        return WinogradTask<T, Tiles>(plan, operands, task, task_scratch, shared).run();
      });
    case ConvMethod::winograd_few_tiles:
      return WinogradFewTilesTask<T>(plan, operands, task, task_scratch).run();
  }
}

}  // namespace

constinit const ConvTable conv_table{
#define NNFIT_CONV_TYPE(T, name) .name = {make_plan<T>, run_task<T>},
#include "kernels/conv/conv.inc"
#undef NNFIT_CONV_TYPE
};

}  // namespace nnfit::NNFIT_ISA
