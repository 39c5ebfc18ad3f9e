// What every update rule shares: the prologue on gradient and variable, and the steps that moments are made of.
#pragma once

#include "kernels/optimizer/optimizer.h"
#include "simd/loop.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {

// Scales and clamps the gradient, decays the variable.
template <class T>
struct Prologue {
  vec<T> scale, clip, decay;
  bool clips;

  NNFIT_INLINE explicit Prologue(const UpdateRule& rule)
      : scale(splat(T(rule.gradient_scale))),
        clip(splat(T(rule.gradient_clip))),
        decay(splat(T(-rule.weight_decay))),
        clips(T(rule.gradient_clip) < std::numeric_limits<T>::infinity()) {}

  NNFIT_INLINE vec<T> gradient(vec<T> g) const {
    g = g * scale;
    // The operands stand so that NaN stays.
    return clips ? -larger<T>(-clip, -larger<T>(-clip, g)) : g;
  }
  NNFIT_INLINE vec<T> decayed(vec<T> w) const { return fma<T>(w, decay, w); }
};

// x moved by `rate` of the way to `target`.
template <class T>
NNFIT_INLINE vec<T> approach(vec<T> x, vec<T> target, vec<T> rate) {
  return fma<T>(target - x, rate, x);
}

// a * x + b * y
template <class T>
NNFIT_INLINE vec<T> blend(vec<T> a, vec<T> x, vec<T> b, vec<T> y) {
  return fma<T>(a, x, b * y);
}

// x, or 0 where it is subnormal. A slot whose gradients have ended decays towards 0; arithmetic on the subnormal
// numbers on its way is a hundred times slower.
template <class T>
NNFIT_INLINE vec<T> flushed(vec<T> x) {
  using I = math::ivec<T>;
  const I exponent = (I)splat(std::numeric_limits<T>::infinity());
  return (vec<T>)((I)x & ~(((I)x & exponent) == I{}));
}

}  // namespace nnfit::NNFIT_ISA
