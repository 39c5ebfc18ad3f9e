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

struct MakeExtremumGradient {
  template <class T>
  static constexpr ExtremumGradient of() {
    return extremum_gradient<T>;
  }
};

}  // namespace

constinit const ReduceTable reduce_table = {
    .rows =
        {
#define NNFIT_REDUCE(name, dtypes, result) make_row<ReduceKernel, dtypes, Make_##name>(),
#include "kernels/reduce/reduce.inc"
        },
    .extremum_gradient = make_row<ExtremumGradient, kFloating, MakeExtremumGradient>(),
};

}  // namespace nnfit::NNFIT_ISA
