// Circular and hyperbolic functions and their inverses.
#include "kernels/elementwise/loops.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {

NNFIT_UNARY_EXPRESSION(sin, math::sin<T>(x))
NNFIT_UNARY_EXPRESSION(cos, math::cos<T>(x))
NNFIT_UNARY_EXPRESSION(tan, math::tan<T>(x))
NNFIT_UNARY_EXPRESSION(arcsin, math::asin<T>(x))
NNFIT_UNARY_EXPRESSION(arccos, math::acos<T>(x))
NNFIT_UNARY_EXPRESSION(arctan, math::atan<T>(x))
NNFIT_UNARY_EXPRESSION(sinh, math::sinh<T>(x))
NNFIT_UNARY_EXPRESSION(cosh, math::cosh<T>(x))
NNFIT_UNARY_EXPRESSION(tanh, math::tanh<T>(x))
NNFIT_UNARY_EXPRESSION(arcsinh, math::asinh<T>(x))
NNFIT_UNARY_EXPRESSION(arccosh, math::acosh<T>(x))
NNFIT_UNARY_EXPRESSION(arctanh, math::atanh<T>(x))

}  // namespace nnfit::NNFIT_ISA
