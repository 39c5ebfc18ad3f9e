#include "kernels/random/random.h"
#include "kernels/rows.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

#define NNFIT_ROW(dtypes, result, name, parameters) \
  template <class T>                                \
  result name parameters;
#define NNFIT_FUNCTION(result, name, parameters) result name parameters;
#include "kernels/random/random.inc"
#undef NNFIT_ROW
#undef NNFIT_FUNCTION

constexpr RandomTable kRandomTable = {
#define NNFIT_ROW(dtypes, result, name, parameters) .name = NNFIT_##dtypes(name),
#define NNFIT_FUNCTION(result, name, parameters) .name = name,
#include "kernels/random/random.inc"
};
extern const RandomTable random_table = kRandomTable;

}  // namespace nnfit::NNFIT_ISA
