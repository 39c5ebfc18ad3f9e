// Products of few rows by a B contiguous in k, as input gradients are: A and B change places,
//
//   C^T[n,m] = sum_k B[n,k] A[k,m]
//
// so that B, by far the larger, is read once, where it is and as it lies, and it is A that is packed. A task makes some
// rows of C^T in a cache and turns them.
#pragma once

#include "kernels/gemm/task.h"

namespace nnfit::NNFIT_ISA {

// The product of which a flipped plan makes tiles.
constexpr GemmProblem flipped(const GemmProblem& p) {
  GemmProblem q;
  q.M = p.N, q.N = p.M, q.K = p.K;
  q.a_m = p.b_n, q.a_k = p.b_k;
  q.b_k = p.a_k, q.b_n = p.a_m;
  return q;
}

template <class T>
class FlippedTask {
 public:
  FlippedTask(const GemmPlan& plan, const GemmOperands<T>& operands, int64_t task, void* task_scratch, const T* packed)
      : plan_(plan),
        q_(flipped(plan.problem)),
        operands_(operands),
        packed_(packed),
        tiles_{q_.M, plan.m_tiles},
        panels_(Split::at_most(ceil_div(q_.N, kWidth), kTileVectors)),
        stride_(band_stride<T>(plan)) {
    const Split tasks{plan.m_tiles, plan.m_tasks};
    tile_begin_ = tasks.begin(task), tile_end_ = tasks.begin(task + 1);
    row_begin_ = tiles_.begin(tile_begin_), rows_ = tiles_.begin(tile_end_) - row_begin_;
    own_ = static_cast<T*>(task_scratch);
    band_ = own_ + flipped_a<T>(plan);
  }

  void run() const {
    for (int64_t k = 0; k < q_.K; k += plan_.k_block) add(k, depth_from(k));
    store_turned();
    if (operands_.b_sum) sum_b();
  }

 private:
  static constexpr int64_t kWidth = Vec<T>::width;

  int64_t depth_from(int64_t k) const { return q_.K - k < plan_.k_block ? q_.K - k : plan_.k_block; }

  // Adds a block of the sums to the band.
  void add(int64_t k_begin, int64_t k) const {
    const T* const b = packed_ + packed_b(q_, k_begin, 0, k, kWidth);
    const int64_t calls = panels_.parts * fetch_calls(k);  // while a tile of rows is made
    const bool last = k_begin + k == q_.K && operands_.gate;
    Fetch<T> gate;
    if (last)
      gate = {operands_.gate + row_begin_, plan_.problem.gate_m, q_.N, rows_, (tile_end_ - tile_begin_) * calls};
    TileArguments<T> t{};
    t.batch = 1, t.k = k, t.a_k = 1, t.c_m = stride_, t.last = kWidth, t.accumulate = k_begin > 0;
    for (int64_t tile = tile_begin_; tile < tile_end_; ++tile) {
      const int64_t rows = tiles_.size(tile);
      const T* a = operands_.b + tiles_.begin(tile) * q_.a_m + k_begin;
      t.a_m = q_.a_m;
      if (plan_.pack_a != GemmPacking::none) {
        pack_rows<T>(a, q_.a_m, own_, rows, k);
        a = own_, t.a_m = k;
      }
      t.a = &a;
      Fetch<T> next = next_tile(tile, k_begin, calls);
      Fetches<T> fetches;
      fetches.add(next), fetches.add(gate);
      t.fetches = fetches.empty() ? nullptr : &fetches;
      for (int64_t i = 0, column = 0; i < panels_.parts; ++i) {
        const int64_t vectors = panels_.size(i);
        const T* const from = b + column * k;
        t.b = &from, t.b_k = vectors * kWidth;
        t.c = band_ + (tiles_.begin(tile) - row_begin_) * stride_ + column;
        kTiles<T>.of[vectors - 1][rows - 1](t);
        column += vectors * kWidth;
      }
    }
  }

  // What the tile after this one will read of B: the first one with the next sums after the last, or the first of the
  // next rows, which the thread is likely to take next.
  Fetch<T> next_tile(int64_t tile, int64_t k_begin, int64_t calls) const {
    if (++tile == tile_end_ && k_begin + plan_.k_block < q_.K)
      tile = tile_begin_, k_begin += plan_.k_block;
    else if (tile == tile_end_)
      k_begin = 0;
    if (tile == tiles_.parts) return {};
    const T* const b = operands_.b + tiles_.begin(tile) * q_.a_m + k_begin;
    return {b, q_.a_m, tiles_.size(tile), depth_from(k_begin), calls};
  }

  // The band into columns of C, with the epilogue.
  void store_turned() const {
    for (int64_t m = 0; m < plan_.problem.M; m += kWidth)
      for (int64_t j = 0; j < rows_; j += kWidth) {
        const int count = int(rows_ - j < kWidth ? rows_ - j : kWidth),
                  lines = int(plan_.problem.M - m < kWidth ? plan_.problem.M - m : kWidth);
        if (count == kWidth && lines == kWidth)
          turn<true>(m, j, count, lines);
        else
          turn<false>(m, j, count, lines);
      }
  }

  // `count` rows of the band from j on, `lines` columns of it from m on: all of a square, or fewer.
  template <bool whole>
  void turn(int64_t m, int64_t j, int count, int lines) const {
    const GemmProblem& p = plan_.problem;
    const bool relu = p.activation == GemmActivation::relu;
    vec<T> block[kWidth];
#pragma GCC unroll 16
    for (int r = 0; r < kWidth; ++r) block[r] = whole || r < count ? load<T>(band_ + (j + r) * stride_ + m) : vec<T>{};
    transpose<T>(block);
    const int64_t n = row_begin_ + j;
#pragma GCC unroll 16
    for (int r = 0; r < kWidth; ++r) {
      if (!whole && r >= lines) break;
      vec<T> x = block[r];
      if (operands_.bias) x += read<whole>(operands_.bias + n, count);
      if (relu) x = larger<T>(vec<T>{}, x);  // keeps NaN
      if (operands_.gate) x = read<whole>(operands_.gate + (m + r) * p.gate_m + n, count) > vec<T>{} ? x : vec<T>{};
      T* const c = operands_.c + (m + r) * p.c_m + n;
      if (whole)
        store<T>(c, x);
      else
        store_up_to<T>(c, x, count);
    }
  }

  template <bool whole>
  static NNFIT_INLINE vec<T> read(const T* from, int count) {
    return whole ? load<T>(from) : load_up_to<T>(from, count);
  }

  void sum_b() const {
    for (int64_t n = row_begin_; n < row_begin_ + rows_; ++n) {
      T sum = 0;
      for (int64_t k = 0; k < q_.K; ++k) sum += operands_.b[n * q_.a_m + k];
      operands_.b_sum[n] = sum;
    }
  }

  const GemmPlan& plan_;
  const GemmProblem q_;
  const GemmOperands<T>& operands_;
  const T* packed_;
  const Split tiles_, panels_;
  const int64_t stride_;  // of the band
  int64_t tile_begin_, tile_end_, row_begin_, rows_;
  T *own_, *band_;
};

}  // namespace nnfit::NNFIT_ISA
