// How a product is cut into tasks. Everything here depends on the problem alone.
#pragma once

#include "kernels/gemm/gemm.h"
#include "kernels/gemm/split.h"
#include "kernels/gemm/tile.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int64_t kTaskWork = 1 << 16;  // multiplications that are worth a task: about a microsecond
inline constexpr int64_t kTargetTasks = 32;    // enough to balance over 16 threads

template <class T>
struct Planner {
  static constexpr int64_t kWidth = Vec<T>::width;
  static constexpr int64_t kPanel = kTileVectors * kWidth;
  static constexpr int64_t kRows = kTileRows[kTileVectors - 1];

  GemmPlan plan;

  explicit Planner(const GemmProblem& problem) {
    plan.problem = problem;
    if (problem.M <= 0 || problem.N <= 0) return;
    const GemmProblem& p = problem;
    if (p.N == 1 && p.a_m == 1 && p.a_k != 1 && p.c_m == 1 && p.gate_m == 1)
      plan_column();
    else if (p.a_k == 1 && p.b_k == 1 && (p.N <= 4 || p.M <= 4))
      plan_dot();
    else
      plan_broadcast();
    plan.m_tasks = ceil_div(plan.problem.M, plan.m_block);
    plan.n_tasks = ceil_div(plan.problem.N, plan.n_block);
    plan.tasks[0] = plan.m_tasks * plan.n_tasks;
  }

  // The column of C is a row of the transposed product: vectors along m.
  void plan_column() {
    plan.method = GemmMethod::column;
    plan.m_block = round_up(balanced(plan.problem.M, 4 * kPanel), kWidth);
    plan.n_block = 1;
    plan.k_block = plan.problem.K;
    while (can_split() && plan.m_block > kWidth) plan.m_block = round_up(ceil_div(plan.m_block, 2), kWidth);
  }

  void plan_dot() {
    plan.method = GemmMethod::dot;
    plan.m_block = plan.problem.M, plan.n_block = plan.problem.N;
    plan.k_block = plan.problem.K;
    while (can_split()) {
      if (plan.m_block >= plan.n_block)
        plan.m_block = ceil_div(plan.m_block, 2);
      else
        plan.n_block = ceil_div(plan.n_block, 2);
    }
  }

  void plan_broadcast() {
    const GemmProblem& p = plan.problem;
    const bool padded = kMaskedLoads || p.N % kWidth == 0;
    plan.pack_b = p.b_n != 1 || !padded || (p.M >= 32 && p.b_k > kPanel && p.N > kPanel);
    plan_blocks();
    if (plan.pack_b) plan.task_scratch = size_t(plan.k_block * round_up(plan.n_block, kWidth)) * sizeof(T);
  }

  void plan_blocks() {
    const GemmProblem& p = plan.problem;
    plan.k_block = balanced(p.K, plan.pack_b ? 256 : 512);
    plan.m_block = balanced(p.M, 384);
    plan.n_block = round_up(balanced(p.N, 4 * kPanel), kWidth);
    while (can_split()) {
      if (plan.n_block > kPanel && (plan.pack_b || plan.n_block >= plan.m_block))
        plan.n_block = round_up(ceil_div(plan.n_block, 2), kWidth);
      else if (plan.m_block > (plan.pack_b ? 16 : 2) * kRows)
        plan.m_block = ceil_div(plan.m_block, 2);
      else
        break;
    }
  }

  bool can_split() const {
    const GemmProblem& p = plan.problem;
    return ceil_div(p.M, plan.m_block) * ceil_div(p.N, plan.n_block) < kTargetTasks &&
           plan.m_block * plan.n_block * p.K >= 2 * kTaskWork && plan.m_block * plan.n_block > 1;
  }

  static constexpr int64_t round_up(int64_t x, int64_t unit) { return ceil_div(x, unit) * unit; }
  // The size of nearly equal parts of at most `limit`.
  static constexpr int64_t balanced(int64_t count, int64_t limit) {
    return count <= limit ? (count < 1 ? 1 : count) : ceil_div(count, ceil_div(count, limit));
  }
};

}  // namespace nnfit::NNFIT_ISA
