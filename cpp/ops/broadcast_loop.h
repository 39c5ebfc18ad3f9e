// Elementwise kernels over operands that broadcast together.
#pragma once

#include <array>

#include "kernels/elementwise/elementwise.h"
#include "ops/op.h"

namespace nnfit {

// How one pass over an output walks its inputs: as `outer` runs of `n` elements each, in which every input moves by 1
// or stays. Dimensions that all operands walk alike are one.
struct BroadcastLoop {
  static constexpr int most_inputs = 3;

  BroadcastLoop(const Shape& out, std::span<const Operand> inputs);

  std::int64_t n = 1;                             // length of a run
  std::array<std::int64_t, most_inputs> steps{};  // 1 or 0, within a run
  Shape outer;                                    // dimensions over runs
  std::array<Shape, most_inputs> strides;         // elements between runs, by input and outer dimension

  // The element at which run `run` begins in input `input`.
  std::int64_t start(int input, std::int64_t run) const;

 private:
  bool is_one_run(const Shape& out, std::span<const Operand> inputs);
};

void run_unary(const RunContext& c, UnaryKernel kernel, Cost cost);
void run_binary(const RunContext& c, BinaryKernel kernel, Cost cost);
void run_ternary(const RunContext& c, TernaryKernel kernel, Cost cost);

}  // namespace nnfit
