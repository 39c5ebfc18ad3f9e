// Running matrix products on several threads.
#pragma once

#include "core/dtype.h"
#include "core/parallel.h"
#include "core/thread_scratch.h"
#include "kernels/gemm/gemm.h"
#include "kernels/kernels.h"

namespace nnfit {

// The scratch that run_gemm needs for `problem`, in bytes.
template <class T>
std::size_t gemm_scratch(const GemmProblem& problem) {
  return kernels().gemm->of<T>().plan(problem).shared_scratch;
}

// Whether products of `problem` take an A that lies in `parts` parts of its features.
inline bool gemm_takes_parts(DType dtype, const GemmProblem& problem, std::int64_t parts) {
  return visit_floating(dtype, [&](auto tag) {
    return takes_parts(kernels().gemm->of<typename decltype(tag)::type>().plan(problem), parts);
  });
}

// What products of `problem` take on one core, in nanoseconds: about two multiplications and additions a byte of vector
// at single precision.
template <class T>
double gemm_work(const GemmProblem& problem, std::int64_t count = 1) {
  const double flops =
      2.0 * static_cast<double>(count * problem.M) * static_cast<double>(problem.N) * static_cast<double>(problem.K);
  return flops * static_cast<double>(sizeof(T)) / (8.0 * kernels().vector_bytes);
}

// One product; its formula stands in kernels/gemm/gemm.h.
template <class T>
void run_gemm(const GemmProblem& problem, const GemmOperands<T>& operands, std::byte* shared_scratch) {
  const GemmKernels<T>& gemm = kernels().gemm->of<T>();
  const GemmPlan plan = gemm.plan(problem);
  const double work = gemm_work<T>(problem);
  for (int phase = 0; phase < plan.phases; ++phase)
    parallel_for(plan.tasks[phase], work, [&](std::int64_t task) {
      gemm.task(plan, operands, phase, task, thread_scratch(plan.task_scratch), shared_scratch);
    });
}

// `count` products of one shape, operands(i) being those of product i: small ones run side by side, each on one thread.
template <class T, class F>
void run_gemm_batch(const GemmProblem& problem, std::int64_t count, F&& operands, std::byte* shared_scratch) {
  const GemmKernels<T>& gemm = kernels().gemm->of<T>();
  const GemmPlan plan = gemm.plan(problem);
  if (count == 1 || plan.shared_scratch > 0) {
    for (std::int64_t i = 0; i < count; ++i) run_gemm<T>(problem, operands(i), shared_scratch);
    return;
  }
  const double work = gemm_work<T>(problem, count);
  parallel_for(count * plan.tasks[0], work, [&](std::int64_t i) {
    gemm.task(plan, operands(i / plan.tasks[0]), 0, i % plan.tasks[0], thread_scratch(plan.task_scratch),
              shared_scratch);
  });
}

}  // namespace nnfit
