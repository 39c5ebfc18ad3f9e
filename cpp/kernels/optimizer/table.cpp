#include "kernels/optimizer/optimizer.h"
#include "kernels/rows.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

#define NNFIT_ROW(dtypes, result, name, parameters) \
  template <class T>                                \
  result name parameters;
#include "kernels/optimizer/optimizer.inc"
#undef NNFIT_ROW

constexpr OptimizerTable kOptimizerTable = {
#define NNFIT_ROW(dtypes, result, name, parameters) .name = NNFIT_##dtypes(name),
#include "kernels/optimizer/optimizer.inc"
};
extern const OptimizerTable optimizer_table = kOptimizerTable;

}  // namespace nnfit::NNFIT_ISA
