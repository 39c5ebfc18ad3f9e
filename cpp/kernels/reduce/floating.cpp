// Sums, products and extremes of floats.
#include "kernels/reduce/kernels.h"
#include "kernels/reduce/loops.h"
#include "kernels/reduce/reducers.h"

namespace nnfit::NNFIT_ISA {

#define NNFIT_FLOATING_REDUCE(name, Reducer)                                   \
  template <>                                                                  \
  void reduce_##name<float>(const ReduceView& view, const void* x, void* y) {  \
    reduce_view<float>(view, x, y, Reducer<float>());                          \
  }                                                                            \
  template <>                                                                  \
  void reduce_##name<double>(const ReduceView& view, const void* x, void* y) { \
    reduce_view<double>(view, x, y, Reducer<double>());                        \
  }

NNFIT_FLOATING_REDUCE(sum, Sum)
NNFIT_FLOATING_REDUCE(sum_of_squares, SumOfSquares)
NNFIT_FLOATING_REDUCE(prod, Product)
NNFIT_FLOATING_REDUCE(max, Maximum)
NNFIT_FLOATING_REDUCE(min, Minimum)

}  // namespace nnfit::NNFIT_ISA
