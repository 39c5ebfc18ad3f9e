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

// Runs the tile of `rows` rows and `columns` columns that t describes, and the pass that it leaves undone, if any.
template <class T>
NNFIT_INLINE void run_tile(TileArguments<T>& t, int64_t rows, int64_t columns, const Finish<T>* after) {
  constexpr int width = Vec<T>::width;
  const int vectors = int(ceil_div(columns, width));
  t.last = int(columns - (vectors - 1) * width);
  kTiles<T>.of[vectors - 1][rows - 1](t);
  if (after) finish_block<T>(*after, 1, t.c, t.c_m, rows, columns);
}

// Whether the epilogue needs a pass of its own after the tiles.
constexpr bool needs_pass(GemmActivation activation) {
  return activation != GemmActivation::none && activation != GemmActivation::relu;
}

template <class T>
struct Task {
  static constexpr int64_t kWidth = Vec<T>::width;

  const GemmPlan& plan;
  const GemmProblem& p;
  const GemmOperands<T>& operands;
  T* scratch;
  const T* shared;
  Split tiles;  // all rows, into tiles
  int64_t tile_begin, tile_end, m_begin, m, n_begin, n;

  Task(const GemmPlan& plan_, const GemmOperands<T>& operands_, int64_t task, void* task_scratch, const void* shared_)
      : plan(plan_),
        p(plan_.problem),
        operands(operands_),
        scratch(static_cast<T*>(task_scratch)),
        shared(static_cast<const T*>(shared_)),
        tiles{p.M, plan_.m_tiles} {
    const Split parts{plan.m_tiles, plan.m_tasks};
    tile_begin = parts.begin(task % plan.m_tasks), tile_end = parts.begin(task % plan.m_tasks + 1);
    m_begin = tiles.begin(tile_begin), m = tiles.begin(tile_end) - m_begin;
    n_begin = task / plan.m_tasks * plan.n_block;
    n = p.N - n_begin < plan.n_block ? p.N - n_begin : plan.n_block;
  }

  // The epilogue of the row m and column n.
  Finish<T> finish(int64_t at_m, int64_t at_n) const {
    return {operands.bias ? operands.bias + at_n : nullptr,
            operands.gate ? operands.gate + at_m * p.gate_m + at_n : nullptr, p.gate_m, p.activation, T(p.alpha)};
  }
  T* c() const { return operands.c + m_begin * p.c_m + n_begin; }

  void broadcast() const {
    int64_t k = 0;
    do {
      const int64_t depth = p.K - k < plan.k_block ? p.K - k : plan.k_block;
      broadcast(k, depth);
      k += depth;
    } while (k < p.K);
  }

  // The part of the sum from k_begin. B waits in the second-level cache, packed; each tile of A is read once, and C
  // grows along its rows.
  void broadcast(int64_t k_begin, int64_t k) const {
    const T* b = operands.b + k_begin * p.b_k + n_begin * p.b_n;
    const Split panels = Split::at_most(ceil_div(n, kWidth), kTileVectors);
    const auto column = [&](int64_t panel) { return panels.begin(panel) * kWidth; };
    const auto columns = [&](int64_t panel) { return (column(panel + 1) < n ? column(panel + 1) : n) - column(panel); };
    T* const packed = scratch;
    if (plan.pack_b) pack_panels<T>(b, p.b_k, p.b_n, packed, panels, k, n);
    const bool last = k_begin + k >= p.K, pass = last && needs_pass(p.activation);
    TileArguments<T> t{};
    t.batch = 1, t.k = k;
    t.a_m = p.a_m, t.a_k = p.a_k, t.b_k = p.b_k, t.c_m = p.c_m, t.gate_m = p.gate_m;
    t.accumulate = p.accumulate || k_begin > 0;
    t.relu = last && p.activation == GemmActivation::relu;
    Fetch<T> next = next_block(k_begin + k, panels.parts * (tile_end - tile_begin));
    for (int64_t tile = tile_begin; tile < tile_end; ++tile) {
      const int64_t row = tiles.begin(tile), rows = tiles.size(tile);
      const T* a = operands.a + row * p.a_m + k_begin * p.a_k;
      if (plan.pack_a) {
        a = shared + k_begin * p.M + row * k;
        if (p.a_k == 1)
          t.a_m = k;
        else
          t.a_k = rows;
      }
      t.a = &a;
      for (int64_t i = 0; i < panels.parts; ++i) {
        const T* from = plan.pack_b ? packed + column(i) * k : b + column(i);
        if (plan.pack_b) t.b_k = column(i + 1) - column(i);
        Finish<T> after = finish(row, n_begin + column(i));
        t.b = &from, t.c = operands.c + row * p.c_m + n_begin + column(i);
        t.bias = last ? after.bias : nullptr;
        t.gate = last && !pass ? after.gate : nullptr;
        after.bias = nullptr;
        next.some();
        run_tile<T>(t, rows, columns(i), pass ? &after : nullptr);
      }
    }
  }

