#include "kernels/rows.h"
#include "kernels/softmax/softmax.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

#define NNFIT_ROW(dtypes, result, name, parameters) \
  template <class T>                                \
  result name parameters;
#include "kernels/softmax/softmax.inc"
#undef NNFIT_ROW

constexpr SoftmaxTable kSoftmaxTable = {
#define NNFIT_ROW(dtypes, result, name, parameters) .name = NNFIT_##dtypes(name),
#include "kernels/softmax/softmax.inc"
};
extern const SoftmaxTable softmax_table = kSoftmaxTable;

}  // namespace nnfit::NNFIT_ISA
