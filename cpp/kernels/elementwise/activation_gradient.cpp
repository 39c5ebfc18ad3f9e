// Gradients of activations and of the functions whose derivative their output gives: a is dy, b the output or input.
#include "kernels/elementwise/loops.h"
#include "simd/activation.h"

namespace nnfit::NNFIT_ISA {

// Of the output.
NNFIT_BINARY_EXPRESSION(relu_gradient, b > T(0) ? a : vec<T>{})
NNFIT_BINARY_EXPRESSION(relu6_gradient, b > T(0) ? (b < T(6) ? a : vec<T>{}) : vec<T>{})
NNFIT_BINARY_EXPRESSION(sigmoid_gradient, a* b*(T(1) - b))
NNFIT_BINARY_EXPRESSION(tanh_gradient, a*(T(1) - b * b))
NNFIT_BINARY_EXPRESSION(selu_gradient, a*(b > T(0) ? splat<T>(T(activation::kSeluScale))
                                                   : b + T(activation::kSeluScale * activation::kSeluAlpha)))
NNFIT_BINARY_EXPRESSION(sqrt_gradient, a / (b + b))
NNFIT_BINARY_EXPRESSION(rsqrt_gradient, T(-0.5) * a * (b * b * b))
NNFIT_BINARY_EXPRESSION(reciprocal_gradient, -a*(b* b))

// Of the input.
NNFIT_BINARY_EXPRESSION(gelu_gradient, a* activation::gelu_slope<T>(b))
NNFIT_BINARY_EXPRESSION(gelu_tanh_gradient, a* activation::gelu_tanh_slope<T>(b))
NNFIT_BINARY_EXPRESSION(silu_gradient, a* activation::silu_slope<T>(b))
NNFIT_BINARY_EXPRESSION(mish_gradient, a* activation::mish_slope<T>(b))
NNFIT_BINARY_EXPRESSION(softplus_gradient, a* math::sigmoid<T>(b))
NNFIT_BINARY_EXPRESSION(log_sigmoid_gradient, a* math::sigmoid<T>(-b))
NNFIT_BINARY_EXPRESSION(softsign_gradient, a* activation::softsign_slope<T>(b))
NNFIT_BINARY_EXPRESSION(hard_sigmoid_gradient, a* activation::hard_sigmoid_slope<T>(b))
NNFIT_BINARY_EXPRESSION(hard_silu_gradient, a* activation::hard_silu_slope<T>(b))

}  // namespace nnfit::NNFIT_ISA
