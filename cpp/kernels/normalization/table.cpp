#include "kernels/normalization/normalization.h"
#include "kernels/rows.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

#define NNFIT_ROW(dtypes, result, name, parameters) \
  template <class T>                                \
  result name parameters;
#include "kernels/normalization/normalization.inc"
#undef NNFIT_ROW

constexpr NormalizationTable kNormalizationTable = {
#define NNFIT_ROW(dtypes, result, name, parameters) .name = NNFIT_##dtypes(name),
#include "kernels/normalization/normalization.inc"
};
extern const NormalizationTable normalization_table = kNormalizationTable;

}  // namespace nnfit::NNFIT_ISA
