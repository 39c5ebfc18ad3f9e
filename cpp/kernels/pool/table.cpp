#include "kernels/pool/pool.h"
#include "kernels/rows.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

#define NNFIT_ROW(dtypes, result, name, parameters) \
  template <class T>                                \
  result name parameters;
#include "kernels/pool/pool.inc"
#undef NNFIT_ROW

constexpr PoolTable kPoolTable = {
#define NNFIT_ROW(dtypes, result, name, parameters) .name = NNFIT_##dtypes(name),
#include "kernels/pool/pool.inc"
};
extern const PoolTable pool_table = kPoolTable;

}  // namespace nnfit::NNFIT_ISA
