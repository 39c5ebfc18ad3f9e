// How a product is cut into tasks. Everything here depends on the problem alone.
#pragma once

#include "kernels/gemm/gemm.h"
#include "kernels/gemm/split.h"
#include "kernels/gemm/tile.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int64_t kTaskWork = 1 << 16;        // multiplications that are worth a task: about a microsecond
inline constexpr int64_t kBlockBytes = 3 << 18;      // of B, to wait in the second-level cache
inline constexpr int64_t kTallBlockBytes = 3 << 17;  // the same where tiles of A wait there too
inline constexpr int64_t kPartBytes = 1 << 18;       // of A and B, where a block of C waits there too
inline constexpr int64_t kLargePartBytes = 1 << 19;  // the same where only some tiles of A do at a time
inline constexpr int64_t kBandBytes = 3 << 16;       // of C, on its way to a sink
inline constexpr int64_t kNearBytes = 1 << 13;       // of A, to wait in the first-level cache beside a panel of B
inline constexpr int64_t kSetsBytes = 1 << 12;       // lines this far apart share a set of it
inline constexpr int64_t kFewColumns = 128;          // of B, which do not pay for a copy of A
inline constexpr int64_t kBandColumns = 4096;        // of C, so that some tiles of rows make a band
inline constexpr int64_t kFlippedRows = 512;         // of A at most where it and B change places
inline constexpr int64_t kFlippedBand = 32;          // rows of C^T in a task then
inline constexpr int64_t kNearRows = 8;              // far apart, of which the first-level cache holds a line each
inline constexpr int64_t kDepth = 384;               // products that a tile sums at a visit
inline constexpr int64_t kWholeDepth = 512;          // the same of rows of A that end there: C is then written once
inline constexpr int64_t kStrips = 32;               // tiles of A that a task of the first phase packs
inline constexpr int64_t kPackedPanels = 4;          // panels of B likewise
inline constexpr int64_t kNearTiles = 8;             // tiles of A that a task packs for itself at a time
inline constexpr int64_t kTaskTiles = 4;             // tiles of rows in a task, if those are the least that makes one
inline constexpr int64_t kManyTiles = 10;            // that are worth sharing one packed panel of B
inline constexpr int64_t kPartBlock = 1 << 16;       // elements of C in a task that makes a part of its sums
inline constexpr int64_t kDeepSums = 512;            // products to a sum, of which there are
inline constexpr int64_t kDeepBlock = 1 << 14;       // so few
inline constexpr int64_t kDeepParts = 4;             // that these are made at least
inline constexpr int64_t kReduceBlock = 1 << 11;     // elements of C in a task that adds the parts
inline constexpr int64_t kLargeTask = 1 << 24;       // work that keeps the other threads waiting for the one in it
inline constexpr int64_t kTargetTasks = 16;          // enough to share out to as many threads; twice that of large ones

// Elements of a task's own scratch that its block of B takes; its tiles of A come behind it.
template <class T>
constexpr int64_t own_b(const GemmPlan& plan) {
  return plan.pack_b == GemmPacking::task ? plan.k_block * round_up(plan.n_block, 64 / int64_t(sizeof(T))) : 0;
}

// What those tiles of A take.
template <class T>
constexpr int64_t own_a(const GemmPlan& plan) {
  return plan.pack_a == GemmPacking::task ? plan.k_block * kNearTiles * ceil_div(plan.problem.M, plan.m_tiles) : 0;
}

// The rows of a tile that a flipped product copies.
template <class T>
constexpr int64_t flipped_a(const GemmPlan& plan) {
  return plan.pack_a == GemmPacking::task ? round_up(plan.k_block * kTileRows[0], 64 / int64_t(sizeof(T))) : 0;
}

// The elements from a row to the next in a band of C, which comes behind those. Long rows get a vector more: rows of
// whole pages would meet in few sets of the cache. But a sink gets rows that are not whole vectors as they lie in C:
// its own arrays are aligned then where the band is.
template <class T>
constexpr int64_t band_stride(const GemmPlan& plan) {
  if (plan.banded && plan.problem.N % Vec<T>::width != 0) return plan.problem.N;
  const int64_t n = round_up(plan.n_block, Vec<T>::width);
  return n * int64_t(sizeof(T)) < 4096 ? n : n + Vec<T>::width;
}

// The parts that the rows of C are in, as A is: a task is in one of them.
constexpr int64_t row_parts(const GemmProblem& p) { return p.a_m == 1 && p.a_k != 1 ? p.a_parts : 1; }

