// Running one task of a plan, and the batch-reduce entry.
#pragma once

#include "kernels/gemm/dot.h"
#include "kernels/gemm/finish.h"
#include "kernels/gemm/gemm.h"
#include "kernels/gemm/pack.h"
#include "kernels/gemm/plan.h"

namespace nnfit::NNFIT_ISA {

template <class T>
inline constexpr Tiles<T> kTiles = make_tiles<T>();

// One panel of C (at most kTileVectors vectors wide), all rows of a block; t.c, t.bias, t.gate point at its first
// element. `after` is the pass over what the tile leaves undone, or null.
template <class T>
void multiply_panel(TileArguments<T> t, int64_t m, int64_t columns, const Finish<T>* after) {
  constexpr int width = Vec<T>::width;
  const int vectors = int(ceil_div(columns, width));
  t.last = int(columns - (vectors - 1) * width);
  const Split rows = Split::at_most(m, kTileRows[vectors - 1]);
  const T* gate = t.gate;
  T* c = t.c;
  const int64_t a = t.a_offset;
  for (int64_t part = 0; part < rows.parts; ++part) {
    const int64_t begin = rows.begin(part), count = rows.begin(part + 1) - begin;
    t.a_offset = a + begin * t.a_m;
    t.c = c + begin * t.c_m;
    if (gate) t.gate = gate + begin * t.gate_m;
    kTiles<T>.of[vectors - 1][count - 1](t);
    if (after) {
      Finish<T> f = *after;
      if (f.gate) f.gate += begin * f.gate_m;
      finish_block<T>(f, 1, t.c, t.c_m, count, columns);
    }
  }
}

// Whether the epilogue needs a pass of its own after the tiles.
constexpr bool needs_pass(GemmActivation activation) {
  return activation != GemmActivation::none && activation != GemmActivation::relu;
}

template <class T>
struct Task {
  const GemmPlan& plan;
  const GemmProblem& p;
  GemmOperands<T> operands;
  T* scratch;
  int64_t m_begin, m, n_begin, n;

  Task(const GemmPlan& plan_, const GemmOperands<T>& operands_, int64_t task, void* task_scratch)
      : plan(plan_), p(plan_.problem), operands(operands_), scratch(static_cast<T*>(task_scratch)) {
    m_begin = task % plan.m_tasks * plan.m_block;
    n_begin = task / plan.m_tasks * plan.n_block;
    m = p.M - m_begin < plan.m_block ? p.M - m_begin : plan.m_block;
    n = p.N - n_begin < plan.n_block ? p.N - n_begin : plan.n_block;
  }

  Finish<T> finish() const {
    const T* gate = operands.gate ? operands.gate + m_begin * p.gate_m + n_begin : nullptr;
    return {operands.bias ? operands.bias + n_begin : nullptr, gate, p.gate_m, p.activation, T(p.alpha)};
  }
  T* c() const { return operands.c + m_begin * p.c_m + n_begin; }

  void broadcast() const {
    int64_t k = 0;
    do {
      const int64_t depth = p.K - k < plan.k_block ? p.K - k : plan.k_block;
      k_block(k, depth, k + depth >= p.K);
      k += depth;
    } while (k < p.K);
  }

  void k_block(int64_t k_begin, int64_t k, bool last) const {
    constexpr int width = Vec<T>::width;
    const T* a = operands.a + m_begin * p.a_m + k_begin * p.a_k;
    const T* b = operands.b + k_begin * p.b_k + n_begin * p.b_n;
    const Split panels = Split::at_most(ceil_div(n, width), kTileVectors);
    const bool pass = last && needs_pass(p.activation);
    T* packed = scratch;
    for (int64_t part = 0; part < panels.parts; ++part) {
      const int64_t begin = panels.begin(part) * width, end = panels.begin(part + 1) * width;
      const int64_t columns = (end < n ? end : n) - begin, panel = end - begin;
      const T* from = b + begin * p.b_n;
      Finish<T> after = finish();
      if (after.bias) after.bias += begin;
      if (after.gate) after.gate += begin;
      TileArguments<T> t{};
      t.a = &a, t.b = &from, t.batch = 1, t.k = k;
      t.a_m = p.a_m, t.a_k = p.a_k, t.b_k = p.b_k;
      t.c = c() + begin, t.c_m = p.c_m;
      t.accumulate = p.accumulate || k_begin > 0;
      if (last) {
        t.bias = after.bias, t.gate = pass ? nullptr : after.gate, t.gate_m = p.gate_m;
        t.relu = p.activation == GemmActivation::relu;
      }
      if (plan.pack_b) {
        pack_panel<T>(from, p.b_k, p.b_n, packed, panel, k, columns);
        from = packed, t.b_k = panel;
        packed += panel * k;
      }
      after.bias = nullptr;
      multiply_panel<T>(t, m, columns, pass ? &after : nullptr);
    }
  }

