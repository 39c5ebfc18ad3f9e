// Rules that divide by the root of gathered squares: Adagrad and Adadelta.
#include "kernels/optimizer/prologue.h"
#include "kernels/optimizer/quotient.h"
#include "kernels/rows.h"

namespace nnfit::NNFIT_ISA {

template <class T>
void adagrad_update(const AdagradRule& rule, std::int64_t count, const void* gradient, void* w, void* accumulator) {
  const Prologue<T> prologue(rule, w);
  const vec<T> rate = splat(T(rule.learning_rate)), epsilon = splat(T(rule.epsilon));
  const T* const gradients = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const accumulators = static_cast<T*>(accumulator);
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> g = prologue.gradient(at.load(gradients + i));
    const vec<T> x = prologue.decayed(at.load(weights + i));
    const vec<T> a = flushed<T>(fma<T>(g, g, at.load(accumulators + i)));
    at.store(accumulators + i, a);
    prologue.store(at, weights + i, x - over_sqrt<T>(rate * g, a + epsilon));
  });
}

template <class T>
void adadelta_update(const AdadeltaRule& rule, std::int64_t count, const void* gradient, void* w,
                     void* accumulated_gradient, void* accumulated_delta) {
  const Prologue<T> prologue(rule, w);
  const vec<T> rate = splat(T(rule.learning_rate)), rho = splat(T(rule.rho)), rest = splat(T(1 - rule.rho)),
               epsilon = splat(T(rule.epsilon));
  const T* const gradients = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const squares = static_cast<T*>(accumulated_gradient);
  T* const deltas = static_cast<T*>(accumulated_delta);
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> g = prologue.gradient(at.load(gradients + i));
    const vec<T> x = prologue.decayed(at.load(weights + i));
    const vec<T> a = flushed<T>(blend<T>(rho, at.load(squares + i), rest, g * g));
    const vec<T> before = at.load(deltas + i);
    const vec<T> delta = over_sqrt<T>(math::sqrt<T>(before + epsilon) * g, a + epsilon);
    at.store(squares + i, a);
    at.store(deltas + i, flushed<T>(blend<T>(rho, before, rest, delta * delta)));
    prologue.store(at, weights + i, fma<T>(-rate, delta, x));
  });
}

NNFIT_MAKE_FLOATING(adagrad_update)
NNFIT_MAKE_FLOATING(adadelta_update)

}  // namespace nnfit::NNFIT_ISA