template <class T>
struct Planner {
  static constexpr int64_t kWidth = Vec<T>::width;
  static constexpr int64_t kPanel = kTileVectors * kWidth;

  GemmPlan plan;
  const GemmProblem& p = plan.problem;
  int64_t m_limit = 1;  // the least number of row tiles in a task

  explicit Planner(const GemmProblem& problem) {
    plan.problem = problem;
    if (p.N <= 0) return;
    if (p.M <= 0)
      plan_sums();
    else if (p.N == 1 && p.a_m == 1 && p.a_k != 1 && p.c_m == 1 && p.gate_m == 1)
      plan_column();
    else if (p.a_k == 1 && p.b_k == 1 && (p.N <= 4 || p.M <= 4))
      plan_dot();
    else if (flips())
      plan_flipped();
    else
      plan_broadcast();
  }
  Planner(const Planner&) = delete;  // p is plan's

  // C is empty, and b_sum may still be wanted.
  void plan_sums() {
    plan.m_tiles = plan.m_tasks = plan.n_tasks = plan.tasks[0] = 1;
    plan.n_block = p.N;
  }

  // The column of C is a row of the transposed product: vectors along m.
  void plan_column() {
    plan.method = GemmMethod::column;
    plan.m_tiles = ceil_div(p.M, kWidth);
    cut(1);
    plan.tasks[0] = plan.m_tasks * plan.n_tasks;
  }

  void plan_dot() {
    plan.method = GemmMethod::dot;
    plan.m_tiles = ceil_div(p.M, 4);
    cut(p.N);
    plan.tasks[0] = plan.m_tasks * plan.n_tasks;
  }

  void plan_broadcast() {
    const bool padded = kMaskedLoads || p.N % kWidth == 0;
    const bool pack_b = p.b_n != 1 || !padded || (p.M >= 32 && p.b_k > kPanel && p.N > kPanel);
    const int64_t parts = row_parts(p),
                  tile_rows = kTileRows[p.N < kPanel ? ceil_div(p.N, kWidth) - 1 : kTileVectors - 1];
    plan.m_tiles = parts * ceil_div(ceil_div(p.M, parts), tile_rows);
    plan.k_block = depth();
    plan.pack_b = pack_b ? GemmPacking::task : GemmPacking::none;
    plan.banded = p.banded && !p.accumulate && p.K <= plan.k_block && p.N <= kBandColumns;
    const bool apart = p.a_m == 1 && p.a_k != 1;  // what a tile reads of A at each step
    const bool large = double(p.M) * p.N * p.K > 1 << 23;
    const int64_t longer = p.M > p.N ? p.M : p.N;
    const bool long_sums = p.K >= 4 * kDepth && p.K >= 4 * longer;
    if (plan.banded && p.N > kPanel) return plan_tall(apart);
    const bool ready_b = pack_b || (p.N <= kPanel && p.a_m == 1);  // packed, or a panel as it is
    if (apart && ready_b && large && long_sums && plan_parts()) return;
    if (p.a_k == 1 && p.K >= kDeepSums && p.K >= 8 * longer && p.M * p.N <= kDeepBlock &&
        double(p.M) * p.N * p.K >= 1 << 20 && !plan.banded)
      return plan_deep();
    if (pack_b && large && p.M >= 4 * p.N && p.M >= 1024) return plan_tall(apart);
    if (apart && p.N > kPanel && large) plan.pack_a = GemmPacking::shared;
    if (pack_b && p.N <= kPanel && p.K >= kPanel && plan.m_tiles >= kManyTiles) return plan_tall(apart);
    if (pack_b) m_limit = kNearTiles;
    cut(block_columns(kBlockBytes));
    set_tasks(plan.pack_a == GemmPacking::shared ? ceil_div(p.K, plan.k_block) * ceil_div(plan.m_tiles, kStrips) : 0,
              p.M * p.K);
  }

  // Whether it pays to let A and B change places (flipped.h): what has to be turned then, A and C, is smaller than B.
  bool flips() const {
    const bool plain = p.activation == GemmActivation::none || p.activation == GemmActivation::relu;
    const bool contiguous = p.a_k == 1 && p.b_k == 1 && p.b_n != 1;
    const bool few_rows = p.M >= kWidth && p.M <= kFlippedRows && p.N >= 2 * p.M;
    const bool tasks_enough = p.N >= kTargetTasks * kTileRows[kTileVectors - 1] && 4 * p.N > p.K;
    const bool large = double(p.M) * p.N * p.K > 1 << 23;
    return plain && contiguous && few_rows && tasks_enough && large && !p.accumulate && !p.banded && p.K >= kPanel;
  }