  void dot() const {
    const DotArguments<T> d{
        operands.a + m_begin * p.a_m, operands.b + n_begin * p.b_n, c(), p.a_m, p.b_n, p.c_m, p.K, p.accumulate};
    dot_block<T>(d, m, n);
    const Finish<T> f = finish();
    if (f.needed()) finish_block<T>(f, 1, c(), p.c_m, m, n);
  }

  // N = 1: a row of C^T = B^T A^T, with one bias for all of it.
  void column() const {
    const T* a = operands.b;
    const T* b = operands.a + m_begin;
    TileArguments<T> t{};
    t.a = &a, t.b = &b, t.batch = 1, t.k = p.K;
    t.a_k = p.b_k, t.b_k = p.a_k;
    t.accumulate = p.accumulate;
    constexpr int64_t width = Vec<T>::width, panel = kTileVectors * width;
    const int64_t whole = kMaskedLoads ? m : m - m % width;
    for (; t.b_offset < whole; t.b_offset += panel) {
      t.c = c() + t.b_offset;
      multiply_panel<T>(t, 1, whole - t.b_offset < panel ? whole - t.b_offset : panel, nullptr);
    }
    for (int64_t i = whole; i < m; ++i) {
      T sum = 0;
      for (int64_t k = 0; k < p.K; ++k) sum += b[i + k * p.a_k] * a[k * p.b_k];
      c()[i] = p.accumulate ? c()[i] + sum : sum;
    }
    const Finish<T> f = finish();
    if (f.needed()) finish_block<T>(f, 0, c(), 0, 1, m);
  }

  // b_sum[n] (+)= sum_k B[k,n]: done beside their own work by the tasks of the first rows.
  void sum_b() const {
    constexpr int width = Vec<T>::width;
    const T* b = operands.b + n_begin * p.b_n;
    T* sum = operands.b_sum + n_begin;
    int64_t j = 0;
    for (; p.b_n == 1 && j < n; j += width) {
      const int count = n - j < width ? int(n - j) : width;
      vec<T> s = p.accumulate ? load_up_to<T>(sum + j, count) : vec<T>{};
      for (int64_t k = 0; k < p.K; ++k) s += load_up_to<T>(b + k * p.b_k + j, count);
      store_up_to<T>(sum + j, s, count);
    }
    for (; j < n; ++j) {
      T s = p.accumulate ? sum[j] : T(0);
      for (int64_t k = 0; k < p.K; ++k) s += b[k * p.b_k + j * p.b_n];
      sum[j] = s;
    }
  }
};

template <class T>
void run_task(const GemmPlan& plan, const GemmOperands<T>& operands, int, int64_t index, void* task_scratch, void*) {
  const Task<T> task(plan, operands, index, task_scratch);
  if (operands.b_sum && task.m_begin == 0) task.sum_b();
  switch (plan.method) {
    case GemmMethod::broadcast:
      return task.broadcast();
    case GemmMethod::dot:
      return task.dot();
    case GemmMethod::column:
      return task.column();
  }
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
  for (; t.b_offset < s.n; t.b_offset += panel) {
    const int64_t j = t.b_offset, columns = s.n - j < panel ? s.n - j : panel;
    const T* gate = operands.gate ? operands.gate + j : nullptr;
    const Finish<T> after{nullptr, gate, s.gate_m, s.activation, T(s.alpha)};
    t.c = operands.c + j;
    t.bias = operands.bias ? operands.bias + j : nullptr;
    t.gate = pass ? nullptr : gate;
    multiply_panel<T>(t, s.m, columns, pass ? &after : nullptr);
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
