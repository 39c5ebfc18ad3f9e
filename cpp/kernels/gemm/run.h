// Running a task of any phase of a plan, and the batch-reduce entry.
#pragma once

#include "kernels/gemm/flipped.h"
#include "kernels/gemm/parts.h"
#include "kernels/gemm/task.h"

namespace nnfit::NNFIT_ISA {

// Phase 0 of a plan that packs A for all tasks: one block of k after another.
template <class T>
void pack_shared_a(const GemmPlan& plan, const T* a, int64_t task, T* packed) {
  const GemmProblem& p = plan.problem;
  const Split tiles{p.M, plan.m_tiles};
  const int64_t groups = ceil_div(plan.m_tiles, kStrips);
  const int64_t k_begin = task / groups * plan.k_block, first = task % groups * kStrips;
  const int64_t end = first + kStrips < plan.m_tiles ? first + kStrips : plan.m_tiles;
  const int64_t k = p.K - k_begin < plan.k_block ? p.K - k_begin : plan.k_block;
  T* const to = packed + k_begin * p.M + tiles.begin(first) * k;
  if (plan.shared_scratch < kStreamedBytes) return pack_tiles<T>(p, a, tiles, first, end, k_begin, k, to);
  pack_tiles<T, true>(p, a, tiles, first, end, k_begin, k, to);
  stream_fence();
}

// The same of B: some panels of a block of rows and columns.
template <class T>
void pack_shared_b(const GemmPlan& plan, const T* b, int64_t task, T* packed) {
  const GemmProblem& p = plan.problem;
  const int64_t blocks = ceil_div(p.N, plan.n_block), groups = Planner<T>::packed_groups(plan.n_block);
  const int64_t block = task / groups, first = task % groups * kPackedPanels;
  const int64_t k_begin = block / blocks * plan.k_block, n_begin = block % blocks * plan.n_block;
  const int64_t k = p.K - k_begin < plan.k_block ? p.K - k_begin : plan.k_block;
  const int64_t n = p.N - n_begin < plan.n_block ? p.N - n_begin : plan.n_block;
  const Split panels = Split::at_most(ceil_div(n, Vec<T>::width), kTileVectors);
  const int64_t end = first + kPackedPanels < panels.parts ? first + kPackedPanels : panels.parts;
  const T* const from = b + k_begin * p.b_k + n_begin * p.b_n;
  T* const to = packed + packed_b(p, k_begin, n_begin, k, Vec<T>::width);
  if (plan.shared_scratch < kStreamedBytes) return pack_panels<T>(from, p.b_k, p.b_n, to, panels, first, end, k, n);
  pack_panels<T, true>(from, p.b_k, p.b_n, to, panels, first, end, k, n);
  stream_fence();
}

template <class T>
void run_task(const GemmPlan& plan, const GemmOperands<T>& operands, int phase, int64_t index, void* task_scratch,
              void* shared_scratch) {
  T* const shared = static_cast<T*>(shared_scratch);
  if (plan.k_tasks > 1) {
    if (phase == 0) return run_part<T>(plan, operands, index, task_scratch, shared);
    return add_parts<T>(plan, operands, index, shared);
  }
  if (plan.method == GemmMethod::flipped) {
    if (phase == 1) return FlippedTask<T>(plan, operands, index, task_scratch, shared).run();
    GemmPlan own = plan;
    own.problem = flipped(plan.problem);
    return pack_shared_b<T>(own, operands.a, index, shared);
  }
  if (phase + 1 < plan.phases) {
    if (plan.pack_a == GemmPacking::shared) return pack_shared_a<T>(plan, operands.a, index, shared);
    return pack_shared_b<T>(plan, operands.b, index, shared);
  }
  Task<T>(plan, operands, index, task_scratch, shared).run();
}

template <class T>
GemmPlan make_plan(const GemmProblem& problem) {
  return Planner<T>(problem).plan;
}

template <class T>
void brgemm(const BrgemmShape& s, const BrgemmOperands<T>& operands) {
  const bool pass = needs_pass(s.activation);
  TileArguments<T> t{};
  t.a = operands.a, t.b = operands.b, t.batch = s.batch, t.k = s.k;
  t.a_m = s.a_m, t.a_k = s.a_k, t.b_k = s.b_k, t.c_m = s.c_m, t.gate_m = s.gate_m;
  t.accumulate = s.accumulate, t.relu = s.activation == GemmActivation::relu;
  constexpr int64_t panel = kTileVectors * Vec<T>::width;
  for (int64_t j = 0; j < s.n; j += panel) {
    const int64_t columns = s.n - j < panel ? s.n - j : panel;
    const Split tiles = Split::at_most(s.m, kTileRows[ceil_div(columns, Vec<T>::width) - 1]);
    for (int64_t tile = 0; tile < tiles.parts; ++tile) {
      const int64_t row = tiles.begin(tile);
      const T* gate = operands.gate ? operands.gate + row * s.gate_m + j : nullptr;
      const Finish<T> after{nullptr, gate, s.gate_m, s.activation, T(s.alpha)};
      t.a_offset = row * s.a_m, t.b_offset = j;
      t.c = operands.c + row * s.c_m + j;
      t.bias = operands.bias ? operands.bias + j : nullptr;
      t.gate = pass ? nullptr : gate;
      run_tile<T>(t, tiles.size(tile), columns, pass ? &after : nullptr);
    }
  }
}

template <class T>
inline constexpr GemmKernels<T> kGemmKernels{
    .plan = make_plan<T>,
    .task = run_task<T>,
    .brgemm = brgemm<T>,
    .vector_width = Vec<T>::width,
    .tile_rows = kTileRows[kTileVectors - 1],
    .tile_columns = kTileVectors* Vec<T>::width,
};

}  // namespace nnfit::NNFIT_ISA