  void plan_flipped() {
    plan.method = GemmMethod::flipped;
    const int64_t vectors = ceil_div(p.M, kWidth),
                  rows = kTileRows[(vectors < kTileVectors ? vectors : kTileVectors) - 1];
    plan.m_tiles = ceil_div(p.N, rows);
    plan.m_tasks = ceil_div(p.N, kFlippedBand);
    if (plan.m_tasks < kTargetTasks) plan.m_tasks = kTargetTasks;
    if (plan.m_tasks > 4 * kTargetTasks) plan.m_tasks = 4 * kTargetTasks;
    if (plan.m_tasks > plan.m_tiles) plan.m_tasks = plan.m_tiles;
    plan.n_tasks = 1;
    plan.n_block = round_up(p.M, kWidth);
    plan.k_block = depth();
    if (rows > kNearRows) plan.pack_a = GemmPacking::task;
    set_tasks(ceil_div(p.K, plan.k_block) * packed_groups(plan.n_block), p.K * plan.n_block);
    const int64_t band_rows = ceil_div(plan.m_tiles, plan.m_tasks) * rows;
    plan.task_scratch = size_t(flipped_a<T>(plan) + band_rows * band_stride<T>(plan)) * sizeof(T);
  }

  // The products that a tile sums at a visit: whole lines of them, if not all.
  int64_t depth() const {
    const int64_t part = balanced(p.K, p.a_k == 1 && p.K <= kWholeDepth ? kWholeDepth : kDepth);
    return part < p.K ? round_up(part, 64 / int64_t(sizeof(T))) : part;
  }

  // Columns whose part of B the second-level cache holds.
  int64_t block_columns(int64_t bytes) const { return bytes / int64_t(sizeof(T)) / plan.k_block / kPanel * kPanel; }

  // Many rows, few columns: B is packed once for all tasks, which take some rows each. A, by far the larger, passes
  // through their caches once. Bands are whole rows, so that a sink walks along its arrays.
  void plan_tall(bool apart) {
    plan.pack_b = GemmPacking::shared;
    if (apart && p.N > kPanel && !in_place()) plan.pack_a = GemmPacking::task;
    plan.n_block = round_up(plan.banded ? p.N : balanced(p.N, block_columns(kTallBlockBytes)), kWidth);
    plan.n_tasks = 1;
    const int64_t worth = p.M * p.N * p.K / kTaskWork, most = plan.m_tiles < kTargetTasks ? plan.m_tiles : kTargetTasks;
    const int64_t few = worth < most ? worth : most;
    plan.m_tasks = ceil_div(plan.m_tiles, kTaskTiles);
    if (plan.m_tasks > 8 * kTargetTasks) plan.m_tasks = 8 * kTargetTasks;
    if (plan.m_tasks < few) plan.m_tasks = few;
    plan.m_tasks = round_up(plan.m_tasks, row_parts(p));
    while (plan.banded && p.N > block_columns(kBlockBytes) && plan.group < kNearTiles &&
           2 * plan.group * band_bytes() <= kBandBytes)
      plan.group *= 2;
    set_tasks(ceil_div(p.K, plan.k_block) * ceil_div(p.N, plan.n_block) * packed_groups(plan.n_block),
              p.K * round_up(p.N, kWidth));
  }

  // Whether tiles read A, contiguous in m, in place as fast as copies of it: where the first-level cache holds a line
  // of each of the rows that it has for the sums, and, for few columns, where the second-level cache does. Rows far
  // apart may share few sets, of which they take half the ways at most in the first. (Rows contiguous in k are always
  // read in place: a tile has fewer than kNearRows.)
  bool in_place() const {
    const int64_t stride = p.a_k * int64_t(sizeof(T)), power = stride & -stride;
    const int64_t apart = power < 64 ? 64 : power > kSetsBytes ? kSetsBytes : power;
    return (p.K * 64 <= kNearBytes && p.K * apart <= 4 * kSetsBytes) || (p.N <= kFewColumns && apart < kSetsBytes);
  }

  // Of a band of one tile of rows.
  int64_t band_bytes() const { return ceil_div(p.M, plan.m_tiles) * band_stride<T>(plan) * int64_t(sizeof(T)); }

