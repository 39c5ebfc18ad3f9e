// Matrix products: one batch-reduce microkernel, and plans that cut a whole product into independent tasks.
//
//   C[m,n] = gate(activation(sum_k A[m,k] B[k,n] + C_old[m,n] if accumulate + bias[n]))
//   gate(x) = x where gate[m,n] > 0, else 0 (the gradient through a relu whose output is `gate`)
//   b_sum[n] (+)= sum_k B[k,n]     on request (the bias gradient beside a kernel gradient)
//
// The products of a dense layer Y[M,N] = X[M,K] W[K,N], all arrays row-major, in these terms:
//   forward           GemmProblem::of(M, N, K)              a = X,  b = W,  c = Y, bias, activation
//   input gradient    GemmProblem::of(M, K, N, false, true) a = dY, b = W,  c = dX, gate = the relu output that X is
//   kernel gradient   GemmProblem::of(K, N, M, true, false) a = X,  b = dY, c = dW, b_sum = db
//
// Use: plan = kernels.plan(problem) once per shape; then for each phase p in order, run every task of 0..plan.tasks[p)
// in any order, on any threads, and finish them before phase p + 1. What is computed depends on the problem alone, so
// the bits of C do not depend on the threads.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/gather/feature_parts.h"
#include "kernels/gather/next_rows.h"
#include "kernels/tables.h"

namespace nnfit {

enum class GemmActivation : uint8_t { none, relu, leaky_relu, elu, sigmoid, tanh, silu, gelu, gelu_tanh };

// Shapes and strides, in elements. Any strides are right; speed wants A contiguous in m or k and B contiguous in n or
// k. C is contiguous in n. Sizes may be 0: K = 0 leaves the sum empty, M = 0 or N = 0 leaves C alone.
struct GemmProblem {
  int64_t M = 0, N = 0, K = 0;
  int64_t a_m = 0, a_k = 1;  // A[m,k] = a[m * a_m + k * a_k]
  int64_t b_k = 0, b_n = 1;  // B[k,n] = b[k * b_k + n * b_n]
  int64_t c_m = 0;           // C[m,n] = c[m * c_m + n]
  int64_t gate_m = 0;        // gate[m,n] = gate[m * gate_m + n]
  GemmActivation activation = GemmActivation::none;
  bool accumulate = false;  // for C and b_sum alike
  double alpha = 0;         // slope of leaky_relu, scale of elu
  bool banded = false;      // give C to a sink, if the plan can; without accumulate
  int64_t a_parts = 1;      // A, dense otherwise, lies in parts of features (feature_parts.h), see takes_parts

