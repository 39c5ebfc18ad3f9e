#include "kernels/optimizer/optimizer.h"
#include "kernels/optimizer/quotient.h"
#include "kernels/rows.h"
#include "simd/loop.h"

namespace nnfit::NNFIT_ISA {
namespace {

// What every rule does first: scale and clamp the gradient, decay the variable.
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
    return clips ? min<T>(max<T>(g, -clip), clip) : g;
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
  const vec<T> smallest = splat(std::numeric_limits<T>::min());
  return x < smallest && x > -smallest ? vec<T>{} : x;
}

}  // namespace

template <class T>
void sgd_update(const SgdRule& rule, std::int64_t count, const void* gradient, void* w, void* momentum) {
  const Prologue<T> prologue(rule);
  const vec<T> rate = splat(T(-rule.learning_rate)), beta = splat(T(rule.momentum));
  const T* const g = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const moments = static_cast<T*>(momentum);
  if (!momentum) {
    for_each_vector<T>(count, [&](auto at, std::int64_t i) {
      at.store(weights + i, fma<T>(prologue.gradient(at.load(g + i)), rate, prologue.decayed(at.load(weights + i))));
    });
    return;
  }
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> step = prologue.gradient(at.load(g + i)) * rate;
    const vec<T> m = flushed<T>(fma<T>(at.load(moments + i), beta, step));
    at.store(moments + i, m);
    at.store(weights + i, prologue.decayed(at.load(weights + i)) + (rule.nesterov ? fma<T>(m, beta, step) : m));
  });
}

template <class T>
void rmsprop_update(const RmspropRule& rule, std::int64_t count, const void* gradient, void* w, void* velocity,
                    void* average, void* momentum) {
  const Prologue<T> prologue(rule);
  const vec<T> rate = splat(T(rule.learning_rate)), rho = splat(T(rule.rho)), rest = splat(T(1 - rule.rho)),
               beta = splat(T(rule.momentum)), epsilon = splat(T(rule.epsilon));
  const T* const gradients = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const velocities = static_cast<T*>(velocity);
  T* const averages = static_cast<T*>(average);
  T* const moments = static_cast<T*>(momentum);
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> g = prologue.gradient(at.load(gradients + i));
    const vec<T> v = flushed<T>(blend<T>(rho, at.load(velocities + i), rest, g * g));
    at.store(velocities + i, v);
    vec<T> variance = v;
    if (averages) {
      const vec<T> a = flushed<T>(blend<T>(rho, at.load(averages + i), rest, g));
      at.store(averages + i, a);
      variance = fma<T>(-a, a, v);
    }
    vec<T> step = over_sqrt<T>(rate * g, variance + epsilon);
    if (moments) {
      step = flushed<T>(fma<T>(beta, at.load(moments + i), step));
      at.store(moments + i, step);
    }
    at.store(weights + i, prologue.decayed(at.load(weights + i)) - step);
  });
}

template <class T>
void adam_update(const AdamRule& rule, std::int64_t count, const void* gradient, void* w, void* momentum,
                 void* velocity, void* velocity_hat) {
  const Prologue<T> prologue(rule);
  const vec<T> rate = splat(T(rule.learning_rate)), rate_1 = splat(T(1 - rule.beta_1)),
               rate_2 = splat(T(1 - rule.beta_2)), epsilon = splat(T(rule.epsilon));
  const T* const gradients = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const moments = static_cast<T*>(momentum);
  T* const velocities = static_cast<T*>(velocity);
  T* const largest = static_cast<T*>(velocity_hat);
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> g = prologue.gradient(at.load(gradients + i));
    const vec<T> m = flushed<T>(approach<T>(at.load(moments + i), g, rate_1));
    vec<T> v = flushed<T>(approach<T>(at.load(velocities + i), g * g, rate_2));
    at.store(moments + i, m);
    at.store(velocities + i, v);
    if (largest) {
      v = max<T>(at.load(largest + i), v);
      at.store(largest + i, v);
    }
    const vec<T> step = over<T>(rate * m, math::sqrt<T>(v) + epsilon);
    at.store(weights + i, prologue.decayed(at.load(weights + i)) - step);
  });
}

NNFIT_MAKE_FLOATING(sgd_update)
NNFIT_MAKE_FLOATING(rmsprop_update)
NNFIT_MAKE_FLOATING(adam_update)

}  // namespace nnfit::NNFIT_ISA
