// Pooling: windows that slide over images, and what is taken from each.
#pragma once

#include "kernels/tables.h"

namespace nnfit {

// Windows along one axis: window o has the cells [o * stride - before, o * stride - before + window), of which at least
// one is within [0, in).
struct PoolAxis {
  std::int64_t in = 1, out = 1, window = 1, stride = 1, before = 0;
};

struct PoolView {
  PoolAxis rows, columns;
  std::int64_t channels = 1;
};

// Whether the places in a window fit into a byte.
constexpr bool has_narrow_index(const PoolView& view) { return view.rows.window * view.columns.window <= 256; }

struct PoolTable {
#define NNFIT_ROW(dtypes, result, name, parameters) ByDType<result(*) parameters> name;
#include "kernels/pool/pool.inc"
#undef NNFIT_ROW
};

}  // namespace nnfit

NNFIT_DECLARE_TABLES(PoolTable, pool_table)
