// Adam and its relatives, whose moments approach the gradient and its square.
#include "kernels/optimizer/prologue.h"
#include "kernels/optimizer/quotient.h"
#include "kernels/rows.h"

namespace nnfit::NNFIT_ISA {

template <class T>
void adam_update(const AdamRule& rule, std::int64_t count, const void* gradient, void* w, void* momentum,
                 void* velocity, void* velocity_hat) {
  const Prologue<T> prologue(rule, w);
  const vec<T> rate = splat(T(rule.learning_rate)), rate_1 = splat(T(1 - rule.beta_1)),
               rate_2 = splat(T(1 - rule.beta_2)), epsilon = splat(T(rule.epsilon));
  const T* const gradients = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const moments = static_cast<T*>(momentum);
  T* const velocities = static_cast<T*>(velocity);
  T* const largest = static_cast<T*>(velocity_hat);
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> g = prologue.gradient(at.load(gradients + i));
    const vec<T> x = prologue.decayed(at.load(weights + i));
    const vec<T> m = flushed<T>(approach<T>(at.load(moments + i), g, rate_1));
    vec<T> v = flushed<T>(approach<T>(at.load(velocities + i), g * g, rate_2));
    at.store(moments + i, m);
    at.store(velocities + i, v);
    if (largest) {
      v = max<T>(at.load(largest + i), v);
      at.store(largest + i, v);
    }
    const vec<T> step = over<T>(rate * m, math::sqrt<T>(v) + epsilon);
    prologue.store(at, weights + i, x - step);
  });
}

template <class T>
void adamax_update(const AdamaxRule& rule, std::int64_t count, const void* gradient, void* w, void* momentum,
                   void* norm) {
  const Prologue<T> prologue(rule, w);
  const vec<T> rate = splat(T(rule.learning_rate)), rate_1 = splat(T(1 - rule.beta_1)), beta_2 = splat(T(rule.beta_2)),
               epsilon = splat(T(rule.epsilon));
  const T* const gradients = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const moments = static_cast<T*>(momentum);
  T* const norms = static_cast<T*>(norm);
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> g = prologue.gradient(at.load(gradients + i));
    const vec<T> x = prologue.decayed(at.load(weights + i));
    const vec<T> m = flushed<T>(approach<T>(at.load(moments + i), g, rate_1));
    const vec<T> u = flushed<T>(max<T>(beta_2 * at.load(norms + i), math::abs<T>(g)));
    at.store(moments + i, m);
    at.store(norms + i, u);
    prologue.store(at, weights + i, x - over<T>(rate * m, u + epsilon));
  });
}

template <class T>
void nadam_update(const NadamRule& rule, std::int64_t count, const void* gradient, void* w, void* momentum,
                  void* velocity) {
  const Prologue<T> prologue(rule, w);
  const vec<T> momentum_rate = splat(T(rule.momentum_rate)), gradient_rate = splat(T(rule.learning_rate)),
               rate_1 = splat(T(1 - rule.beta_1)), rate_2 = splat(T(1 - rule.beta_2)),
               correction = splat(T(rule.velocity_correction)), epsilon = splat(T(rule.epsilon));
  const T* const gradients = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const moments = static_cast<T*>(momentum);
  T* const velocities = static_cast<T*>(velocity);
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> g = prologue.gradient(at.load(gradients + i));
    const vec<T> x = prologue.decayed(at.load(weights + i));
    const vec<T> m = flushed<T>(approach<T>(at.load(moments + i), g, rate_1));
    const vec<T> v = flushed<T>(approach<T>(at.load(velocities + i), g * g, rate_2));
    at.store(moments + i, m);
    at.store(velocities + i, v);
    const vec<T> step = over<T>(blend<T>(momentum_rate, m, gradient_rate, g), math::sqrt<T>(v * correction) + epsilon);
    prologue.store(at, weights + i, x - step);
  });
}

NNFIT_MAKE_FLOATING(adam_update)
NNFIT_MAKE_FLOATING(adamax_update)
NNFIT_MAKE_FLOATING(nadam_update)

}  // namespace nnfit::NNFIT_ISA
