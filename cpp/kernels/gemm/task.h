// One task of a plan: a range of rows by a range of columns of C.
#pragma once

#include "kernels/gemm/dot.h"
#include "kernels/gemm/finish.h"
#include "kernels/gemm/gemm.h"
#include "kernels/gemm/pack.h"
#include "kernels/gemm/plan.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int64_t kFetchedBytes = 3 << 17;  // of A or B, ahead of their use
inline constexpr int64_t kSinkBytes = 1 << 19;     // of C, where what a sink reads beside it is not in a near cache

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

// The place of a packed block of B among those shared by all tasks.
constexpr int64_t packed_b(const GemmProblem& p, int64_t k_begin, int64_t n_begin, int64_t k, int64_t width) {
  return k_begin * round_up(p.N, width) + n_begin * k;
}

// The tiles [first, end) of A, contiguous in m, for the sums from k_begin on.
template <class T, bool streamed = false>
void pack_tiles(const GemmProblem& p, const T* a, const Split& tiles, int64_t first, int64_t end, int64_t k_begin,
                int64_t k, T* to) {
  pack_strips<T, streamed>(a + tiles.begin(first) + k_begin * p.a_k, p.a_k, to, tiles, first, end, k);
}

template <class T>
struct Task {
  static constexpr int64_t kWidth = Vec<T>::width;

  const GemmPlan& plan;
  const GemmProblem& p;
  const GemmOperands<T>& operands;
  T* scratch;
  const T* shared;
  int64_t first_row, part_rows;  // of its part of the rows, mostly all
  const T* a;                    // of the first row
  int64_t a_k;
  Split tiles;  // those rows, into tiles
  int64_t tile_begin, tile_end, m_begin, m, n_begin, n;

  Task(const GemmPlan& plan_, const GemmOperands<T>& operands_, int64_t task, void* task_scratch, const void* shared_)
      : plan(plan_),
        p(plan_.problem),
        operands(operands_),
        scratch(static_cast<T*>(task_scratch)),
        shared(static_cast<const T*>(shared_)),
        first_row(part_begin(p.M, row_parts(p), part_of(task))),
        part_rows(part_begin(p.M, row_parts(p), part_of(task) + 1) - first_row),
        a(operands.a + first_row * (row_parts(p) > 1 ? part_stride(p.K, row_parts(p)) : p.a_m)),
        a_k(row_parts(p) > 1 ? part_rows : p.a_k),
        tiles{part_rows, plan.m_tiles / row_parts(p)} {
    const Split tasks{tiles.parts, tasks_of_part()};
    const int64_t own = task % tasks_of_part();
    tile_begin = tasks.begin(own), tile_end = tasks.begin(own + 1);
    m_begin = row_of(tile_begin), m = row_of(tile_end) - m_begin;
    n_begin = task / plan.m_tasks * plan.n_block;
    n = plan.n_tasks == 1 || p.N - n_begin < plan.n_block ? p.N - n_begin : plan.n_block;
  }

  int64_t tasks_of_part() const { return plan.m_tasks / row_parts(p); }
  int64_t part_of(int64_t task) const { return task % plan.m_tasks / tasks_of_part(); }
  int64_t row_of(int64_t tile) const { return first_row + tiles.begin(tile); }

  // The epilogue of the row m and column n.
  Finish<T> finish(int64_t at_m, int64_t at_n) const {
    return {operands.bias ? operands.bias + at_n : nullptr,
            operands.gate ? operands.gate + at_m * p.gate_m + at_n : nullptr, p.gate_m, p.activation, T(p.alpha)};
  }
  T* c() const { return operands.c + m_begin * p.c_m + n_begin; }

  void run() const {
    if (sums_b() && (m == 0 || plan.method != GemmMethod::broadcast)) sum_b({0, p.K, n_begin, n});
    if (m == 0) return;
    switch (plan.method) {
      case GemmMethod::broadcast:
        return broadcast();
      case GemmMethod::flipped:  // has tasks of its own
        return;
      case GemmMethod::dot:
        return dot();
      case GemmMethod::column:
        return column();
    }
  }

