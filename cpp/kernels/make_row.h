// A row of a kernel table from the template that makes its kernels.
#pragma once

#include "kernels/tables.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

// The kernels of a row for the dtypes that it covers; `make.of<T>()` gives the one for T.
template <class Kernel, unsigned dtypes, class Make>
constexpr ByDType<Kernel> make_row() {
  ByDType<Kernel> row{};
  int index = 0;
#define NNFIT_CELL(name, type)                                                             \
  if constexpr ((dtypes & kBit<type>) != 0) row.values[index] = Make::template of<type>(); \
  ++index;
  NNFIT_FOR_EACH_DTYPE(NNFIT_CELL)
#undef NNFIT_CELL
  return row;
}

}  // namespace nnfit::NNFIT_ISA
