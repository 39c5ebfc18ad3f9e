#include "kernels/optimizer/prologue.h"
#include "kernels/rows.h"

namespace nnfit::NNFIT_ISA {

template <class T>
void sgd_update(const SgdRule& rule, std::int64_t count, const void* gradient, void* w, void* momentum) {
  const Prologue<T> prologue(rule, w);
  const vec<T> rate = splat(T(-rule.learning_rate)), beta = splat(T(rule.momentum));
  const T* const g = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const moments = static_cast<T*>(momentum);
  if (!momentum) {
    for_each_vector<T>(count, [&](auto at, std::int64_t i) {
      prologue.store(at, weights + i,
                     fma<T>(prologue.gradient(at.load(g + i)), rate, prologue.decayed(at.load(weights + i))));
    });
    return;
  }
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> step = prologue.gradient(at.load(g + i)) * rate, x = prologue.decayed(at.load(weights + i));
    const vec<T> m = flushed<T>(fma<T>(at.load(moments + i), beta, step));
    at.store(moments + i, m);
    prologue.store(at, weights + i, x + (rule.nesterov ? fma<T>(m, beta, step) : m));
  });
}

NNFIT_MAKE_FLOATING(sgd_update)

}  // namespace nnfit::NNFIT_ISA
