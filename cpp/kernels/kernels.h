// The kernel tables of every instruction set, and the one in use.
//
// A kernel family is a folder: <family>/<family>.inc holds one row per kernel, <family>/<family>.h declares the table
// of function pointers that the rows make (with the contract of each kernel) and one constant table per instruction
// set, and the .cpp files in the folder define them. A caller writes `kernels().gemm->...`.
#pragma once

#include <span>

namespace nnfit {

struct GemmTable;
struct ConvTable;
struct ElementwiseTable;
struct ReduceTable;
struct SoftmaxTable;
struct OptimizerTable;
struct GatherTable;
struct RandomTable;
struct PoolTable;
struct NormalizationTable;

struct Kernels {
  const char* isa;
  int vector_bytes;
  const GemmTable* gemm;
  const ConvTable* conv;
  const ElementwiseTable* elementwise;
  const ReduceTable* reduce;
  const SoftmaxTable* softmax;
  const OptimizerTable* optimizer;
  const GatherTable* gather;
  const RandomTable* random;
  const PoolTable* pool;
  const NormalizationTable* normalization;
};

// The tables that this machine can run, lowest first.
std::span<const Kernels> available_kernels();

// The tables in use: the highest available, or the one that NNFIT_ISA names. Chosen at the first call.
const Kernels& kernels();

}  // namespace nnfit
