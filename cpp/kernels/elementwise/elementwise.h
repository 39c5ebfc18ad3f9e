// Elementwise kernels: y[i] = f(x[i], ...) over a contiguous run of n elements.
//
// Rules for all of them. n may be 0. The pointers need the alignment of an element. y may be exactly one of the inputs
// (in place), if its elements have the same size, and otherwise overlaps none. y[i] depends on the values that make it
// alone, never on i or n, so a run may be cut anywhere. A step is 1, or 0 to take the input's first element for
// every i.
#pragma once

#include <cstdint>

#include "kernels/tables.h"

namespace nnfit {

// The rows, with their formulas, are in elementwise.inc.
enum class Unary : std::uint8_t {
#define NNFIT_UNARY(name, dtypes, result) name,
#include "kernels/elementwise/elementwise.inc"
};
enum class Binary : std::uint8_t {
#define NNFIT_BINARY(name, dtypes, result) name,
#include "kernels/elementwise/elementwise.inc"
};
enum class Ternary : std::uint8_t {
#define NNFIT_TERNARY(name, dtypes) name,
#include "kernels/elementwise/elementwise.inc"
};

// What a row covers, as bits of tables.h, and whether its output is bool whatever the input.
enum class RowResult : std::uint8_t { same, bool_ };
struct RowInfo {
  const char* name;
  unsigned dtypes;
  RowResult result;
};
inline constexpr RowInfo kUnaryRows[] = {
#define NNFIT_UNARY(name, dtypes, result) {#name, dtypes, RowResult::result},
#include "kernels/elementwise/elementwise.inc"
};
inline constexpr RowInfo kBinaryRows[] = {
#define NNFIT_BINARY(name, dtypes, result) {#name, dtypes, RowResult::result},
#include "kernels/elementwise/elementwise.inc"
};
inline constexpr RowInfo kTernaryRows[] = {
#define NNFIT_TERNARY(name, dtypes) {#name, dtypes, RowResult::same},
#include "kernels/elementwise/elementwise.inc"
};

using UnaryKernel = void (*)(std::int64_t n, const void* x, void* y);
using BinaryKernel = void (*)(std::int64_t n, const void* a, std::int64_t a_step, const void* b, std::int64_t b_step,
                              void* y);
using TernaryKernel = void (*)(std::int64_t n, const void* a, std::int64_t a_step, const void* b, std::int64_t b_step,
                               const void* c, std::int64_t c_step, void* y);

// Converts as NumPy's astype does: to bool x != 0; integers to narrower ones wrap; floats to integers truncate. Where
// that leaves the result open it saturates: a float beyond the integer's range gives the nearest end of it, NaN gives
// 0.
using CastKernel = void (*)(std::int64_t n, const void* x, void* y);

// y[i] = value[0].
using FillKernel = void (*)(std::int64_t n, const void* value, void* y);

// y[i] = start[0] + (first + i) * step[0]; floats are computed in double and rounded once, integers wrap.
using IotaKernel = void (*)(std::int64_t n, std::int64_t first, const void* start, const void* step, void* y);

// A row's kernels: one per dtype of its inputs, null where the row does not cover it.
using UnaryRow = ByDType<UnaryKernel>;
using BinaryRow = ByDType<BinaryKernel>;
using TernaryRow = ByDType<TernaryKernel>;

struct ElementwiseTable {
  const UnaryRow* unary_rows[sizeof(kUnaryRows) / sizeof(RowInfo)];
  const BinaryRow* binary_rows[sizeof(kBinaryRows) / sizeof(RowInfo)];
  const TernaryRow* ternary_rows[sizeof(kTernaryRows) / sizeof(RowInfo)];
  const TernaryRow* where;                   // y = a ? b : c; a is bool, b, c and y have the dtype
  const ByDType<ByDType<CastKernel>>* cast;  // (*cast)[from][to]
  const ByDType<FillKernel>* fill;
  const ByDType<IotaKernel>* iota;  // not for bool

  const UnaryRow& operator[](Unary row) const { return *unary_rows[static_cast<int>(row)]; }
  const BinaryRow& operator[](Binary row) const { return *binary_rows[static_cast<int>(row)]; }
  const TernaryRow& operator[](Ternary row) const { return *ternary_rows[static_cast<int>(row)]; }
};

}  // namespace nnfit

NNFIT_DECLARE_TABLES(nnfit::ElementwiseTable, elementwise_table)
