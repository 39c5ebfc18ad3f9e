#include "kernels/gemm/gemm.h"

#include "kernels/gemm/run.h"

namespace nnfit::NNFIT_ISA {

constinit const GemmTable gemm_table{
#define NNFIT_GEMM_TYPE(T, name) .name = kGemmKernels<T>,
#include "kernels/gemm/gemm.inc"
#undef NNFIT_GEMM_TYPE
};

}  // namespace nnfit::NNFIT_ISA
