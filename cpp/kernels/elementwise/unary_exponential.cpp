// Exponentials, logarithms and the error function.
#include "kernels/elementwise/loops.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {

NNFIT_UNARY_EXPRESSION(exp, math::exp<T>(x))
NNFIT_UNARY_EXPRESSION(exp2, math::exp2<T>(x))
NNFIT_UNARY_EXPRESSION(expm1, math::expm1<T>(x))
NNFIT_UNARY_EXPRESSION(log, math::log<T>(x))
NNFIT_UNARY_EXPRESSION(log1p, math::log1p<T>(x))
NNFIT_UNARY_EXPRESSION(log2, math::log2<T>(x))
NNFIT_UNARY_EXPRESSION(log10, math::log10<T>(x))
NNFIT_UNARY_EXPRESSION(erf, math::erf<T>(x))
NNFIT_UNARY_EXPRESSION(erfinv, math::erfinv<T>(x))

}  // namespace nnfit::NNFIT_ISA
