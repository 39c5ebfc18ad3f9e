// Normalisation by the statistics of channels or of rows, and its gradients.
#pragma once

#include "kernels/tables.h"

namespace nnfit {

struct NormalizationTable {
#define NNFIT_ROW(dtypes, result, name, parameters) ByDType<result(*) parameters> name;
#include "kernels/normalization/normalization.inc"
#undef NNFIT_ROW
};

}  // namespace nnfit

NNFIT_DECLARE_TABLES(NormalizationTable, normalization_table)