 private:
  void broadcast() const {
    int64_t k = 0;
    do {
      const int64_t depth = depth_from(k);
      for (int64_t j = 0; j < n; j += plan.n_block)
        broadcast({k, depth, n_begin + j, n - j < plan.n_block ? n - j : plan.n_block});
      k += depth;
    } while (k < p.K);
  }

  // The products that are summed at a visit from k on.
  int64_t depth_from(int64_t k) const { return p.K - k < plan.k_block ? p.K - k : plan.k_block; }

  // A part of the sums of some columns.
  struct Block {
    int64_t k_begin, k, n_begin, n;
  };

  // A tile of rows: its A, its C from the block's first column on, and the gate there, if any.
  struct Row {
    int64_t row, rows;
    const T* a;
    T* c;
    const T* gate;
  };

  // B waits in the second-level cache, packed; each tile of A is read once, and C grows along its rows.
  void broadcast(const Block& block) const {
    const Split panels = Split::at_most(ceil_div(block.n, kWidth), kTileVectors);
    const T* const b = block_of_b(block, panels);
    if (sums_b()) sum_b(block);  // while it is in a cache
    const bool last = block.k_begin + block.k >= p.K;
    const T* const bias = last && operands.bias ? operands.bias + block.n_begin : nullptr;
    TileArguments<T> t = arguments(block);
    const int64_t calls = panels.parts * fetch_calls(block.k);  // while a tile of rows is made
    const int64_t all_calls = (tile_end - tile_begin) * calls;
    Fetch<T> next_a = next_block_of_a(block, all_calls), next_b = next_block_of_b(block, all_calls),
             beside[kSinkArrays];
    FetchRows next_rows = next_part(block, all_calls);
    Fetches<T> fetches;
    T* const band = plan.banded ? scratch + own_b<T>(plan) + own_a<T>(plan) : nullptr;
    Row group[kNearTiles];
    for (int64_t first = tile_begin; first < tile_end; first += plan.group) {
      const int64_t count = first + plan.group < tile_end ? plan.group : tile_end - first;
      const int64_t begin = row_of(first), end = row_of(first + count);
      if (plan.pack_a == GemmPacking::task && packed_from(first) == first)
        next_a = next_tiles_of_a(block, first + kNearTiles, kNearTiles * calls);
      if (band) read_beside(begin, end - begin, count * calls, beside);
      fetches.clear();
      fetches.add(next_a), fetches.add(next_b), fetches.add(next_rows);
      for (Fetch<T>& array : beside) fetches.add(array);
      t.fetches = fetches.empty() ? nullptr : &fetches;
      for (int64_t i = 0; i < count; ++i) group[i] = tile_row(block, first + i, begin, band);
      for (int64_t i = 0, column = 0; i < panels.parts; ++i) {
        const int64_t vectors = panels.size(i), width = vectors * kWidth;
        const int64_t columns = column + width < block.n ? width : block.n - column;
        t.last = int(columns - (vectors - 1) * kWidth);
        const T* from = b + column;
        if (plan.pack_b != GemmPacking::none) from = b + column * block.k, t.b_k = width;
        t.b = &from;
        t.bias = bias ? bias + column : nullptr;
        for (const Row* r = group; r < group + count; ++r) {
          if (plan.pack_a != GemmPacking::none) t.a_k = r->rows;
          t.a = &r->a;
          t.c = r->c + column;
          const T* const gate = last && r->gate ? r->gate + column : nullptr;
          const bool pass = last && needs_pass(p.activation);
          t.gate = pass ? nullptr : gate;
          kTiles<T>.of[vectors - 1][r->rows - 1](t);
          if (pass)
            finish_block<T>({nullptr, gate, p.gate_m, p.activation, T(p.alpha)}, 1, t.c, t.c_m, r->rows, columns);
        }
        column += width;
      }
      if (band) {
        operands.sink->take(operands.sink->context, begin, end - begin, band, t.c_m);
        if (operands.sink->streams) stream_fence();
      }
    }
  }

