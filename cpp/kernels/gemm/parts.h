// Long sums in parts: each part is a product of its own, whose result waits in shared scratch, with the sums of its
// rows of B behind it. They are added in order, so that the bits do not depend on the threads.
#pragma once

#include "kernels/gemm/task.h"

namespace nnfit::NNFIT_ISA {

template <class T>
void run_part(const GemmPlan& plan, const GemmOperands<T>& operands, int64_t index, void* task_scratch, T* shared) {
  const GemmProblem& p = plan.problem;
  const int64_t blocks = plan.m_tasks * plan.n_tasks, part = index / blocks;  // a thread meets few rows of A and B
  const int64_t begin = part_begin(p.K, plan.k_tasks, part), end = part_begin(p.K, plan.k_tasks, part + 1);
  GemmPlan own = plan;
  GemmProblem& product = own.problem;
  product.K = end - begin, product.c_m = p.N;
  product.activation = GemmActivation::none, product.accumulate = false;
  if (p.a_parts > 1) product.a_m = product.K, product.a_parts = 1;
  GemmOperands<T> own_operands;
  own_operands.a = operands.a + begin * (p.a_parts > 1 ? part_stride(p.M, p.a_parts) : p.a_k);
  own_operands.b = operands.b + begin * p.b_k;
  own_operands.c = shared + part * Planner<T>::part_elements(p);
  if (operands.b_sum) own_operands.b_sum = own_operands.c + p.M * p.N;
  Task<T>(own, own_operands, index % blocks, task_scratch, nullptr).run();
}

// to[i] (+)= the sum of the parts' values, for `n` elements in a row.
template <class T>
void add_row(const GemmPlan& plan, const T* parts, int64_t n, T* to) {
  constexpr int width = Vec<T>::width;
  const int64_t step = Planner<T>::part_elements(plan.problem);
  for (int64_t j = 0; j < n; j += width) {
    const int count = n - j < width ? int(n - j) : width;
    vec<T> sum = load_up_to<T>(parts + j, count);
    for (int64_t part = 1; part < plan.k_tasks; ++part) sum += load_up_to<T>(parts + part * step + j, count);
    if (plan.problem.accumulate) sum = load_up_to<T>(to + j, count) + sum;
    store_up_to<T>(to + j, sum, count);
  }
}

// Some rows of C, and with the first of them the sums of B.
template <class T>
void add_parts(const GemmPlan& plan, const GemmOperands<T>& operands, int64_t index, const T* shared) {
  const GemmProblem& p = plan.problem;
  const int64_t rows = Planner<T>::reduced_rows(p), begin = index * rows;
  const int64_t end = begin + rows < p.M ? begin + rows : p.M;
  for (int64_t row = begin; row < end; ++row) add_row<T>(plan, shared + row * p.N, p.N, operands.c + row * p.c_m);
  const Finish<T> after{operands.bias, operands.gate ? operands.gate + begin * p.gate_m : nullptr, p.gate_m,
                        p.activation, T(p.alpha)};
  if (after.needed()) finish_block<T>(after, 1, operands.c + begin * p.c_m, p.c_m, end - begin, p.N);
  if (operands.b_sum && index == 0) add_row<T>(plan, shared + p.M * p.N, p.N, operands.b_sum);
}

}  // namespace nnfit::NNFIT_ISA
