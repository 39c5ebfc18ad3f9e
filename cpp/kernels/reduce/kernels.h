// The kernels of the family by row, as their sources define them: floating.cpp, integer.cpp, arg.cpp, logsumexp.cpp,
// extremum_gradient.cpp.
#pragma once

#include "kernels/reduce/reduce.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

#define NNFIT_REDUCE(name, dtypes, result)                            \
  template <class T>                                                  \
  void reduce_##name(const ReduceView& view, const void* x, void* y); \
  NNFIT_DECLARE_REDUCE(name, bool)                                    \
  NNFIT_DECLARE_REDUCE(name, std::uint8_t)                            \
  NNFIT_DECLARE_REDUCE(name, std::int32_t)                            \
  NNFIT_DECLARE_REDUCE(name, std::int64_t)                            \
  NNFIT_DECLARE_REDUCE(name, float)                                   \
  NNFIT_DECLARE_REDUCE(name, double)
#define NNFIT_DECLARE_REDUCE(name, type) \
  template <>                            \
  void reduce_##name<type>(const ReduceView& view, const void* x, void* y);
#include "kernels/reduce/reduce.inc"
#undef NNFIT_DECLARE_REDUCE

template <class T>
void extremum_gradient(std::int64_t outer, std::int64_t reduced, std::int64_t inner, const void* x, const void* y,
                       const void* dy, void* dx);

}  // namespace nnfit::NNFIT_ISA
