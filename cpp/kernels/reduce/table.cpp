// The table of the family.
#include "kernels/make_row.h"
#include "kernels/reduce/kernels.h"

namespace nnfit::NNFIT_ISA {
namespace {

#define NNFIT_REDUCE(name, dtypes, result) \
  struct Make_##name {                     \
    template <class T>                     \
    static constexpr ReduceKernel of() {   \
      return reduce_##name<T>;             \
    }                                      \
  };
#include "kernels/reduce/reduce.inc"

}  // namespace

constinit const ReduceTable reduce_table = {{
#define NNFIT_REDUCE(name, dtypes, result) make_row<ReduceKernel, dtypes, Make_##name>(),
#include "kernels/reduce/reduce.inc"
}};

}  // namespace nnfit::NNFIT_ISA