  // What the packing of the block of B from k_begin will read.
  Fetch<T> next_block(int64_t k_begin, int64_t calls) const {
    const int64_t rest = p.K - k_begin, k = rest < plan.k_block ? rest : plan.k_block;
    const T* b = operands.b + k_begin * p.b_k + n_begin * p.b_n;
    if (!plan.pack_b || k <= 0 || n * k * int64_t(sizeof(T)) > kBlockBytes / 2) return {b, 0, 0, 0, 1};
    if (p.b_k == 1) return {b, p.b_n, n, k, calls};
    return {b, p.b_k, k, p.b_n == 1 ? n : 0, calls};
  }

  void dot() const {
    const DotArguments<T> d{
        operands.a + m_begin * p.a_m, operands.b + n_begin * p.b_n, c(), p.a_m, p.b_n, p.c_m, p.K, p.accumulate};
    dot_block<T>(d, m, n);
    const Finish<T> f = finish(m_begin, n_begin);
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
      run_tile<T>(t, 1, whole - t.b_offset < panel ? whole - t.b_offset : panel, nullptr);
    }
    for (int64_t i = whole; i < m; ++i) {
      T sum = 0;
      for (int64_t k = 0; k < p.K; ++k) sum += b[i + k * p.a_k] * a[k * p.b_k];
      c()[i] = p.accumulate ? c()[i] + sum : sum;
    }
    const Finish<T> f = finish(m_begin, n_begin);
    if (f.needed()) finish_block<T>(f, 0, c(), 0, 1, m);
  }

  // b_sum[n] (+)= sum_k B[k,n]: done beside their own work by the tasks of the first rows.
  void sum_b() const {
    constexpr int width = Vec<T>::width;
    const T* b = operands.b + n_begin * p.b_n;
    T* sum = operands.b_sum + n_begin;
    constexpr int wide = 8 * width;  // columns at a time: a row of B is far from the next, so each visit takes some
    int64_t j = 0;
    for (; p.b_n == 1 && j + wide <= n; j += wide) {
      vec<T> s[8];
      for (int v = 0; v < 8; ++v) s[v] = p.accumulate ? load<T>(sum + j + v * width) : vec<T>{};
      for (int64_t k = 0; k < p.K; ++k)
        for (int v = 0; v < 8; ++v) s[v] += load<T>(b + k * p.b_k + j + v * width);
      for (int v = 0; v < 8; ++v) store<T>(sum + j + v * width, s[v]);
    }
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

// Phase 0 of a plan with pack_a: one block of k after another, A as strips, or as rows if it is contiguous in k.
template <class T>
void pack_task(const GemmPlan& plan, const T* a, int64_t task, T* packed) {
  const GemmProblem& p = plan.problem;
  const Split tiles{p.M, plan.m_tiles};
  const int64_t groups = ceil_div(plan.m_tiles, kStrips);
  const int64_t k_begin = task / groups * plan.k_block, first = task % groups * kStrips;
  const int64_t end = first + kStrips < plan.m_tiles ? first + kStrips : plan.m_tiles;
  const int64_t k = p.K - k_begin < plan.k_block ? p.K - k_begin : plan.k_block;
  const int64_t row = tiles.begin(first);
  const T* from = a + row * p.a_m + k_begin * p.a_k;
  T* to = packed + k_begin * p.M + row * k;
  if (p.a_k == 1)
    pack_rows<T>(from, p.a_m, to, tiles.begin(end) - row, k);
  else
    pack_strips<T>(from, p.a_k, to, tiles, first, end, k);
}

template <class T>
void run_task(const GemmPlan& plan, const GemmOperands<T>& operands, int phase, int64_t index, void* task_scratch,
              void* shared_scratch) {
  if (phase + 1 < plan.phases) return pack_task<T>(plan, operands.a, index, static_cast<T*>(shared_scratch));
  const Task<T> task(plan, operands, index, task_scratch, shared_scratch);
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
