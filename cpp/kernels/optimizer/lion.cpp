#include "kernels/optimizer/prologue.h"
#include "kernels/rows.h"

namespace nnfit::NNFIT_ISA {

template <class T>
void lion_update(const LionRule& rule, std::int64_t count, const void* gradient, void* w, void* momentum) {
  const Prologue<T> prologue(rule, w);
  const vec<T> rate = splat(T(rule.learning_rate)), beta_1 = splat(T(rule.beta_1)), rest_1 = splat(T(1 - rule.beta_1)),
               beta_2 = splat(T(rule.beta_2)), rest_2 = splat(T(1 - rule.beta_2));
  const T* const gradients = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const moments = static_cast<T*>(momentum);
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> g = prologue.gradient(at.load(gradients + i)), m = at.load(moments + i);
    const vec<T> x = prologue.decayed(at.load(weights + i));
    const vec<T> direction = blend<T>(beta_1, m, rest_1, g);
    // 0 and NaN are their own step.
    const vec<T> step = direction > vec<T>{} ? rate : direction < vec<T>{} ? -rate : direction;
    at.store(moments + i, flushed<T>(blend<T>(beta_2, m, rest_2, g)));
    prologue.store(at, weights + i, x - step);
  });
}

NNFIT_MAKE_FLOATING(lion_update)

}  // namespace nnfit::NNFIT_ISA
