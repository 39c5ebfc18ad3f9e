// Reductions over any axes, as reductions of one axis of (outer, reduced, inner) views, one after the other.
#pragma once

#include <vector>

#include "kernels/reduce/reduce.h"
#include "ops/op.h"

namespace nnfit {

// The axes that a reduction removes: the attribute "axis", all without it.
std::vector<bool> reduced_axes(const char* op, const Attributes& attributes, int rank);

// The shape that is left, with `keepdims` ones in the places of the axes.
Shape reduced_shape(const Shape& shape, const std::vector<bool>& axes, bool keepdims);

// How a reduction is carried out. Depends on the shape and the axes alone.
class Reduction {
 public:
  Reduction(Reduce row, const Shape& shape, const std::vector<bool>& axes);

  std::size_t scratch_bytes(DType result) const;
  // `scale`: of the result, for floating sums.
  void run(DType dtype, DType result, const void* x, void* y, std::byte* scratch, double scale = 1) const;

 private:
  struct Step {
    Reduce row;
    std::int64_t outer, reduced, inner;
    std::int64_t chunk;  // elements of `reduced` that a partial result covers; all of them: not cut
    std::int64_t results() const { return outer * inner; }
    std::int64_t chunks() const { return chunk >= reduced ? 1 : (reduced + chunk - 1) / chunk; }
  };

  std::vector<Step> steps_;
};

}  // namespace nnfit
