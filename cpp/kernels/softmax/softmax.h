// Softmax, log-softmax and the cross-entropies with their gradients.
#pragma once

#include "kernels/tables.h"

namespace nnfit {

struct SoftmaxTable {
#define NNFIT_ROW(dtypes, result, name, parameters) ByDType<result(*) parameters> name;
#include "kernels/softmax/softmax.inc"
#undef NNFIT_ROW
};

}  // namespace nnfit

NNFIT_DECLARE_TABLES(SoftmaxTable, softmax_table)
