// How a product is cut into tasks. Everything here depends on the problem alone.
#pragma once

#include "kernels/gemm/gemm.h"
#include "kernels/gemm/split.h"
#include "kernels/gemm/tile.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int64_t kTaskWork = 1 << 16;    // multiplications that are worth a task: about a microsecond
inline constexpr int64_t kBlockBytes = 3 << 18;  // of B, to wait in the second-level cache
inline constexpr int64_t kStrips = 32;           // tiles of A that a task packs
inline constexpr int64_t kLargeTask = 1 << 24;   // work that keeps the other threads waiting for the one in it
inline constexpr int64_t kTargetTasks = 16;      // enough to share out to as many threads; twice that of large ones

template <class T>
struct Planner {
  static constexpr int64_t kWidth = Vec<T>::width;
  static constexpr int64_t kPanel = kTileVectors * kWidth;

  GemmPlan plan;
  int64_t m_limit = 1;  // the least number of row tiles in a task

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
    plan.tasks[plan.phases - 1] = plan.m_tasks * plan.n_tasks;
  }

  // The column of C is a row of the transposed product: vectors along m.
  void plan_column() {
    plan.method = GemmMethod::column;
    plan.m_tiles = ceil_div(plan.problem.M, kWidth);
    cut(1);
  }

  void plan_dot() {
    plan.method = GemmMethod::dot;
    plan.m_tiles = ceil_div(plan.problem.M, 4);
    cut(plan.problem.N);
  }

  void plan_broadcast() {
    const GemmProblem& p = plan.problem;
    const bool padded = kMaskedLoads || p.N % kWidth == 0;
    plan.m_tiles = ceil_div(p.M, kTileRows[p.N < kPanel ? ceil_div(p.N, kWidth) - 1 : kTileVectors - 1]);
    plan.pack_b = p.b_n != 1 || !padded || (p.M >= 32 && p.b_k > kPanel && p.N > kPanel);
    plan.k_block = balanced(p.K, 384);
    const bool apart = p.a_m == 1 ? p.a_k != 1 : p.a_k == 1 && p.K > plan.k_block;  // what a tile reads of A
    plan.pack_a = apart && p.N > kPanel && double(p.M) * p.N * p.K > 1 << 23;
    if (plan.pack_b) m_limit = 8;
    cut(kBlockBytes / int64_t(sizeof(T)) / plan.k_block / kPanel * kPanel);
    if (plan.pack_b) plan.task_scratch = size_t(plan.k_block * round_up(plan.n_block, kWidth)) * sizeof(T);
    if (plan.pack_a) {
      plan.phases = 2;
      plan.tasks[0] = ceil_div(p.K, plan.k_block) * ceil_div(plan.m_tiles, kStrips);
      plan.shared_scratch = size_t(p.M * p.K) * sizeof(T);
    }
  }

  // Halves rows while they are many, then columns, then rows, until there are tasks enough or they get too small: many
  // rows pay for packing B, many columns for reading A.
  void cut(int64_t n_limit) {
    const GemmProblem& p = plan.problem;
    plan.n_block = round_up(balanced(p.N, n_limit), p.N < kWidth ? 1 : kWidth);
    plan.m_tasks = 1;
    for (;;) {
      plan.n_tasks = ceil_div(p.N, plan.n_block);
      const int64_t tasks = plan.m_tasks * plan.n_tasks;
      const double work = double(p.M) * p.N * p.K / tasks;
      if (tasks >= (work < kLargeTask ? 1 : 2) * kTargetTasks || work < 2.0 * kTaskWork) return;
      if ((p.M >= 1024 * plan.m_tasks || plan.n_block <= kPanel) && plan.m_tiles >= 2 * m_limit * plan.m_tasks)
        plan.m_tasks *= 2;
      else if (plan.n_block > kPanel)
        plan.n_block = round_up(ceil_div(plan.n_block, 2), kWidth);
      else
        return;
    }
  }

  // The size of nearly equal parts of at most `limit`.
  static constexpr int64_t balanced(int64_t count, int64_t limit) {
    return count <= limit ? (count < 1 ? 1 : count) : ceil_div(count, ceil_div(count, limit));
  }
};

}  // namespace nnfit::NNFIT_ISA
