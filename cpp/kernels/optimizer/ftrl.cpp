#include "kernels/optimizer/prologue.h"
#include "kernels/rows.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {

namespace {

// x^power; the usual power, 1/2, without a logarithm.
template <class T>
NNFIT_INLINE vec<T> power_of(vec<T> x, vec<T> power, bool root) {
  return root ? math::sqrt<T>(x) : math::pow<T>(x, power);
}

}  // namespace

template <class T>
void ftrl_update(const FtrlRule& rule, std::int64_t count, const void* gradient, void* w, void* accumulator,
                 void* linear) {
  const Prologue<T> prologue(rule, w);
  const bool root = rule.power == 0.5;
  const vec<T> inverse_rate = splat(T(1 / rule.learning_rate)), power = splat(T(rule.power)), l1 = splat(T(rule.l1)),
               l2 = splat(T(2 * rule.l2)), shrinkage = splat(T(2 * rule.l2_shrinkage));
  const T* const gradients = static_cast<const T*>(gradient);
  T* const weights = static_cast<T*>(w);
  T* const accumulators = static_cast<T*>(accumulator);
  T* const linears = static_cast<T*>(linear);
  // Every sum of a product is an explicit fma: left to the compiler, bodies and tails would be joined differently.
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> g = prologue.gradient(at.load(gradients + i)), before = at.load(accumulators + i);
    const vec<T> x = prologue.decayed(at.load(weights + i));
    const vec<T> a = flushed<T>(fma<T>(g, g, before)), strength = power_of<T>(a, power, root);
    const vec<T> sigma = (strength - power_of<T>(before, power, root)) * inverse_rate;
    const vec<T> z = flushed<T>(at.load(linears + i) + fma<T>(-sigma, x, fma<T>(shrinkage, x, g)));
    at.store(accumulators + i, a);
    at.store(linears + i, z);
    const vec<T> shrunk = min<T>(max<T>(z, -l1), l1) - z;
    prologue.store(at, weights + i, shrunk == vec<T>{} ? vec<T>{} : shrunk / fma<T>(strength, inverse_rate, l2));
  });
}

NNFIT_MAKE_FLOATING(ftrl_update)

}  // namespace nnfit::NNFIT_ISA
