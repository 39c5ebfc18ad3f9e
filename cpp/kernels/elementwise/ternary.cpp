// Functions of three values.
#include "kernels/elementwise/loops.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {
namespace {

struct Clip {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> x, vec<T> low, vec<T> high) {
    return min<T>(max<T>(x, low), high);
  }
  template <class T>
  static NNFIT_INLINE T scalar(T x, T low, T high) {
    const T raised = x > low ? x : low;
    return raised < high ? raised : high;
  }
};

struct MultiplyAdd {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b, vec<T> c) {
    return fma<T>(a, b, c);
  }
};

struct LeakyReluGradient {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> dy, vec<T> x, vec<T> slope) {
    return x > T(0) ? dy : slope * dy;
  }
};

struct EluGradient {
  template <class T>
  static NNFIT_INLINE vec<T> apply(vec<T> dy, vec<T> x, vec<T> alpha) {
    const vec<T> negative = alpha * math::exp<T>(x) * dy;
    return x > T(0) ? dy : negative;
  }
};

}  // namespace

NNFIT_DEFINE_TERNARY(clip, Clip)
NNFIT_DEFINE_TERNARY(multiply_add, MultiplyAdd)
NNFIT_DEFINE_TERNARY(leaky_relu_gradient, LeakyReluGradient)
NNFIT_DEFINE_TERNARY(elu_gradient, EluGradient)

}  // namespace nnfit::NNFIT_ISA