  // What all tiles of a block have in common.
  TileArguments<T> arguments(const Block& block) const {
    TileArguments<T> t{};
    t.batch = 1, t.k = block.k;
    t.a_m = p.a_m, t.a_k = a_k, t.b_k = p.b_k, t.gate_m = p.gate_m;
    t.c_m = plan.banded ? band_stride<T>(plan) : p.c_m;
    t.accumulate = p.accumulate || block.k_begin > 0;
    t.relu = block.k_begin + block.k >= p.K && p.activation == GemmActivation::relu;
    return t;
  }

  // The tile, with its A packed; C is in the band, if there is one, which begins with the row `band_row`.
  Row tile_row(const Block& block, int64_t tile, int64_t band_row, T* band) const {
    const int64_t row = row_of(tile);
    Row r{row, tiles.size(tile), tile_of_a(block, tile), nullptr, nullptr};
    r.c = band ? band + (row - band_row) * band_stride<T>(plan) : operands.c + row * p.c_m + block.n_begin;
    if (operands.gate) r.gate = operands.gate + row * p.gate_m + block.n_begin;
    return r;
  }

  const T* block_of_b(const Block& block, const Split& panels) const {
    const T* const b = operands.b + block.k_begin * p.b_k + block.n_begin * p.b_n;
    if (plan.pack_b == GemmPacking::none) return b;
    if (plan.pack_b == GemmPacking::shared) return shared + packed_b(p, block.k_begin, block.n_begin, block.k, kWidth);
    pack_panels<T>(b, p.b_k, p.b_n, scratch, panels, 0, panels.parts, block.k, block.n);
    return scratch;
  }

  const T* tile_of_a(const Block& block, int64_t tile) const {
    const int64_t row = tiles.begin(tile);
    if (plan.pack_a == GemmPacking::none) return a + row * p.a_m + block.k_begin * a_k;
    if (plan.pack_a == GemmPacking::shared) return shared + block.k_begin * p.M + row * block.k;
    // The task packs some tiles when it comes to the first of them.
    T* const packed = scratch + own_b<T>(plan);
    const int64_t first = packed_from(tile);
    if (tile == first) pack_tiles<T>(p, a, tiles, first, packed_to(first), block.k_begin, block.k, packed);
    return packed + (row - tiles.begin(first)) * block.k;
  }

  // The tiles that the task packs together with this one, or from this one on.
  int64_t packed_from(int64_t tile) const { return tile - (tile - tile_begin) % kNearTiles; }
  int64_t packed_to(int64_t first) const { return first + kNearTiles < tile_end ? first + kNearTiles : tile_end; }

  // What the sink will read beside a band.
  void read_beside(int64_t row, int64_t rows, int64_t calls, Fetch<T>* beside) const {
    if (p.M * p.N * int64_t(sizeof(T)) < kSinkBytes) return;
    for (int i = 0; i < kSinkArrays; ++i)
      if (const T* const array = operands.sink->arrays[i])
        beside[i] = Fetch<T>(array + row * p.c_m, p.c_m, rows, p.N, calls);
  }

  // What the task will read of A in place for the next block of sums.
  Fetch<T> next_block_of_a(const Block& block, int64_t calls) const {
    const int64_t k_begin = block.k_begin + block.k, k = depth_from(k_begin);
    if (plan.pack_a != GemmPacking::none || p.a_m != 1 || k <= 0 || m * k * int64_t(sizeof(T)) > kFetchedBytes)
      return {};
    return {a + (m_begin - first_row) + k_begin * a_k, a_k, k, m, calls};
  }

  // What the packing of the tiles from `tile` on will read of A, contiguous in m: after the last, those of the next
  // block of sums, or those of the next rows, which the thread is likely to take next.
  Fetch<T> next_tiles_of_a(const Block& block, int64_t tile, int64_t calls) const {
    int64_t k_begin = block.k_begin, k = block.k, end = packed_to(tile);
    if (tile >= tile_end) {
      k_begin += k, k = depth_from(k_begin), tile = tile_begin;
      if (k <= 0 && plan.n_tasks == 1) k_begin = 0, k = depth_from(0), tile = tile_end;
      const int64_t count = tile_end - tile_begin < kNearTiles ? tile_end - tile_begin : kNearTiles;
      end = tile + count < tiles.parts ? tile + count : tiles.parts;
    }
    if (k <= 0 || tile >= end) return {};
    const int64_t row = tiles.begin(tile);
    return {a + row + k_begin * a_k, a_k, k, tiles.begin(end) - row, calls};
  }