  // The tasks that pack a shared block of B.
  static constexpr int64_t packed_groups(int64_t n_block) { return ceil_div(n_block, kPackedPanels * kPanel); }

  // Long sums: C is cut into blocks that stay in a cache, and each block's sums into parts, until there are tasks
  // enough; the parts are added in order at the end. Returns false, having done nothing, where there are enough blocks.
  bool plan_parts() {
    int64_t m_tasks = 1, n_tasks = 1;
    const auto rows = [&] { return ceil_div(p.M, m_tasks); };
    const auto columns = [&] { return round_up(ceil_div(p.N, n_tasks), kWidth); };
    while (rows() * columns() > kPartBlock) ++(rows() > columns() ? m_tasks : n_tasks);
    const int64_t blocks = m_tasks * ceil_div(p.N, columns()), most = p.K / (2 * kDepth);
    if (blocks >= kTargetTasks) return false;
    if (!in_place()) plan.pack_a = GemmPacking::task;
    plan.m_tasks = m_tasks, plan.n_block = columns(), plan.n_tasks = ceil_div(p.N, plan.n_block);
    plan.k_tasks = ceil_div(kTargetTasks, blocks) < most ? ceil_div(kTargetTasks, blocks) : most;
    const int64_t bytes = plan.pack_a == GemmPacking::none ? kPartBytes : kLargePartBytes;
    const int64_t fit = bytes / int64_t(sizeof(T)) / (rows() + columns());
    plan.k_block = balanced(ceil_div(p.K, plan.k_tasks), fit < kDepth ? fit : kDepth);
    set_parts();
    return true;
  }

  // A small C and long sums, as in the first layer of a network: a part of the sums is a part of the features, so that
  // threads meet the rows of B again that they have updated, and need none of the others'.
  void plan_deep() {
    plan.m_tasks = plan.n_tasks = 1;
    plan.n_block = round_up(p.N, p.N < kWidth ? 1 : kWidth);
    plan.k_tasks = p.K / kDepth < kDeepParts ? kDeepParts : p.K / kDepth < kTargetTasks ? p.K / kDepth : kTargetTasks;
    plan.k_block = balanced(ceil_div(p.K, plan.k_tasks), kDepth);
    set_parts();
  }

  void set_parts() {
    set_tasks(0, 0);
    plan.phases = 2;
    plan.tasks[0] = plan.m_tasks * plan.n_tasks * plan.k_tasks;
    plan.tasks[1] = ceil_div(p.M, reduced_rows(p));
    plan.shared_scratch = size_t(plan.k_tasks * part_elements(p)) * sizeof(T);
  }

  // Of the sums of one part, and of those of B behind them.
  static constexpr int64_t part_elements(const GemmProblem& p) { return (p.M + 1) * p.N; }
  static constexpr int64_t reduced_rows(const GemmProblem& p) { return ceil_div(kReduceBlock, p.N); }

  // Sets tasks and scratch; `packing` tasks pack `packed` elements for all of them.
  void set_tasks(int64_t packing, int64_t packed) {
    const int64_t tasks = plan.m_tasks * plan.n_tasks;
    plan.phases = packing ? 2 : 1;
    plan.tasks[0] = packing ? packing : tasks;
    plan.tasks[1] = packing ? tasks : 0;
    plan.shared_scratch = packing ? size_t(packed) * sizeof(T) : 0;
    plan.task_scratch = size_t(own_b<T>(plan) + own_a<T>(plan)) * sizeof(T);
    if (plan.banded) plan.task_scratch += size_t(plan.group * band_bytes());
  }

  // Halves rows while they are many, then columns, then rows, until there are tasks enough or they get too small: many
  // rows pay for packing B, many columns for reading A.
  void cut(int64_t n_limit) {
    plan.n_block = round_up(balanced(p.N, n_limit), p.N < kWidth ? 1 : kWidth);
    plan.m_tasks = row_parts(p);
    for (;;) {
      plan.n_tasks = ceil_div(p.N, plan.n_block);
      const int64_t tasks = plan.m_tasks * plan.n_tasks;
      const double work = double(p.M) * p.N * p.K / tasks;
      if (tasks >= (work < kLargeTask && !plan.banded ? 1 : 2) * kTargetTasks || work < 2.0 * kTaskWork) return;
      if (tasks >= kTargetTasks && plan.n_block <= 2 * kPanel && !plan.banded) return;  // A would be read once more
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
