// The kernels of the family that are no rows of elementwise.inc, by their source: cast.cpp, where.cpp, fill.cpp.
#pragma once

#include "kernels/elementwise/elementwise.h"
#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

extern const ByDType<ByDType<CastKernel>> cast_kernels;
extern const TernaryRow where_kernels;
extern const ByDType<FillKernel> fill_kernels;
extern const ByDType<IotaKernel> iota_kernels;

}  // namespace nnfit::NNFIT_ISA
