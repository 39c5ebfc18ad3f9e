#include "kernels/optimizer/prologue.h"
#include "kernels/optimizer/quotient.h"
#include "kernels/rows.h"

namespace nnfit::NNFIT_ISA {

template <class T>
void rmsprop_update(const RmspropRule& rule, std::int64_t count, const void* gradient, void* w, void* velocity,
                    void* average, void* momentum) {
  const Prologue<T> prologue(rule, w);
  const vec<T> rate = splat(T(rule.learning_rate)), rho = splat(T(rule.rho)), rest = splat(T(1 - rule.rho)),
               beta = splat(T(rule.momentum)), epsilon = splat(T(rule.epsilon));
  const T* const gradients = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const velocities = static_cast<T*>(velocity);
  T* const averages = static_cast<T*>(average);
  T* const moments = static_cast<T*>(momentum);
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> g = prologue.gradient(at.load(gradients + i));
    const vec<T> x = prologue.decayed(at.load(weights + i));
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
    prologue.store(at, weights + i, x - step);
  });
}

NNFIT_MAKE_FLOATING(rmsprop_update)

}  // namespace nnfit::NNFIT_ISA
