// What every update rule shares: the prologue on gradient and variable, and the steps that moments are made of.
#pragma once

#include "kernels/optimizer/optimizer.h"
#include "simd/loop.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {

// Scales and clamps the gradient, decays the variable, and stores it at the end. Rules read the variable before they
// store anything: a load waits for a store on its way to the same place of another page, where slots may lie.
template <class T>
struct Prologue {
  vec<T> scale, clip, decay;
  bool scales, clips, decays, streams;

  NNFIT_INLINE Prologue(const UpdateRule& rule, const void* w)
      : scale(splat(T(rule.gradient_scale))),
        clip(splat(T(rule.gradient_clip))),
        decay(splat(T(-rule.weight_decay))),
        scales(rule.gradient_scale != 1),
        clips(T(rule.gradient_clip) < std::numeric_limits<T>::infinity()),
        decays(rule.weight_decay != 0),
        streams(rule.streams && reinterpret_cast<std::uintptr_t>(w) % sizeof(vec<T>) == 0) {}

  NNFIT_INLINE vec<T> gradient(vec<T> g) const {
    if (scales) g = g * scale;
    // The operands stand so that NaN stays.
    return clips ? -larger<T>(-clip, -larger<T>(-clip, g)) : g;
  }
  NNFIT_INLINE vec<T> decayed(vec<T> w) const { return decays ? fma<T>(w, decay, w) : w; }
  NNFIT_INLINE void store(Whole at, T* w, vec<T> x) const { streams ? stream<T>(w, x) : at.store(w, x); }
  NNFIT_INLINE void store(Part at, T* w, vec<T> x) const { at.store(w, x); }
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
#if defined(__AVX512F__)
  if constexpr (sizeof(T) == 4)
    return _mm512_maskz_mov_ps(_mm512_test_epi32_mask((__m512i)x, (__m512i)exponent), x);
  else
    return _mm512_maskz_mov_pd(_mm512_test_epi64_mask((__m512i)x, (__m512i)exponent), x);
#endif
  return (vec<T>)((I)x & ~(((I)x & exponent) == I{}));
}

}  // namespace nnfit::NNFIT_ISA
