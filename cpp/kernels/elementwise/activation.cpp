// Activation functions.
#include "simd/activation.h"

#include "kernels/elementwise/loops.h"

namespace nnfit::NNFIT_ISA {
namespace {

struct Relu {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> x) {
    return activation::relu<T>(x);
  }
  template <class T>
  static NNFIT_INLINE T scalar(T x) {
    return x < 0 ? T(0) : x;
  }
};

}  // namespace

NNFIT_DEFINE_UNARY(relu, Relu)
NNFIT_UNARY_EXPRESSION(relu6, activation::relu6<T>(x))
NNFIT_UNARY_EXPRESSION(sigmoid, math::sigmoid<T>(x))
NNFIT_UNARY_EXPRESSION(selu, activation::selu<T>(x))
NNFIT_UNARY_EXPRESSION(gelu, activation::gelu<T>(x))
NNFIT_UNARY_EXPRESSION(gelu_tanh, activation::gelu_tanh<T>(x))
NNFIT_UNARY_EXPRESSION(silu, activation::silu<T>(x))
NNFIT_UNARY_EXPRESSION(mish, activation::mish<T>(x))
NNFIT_UNARY_EXPRESSION(softplus, activation::softplus<T>(x))
NNFIT_UNARY_EXPRESSION(log_sigmoid, -activation::softplus<T>(-x))
NNFIT_UNARY_EXPRESSION(softsign, x / (T(1) + math::abs<T>(x)))
NNFIT_UNARY_EXPRESSION(hard_sigmoid, activation::hard_sigmoid<T>(x))
NNFIT_UNARY_EXPRESSION(hard_silu, x* activation::hard_sigmoid<T>(x))
NNFIT_BINARY_EXPRESSION(leaky_relu, a > T(0) ? a : b * a)
NNFIT_BINARY_EXPRESSION(elu, activation::elu<T>(a, b))

}  // namespace nnfit::NNFIT_ISA