  // What the packing of the next block of B will read: the task's own, or the first one of the next columns, which the
  // thread is likely to take next.
  Fetch<T> next_block_of_b(const Block& block, int64_t calls) const {
    int64_t k_begin = block.k_begin + block.k, n_begin = block.n_begin, n = block.n;
    if (k_begin >= p.K && plan.m_tasks == 1) k_begin = 0, n_begin += n, n = p.N - n_begin < n ? p.N - n_begin : n;
    const int64_t k = depth_from(k_begin);
    const T* b = operands.b + k_begin * p.b_k + n_begin * p.b_n;
    if (plan.pack_b != GemmPacking::task || k <= 0 || n <= 0 || n * k * int64_t(sizeof(T)) > kFetchedBytes) return {};
    if (p.b_k == 1) return {b, p.b_n, n, k, calls};
    return {b, p.b_k, k, p.b_n == 1 ? n : 0, calls};
  }

  // The part of the next columns of A that the task's rows are, with its first block.
  FetchRows next_part(const Block& block, int64_t calls) const {
    if (!operands.next || p.a_m != 1 || block.k_begin > 0 || block.n_begin > 0) return {};
    const int64_t bytes = operands.next->bytes;
    return {operands.next->part(bytes * m_begin / p.M, bytes * (m_begin + m) / p.M), calls};
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
    const T* const row = operands.b;
    const T* const columns = operands.a + m_begin;
    TileArguments<T> t{};
    t.a = &row, t.b = &columns, t.batch = 1, t.k = p.K;
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
      for (int64_t k = 0; k < p.K; ++k) sum += columns[i + k * p.a_k] * row[k * p.b_k];
      c()[i] = p.accumulate ? c()[i] + sum : sum;
    }
    const Finish<T> f = finish(m_begin, n_begin);
    if (f.needed()) finish_block<T>(f, 0, c(), 0, 1, m);
  }

  bool sums_b() const { return operands.b_sum && m_begin == 0; }

  // b_sum[n] (+)= sum_k B[k,n] over a block, by the tasks of the first rows.
  void sum_b(const Block& block) const {
    const int64_t n = block.n;
    const bool accumulate = p.accumulate || block.k_begin > 0;
    constexpr int width = Vec<T>::width;
    const T* b = operands.b + block.k_begin * p.b_k + block.n_begin * p.b_n;
    T* sum = operands.b_sum + block.n_begin;
    constexpr int wide = 8 * width;  // columns at a time: a row of B is far from the next, so each visit takes some
    int64_t j = 0;
    for (; p.b_n == 1 && j + wide <= n; j += wide) {
      vec<T> s[8];
      for (int v = 0; v < 8; ++v) s[v] = accumulate ? load<T>(sum + j + v * width) : vec<T>{};
      for (int64_t k = 0; k < block.k; ++k)
        for (int v = 0; v < 8; ++v) s[v] += load<T>(b + k * p.b_k + j + v * width);
      for (int v = 0; v < 8; ++v) store<T>(sum + j + v * width, s[v]);
    }
    for (; p.b_n == 1 && j < n; j += width) {
      const int count = n - j < width ? int(n - j) : width;
      vec<T> s = accumulate ? load_up_to<T>(sum + j, count) : vec<T>{};
      for (int64_t k = 0; k < block.k; ++k) s += load_up_to<T>(b + k * p.b_k + j, count);
      store_up_to<T>(sum + j, s, count);
    }
    for (; j < n; ++j) {
      T s = accumulate ? sum[j] : T(0);
      for (int64_t k = 0; k < block.k; ++k) s += b[k * p.b_k + j * p.b_n];
      sum[j] = s;
    }
  }
};

}  // namespace nnfit::NNFIT_ISA
