// Reductions of one axis of a tensor seen as [outer, reduced, inner]: y(o, i) = the reduction over r of x(o, r, i).
//
// A caller collapses the axes to that view, and reduces axes that are not adjacent one after the other or transposes.
// The order of the arithmetic depends on `reduced`, and on whether inner is 1, alone: a call on a part of outer or of
// inner gives the same bits as the whole. So threads share outer and inner. Where those are small, a long `reduced` is
// cut every kReduceChunk elements, which also depends on the shape alone, and the partial results, laid out as
// [outer, chunks, inner], are reduced in turn: by the row itself for sum, prod, max, min, any, all and logsumexp, by
// sum for sum_of_squares; argmax and argmin are not cut.
//
// Sums accumulate short blocks in their own type and the blocks in double, or in twice double. x and y do not overlap;
// x needs the alignment of an element.
#pragma once

#include <cstdint>

#include "kernels/tables.h"

namespace nnfit {

enum class Reduce : std::uint8_t {
#define NNFIT_REDUCE(name, dtypes, result) name,
#include "kernels/reduce/reduce.inc"
};

enum class ReduceResult : std::uint8_t { same, bool_, int32 };
struct ReduceRowInfo {
  const char* name;
  unsigned dtypes;
  ReduceResult result;
};
inline constexpr ReduceRowInfo kReduceRows[] = {
#define NNFIT_REDUCE(name, dtypes, result) {#name, dtypes, ReduceResult::result},
#include "kernels/reduce/reduce.inc"
};

inline constexpr std::int64_t kReduceChunk = 16384;

// x(o, r, i) = x[o * x_outer + r * x_reduced + i], y(o, i) = y[o * y_outer + i]; strides in elements.
struct ReduceView {
  std::int64_t outer = 1, reduced = 1, inner = 1;
  std::int64_t x_outer = 0, x_reduced = 1, y_outer = 0;
  double scale = 1;  // of the result of floating sum and sum_of_squares, before it is rounded: 1/n for a mean

  // Of a whole contiguous tensor.
  static constexpr ReduceView contiguous(std::int64_t outer, std::int64_t reduced, std::int64_t inner) {
    return {outer, reduced, inner, reduced * inner, inner, inner, 1};
  }
};

using ReduceKernel = void (*)(const ReduceView& view, const void* x, void* y);
using ReduceRow = ByDType<ReduceKernel>;  // by the dtype of x

// The gradient of max and min, all contiguous: dx(o, r, i) = [x(o, r, i) == y(o, i)] * dy(o, i) / n(o, i), n being the
// number of elements of the slice that equal y. dx overlaps nothing else.
using ExtremumGradient = void (*)(std::int64_t outer, std::int64_t reduced, std::int64_t inner, const void* x,
                                  const void* y, const void* dy, void* dx);

struct ReduceTable {
  const ReduceRow rows[sizeof(kReduceRows) / sizeof(ReduceRowInfo)];
  const ByDType<ExtremumGradient> extremum_gradient;  // kFloating

  const ReduceRow& operator[](Reduce row) const { return rows[static_cast<int>(row)]; }
};

}  // namespace nnfit

NNFIT_DECLARE_TABLES(nnfit::ReduceTable, reduce_table)