  // Dense row-major arrays: A is (M,K), or (K,M) if transpose_a; B is (K,N), or (N,K) if transpose_b.
  static constexpr GemmProblem of(int64_t M, int64_t N, int64_t K, bool transpose_a = false, bool transpose_b = false) {
    GemmProblem p;
    p.M = M, p.N = N, p.K = K;
    p.a_m = transpose_a ? 1 : K, p.a_k = transpose_a ? M : 1;
    p.b_k = transpose_b ? 1 : N, p.b_n = transpose_b ? K : 1;
    p.c_m = p.gate_m = N;
    return p;
  }
};

inline constexpr int kSinkArrays = 4;

// Takes finished bands of C, whole rows, while they are in cache; they never get to memory. Bands do not overlap, cover
// C, and come from any thread.
template <class T>
struct GemmSink {
  // Rows [row, row + rows): C[row + i, n] = band[i * band_m + n].
  void (*take)(void* context, int64_t row, int64_t rows, const T* band, int64_t band_m) = nullptr;
  void* context = nullptr;
  // What it reads beside a band, the same rows of matrices like C (row stride c_m); null for none. They are fetched.
  const T* arrays[kSinkArrays] = {};
  bool streams = false;  // it stores past the caches, so a fence follows it
};

// Natural alignment is enough. c, b_sum, scratch overlap nothing else; the inputs may overlap each other.
template <class T>
struct GemmOperands {
  const T* a = nullptr;
  const T* b = nullptr;
  T* c = nullptr;
  const T* bias = nullptr;            // N values, or null
  const T* gate = nullptr;            // (M,N), or null
  T* b_sum = nullptr;                 // N values, or null
  const GemmSink<T>* sink = nullptr;  // in place of c where the plan is banded
  const NextRows* next = nullptr;     // of A contiguous in m, what its columns are gathered from next: to be fetched
};

enum class GemmMethod : uint8_t {
  broadcast,  // vectors along n; A is broadcast
  flipped,    // the same of C^T, for few rows and B contiguous in k: vectors along m
  dot,        // vectors along k; for one or few columns or rows
  column,     // N = 1 with A contiguous in m: vectors along m
};

// Where a block of A or B is copied before tiles read it.
enum class GemmPacking : uint8_t {
  none,    // tiles read it in place
  task,    // by each task, into a cache of its own
  shared,  // once for all tasks, in a phase before theirs
};

// A value: copy it freely. `tasks`, `phases` and the scratch sizes are for the caller, the rest for the kernels.
struct GemmPlan {
  GemmProblem problem;
  int phases = 1;             // 2 where something is packed for all tasks, or partial sums are added at the end
  int64_t tasks[2] = {0, 0};  // of each phase
  size_t task_scratch = 0;    // bytes private to a running task; nothing is kept there between tasks
  size_t shared_scratch = 0;  // bytes shared by all tasks of all phases of one product
  GemmMethod method = GemmMethod::broadcast;
  GemmPacking pack_a = GemmPacking::none, pack_b = GemmPacking::none;
  int64_t m_tiles = 0, n_block = 0, k_block = 0;  // rows are cut into m_tiles tiles, columns and sums into blocks
  int64_t m_tasks = 0, n_tasks = 0;
  int64_t k_tasks = 1;  // parts of the sum, each of them a product of its own
  bool banded = false;  // C goes to a sink
  int64_t group = 1;    // tiles of rows that a panel of B is multiplied with before the next
};

// Whether the product of a plan also takes an A that lies in `parts` parts of its features: of the sums for A
// contiguous in k, which the plan must cut alike; for A contiguous in m, of the rows of C. Set a_parts and plan again:
// what the plan decides stays, but for its tiles.
constexpr bool takes_parts(const GemmPlan& plan, int64_t parts) {
  const GemmProblem& p = plan.problem;
  if (plan.method != GemmMethod::broadcast || plan.pack_a != GemmPacking::none) return false;
  if (p.a_k == 1) return p.a_m == p.K && plan.k_tasks == parts;
  return p.a_m == 1 && p.a_k == p.M && p.M >= parts && plan.k_tasks == 1;
}

// Both scratch pointers are aligned to 64 bytes. Reuse one task_scratch for all tasks of a thread: it stays in cache.
template <class T>
using GemmTask = void (*)(const GemmPlan& plan, const GemmOperands<T>& operands, int phase, int64_t task,
                          void* task_scratch, void* shared_scratch);

// One block of C from a batch of products, for callers with tiles of their own (convolution: one product per tap):
//   C[m,n] = gate(activation(sum_i sum_k A_i[m,k] B_i[k,n] + C_old[m,n] if accumulate + bias[n]))
// A_i[m,k] = a[i][m * a_m + k * a_k], B_i[k,n] = b[i][k * b_k + n], C and gate as above. The fastest block has n a
// multiple of tile_columns and B packed so that b_k = tile_columns. Rows of B must be readable to the next multiple of
// vector_width columns (only there may lie anything). Order of the sum: i outer, k inner, one element at a time.
struct BrgemmShape {
  int64_t m = 0, n = 0, k = 0, batch = 1;
  int64_t a_m = 0, a_k = 1, b_k = 0, c_m = 0, gate_m = 0;
  GemmActivation activation = GemmActivation::none;
  bool accumulate = false;
  double alpha = 0;
};

template <class T>
struct BrgemmOperands {
  const T* const* a = nullptr;  // batch pointers
  const T* const* b = nullptr;  // batch pointers
  T* c = nullptr;
  const T* bias = nullptr;
  const T* gate = nullptr;
};

template <class T>
struct GemmKernels {
  GemmPlan (*plan)(const GemmProblem& problem);
  GemmTask<T> task;
  void (*brgemm)(const BrgemmShape& shape, const BrgemmOperands<T>& operands);
  int vector_width;  // elements in a vector
  int tile_rows;     // rows and columns of the largest register tile
  int tile_columns;
};

struct GemmTable {
#define NNFIT_GEMM_TYPE(T, name) GemmKernels<T> name;
#include "kernels/gemm/gemm.inc"
#undef NNFIT_GEMM_TYPE

  template <class T>
  const GemmKernels<T>& of() const {
    if constexpr (sizeof(T) == sizeof(float))
      return f32;
    else
      return f64;
  }
};

}  // namespace nnfit

NNFIT_DECLARE_TABLES(GemmTable, gemm_table)
