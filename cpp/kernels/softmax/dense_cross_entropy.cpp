// Softmax cross-entropy against a target for each class, and sigmoid cross-entropy.
#include "kernels/rows.h"
#include "kernels/softmax/exponentials.h"
#include "kernels/softmax/losses.h"
#include "kernels/softmax/softmax.h"

namespace nnfit::NNFIT_ISA {

template <class T>
void dense_cross_entropy(std::int64_t rows, std::int64_t n, const void* x, const void* t, void* loss) {
  losses_by_rows(rows, static_cast<T*>(loss), [&](std::int64_t r) -> RowLoss<T> {
    const T* const logits = static_cast<const T*>(x) + r * n;
    const T* const targets = static_cast<const T*>(t) + r * n;
    // sum(t * (log(sum) + maximum - x)) = log(sum) * sum(t) + sum(t * (maximum - x))
    const vec<T> maximum = row_maximum(n, logits);
    vec<T> sum{}, weight{}, offset{};
    for_each_vector<T>(n, [&](auto at, std::int64_t i) {
      const vec<T> shifted = at.load(logits + i, kMinusInfinity<T>) - maximum, target = at.load(targets + i);
      sum += math::exp_flushed<T>(shifted);
      weight += target;
      offset -= target == T(0) ? vec<T>{} : target * shifted;
    });
    return {sum_lanes<T>(sum)[0], sum_lanes<T>(weight)[0], sum_lanes<T>(offset)[0]};
  });
}

template <class T>
void dense_cross_entropy_gradient(std::int64_t rows, std::int64_t n, const void* x, const void* t, const void* dloss,
                                  void* dx) {
  for (std::int64_t r = 0; r < rows; ++r) {
    const T* const logits = static_cast<const T*>(x) + r * n;
    const T* const targets = static_cast<const T*>(t) + r * n;
    T* const to = static_cast<T*>(dx) + r * n;
    const Normalizer<T> of = normalizer(n, logits);
    vec<T> weight{};
    for_each_vector<T>(n, [&](auto at, std::int64_t i) { weight += at.load(targets + i); });
    const vec<T> scale = sum_lanes<T>(weight) / of.sum, d = splat(static_cast<const T*>(dloss)[r]);
    for_each_vector<T>(n, [&](auto at, std::int64_t i) {
      const vec<T> e = math::exp_flushed<T>(at.load(logits + i) - of.maximum);
      at.store(to + i, (e * scale - at.load(targets + i)) * d);
    });
  }
}

template <class T>
void sigmoid_cross_entropy(std::int64_t count, const void* x, const void* z, void* y) {
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> logit = at.load(static_cast<const T*>(x) + i), target = at.load(static_cast<const T*>(z) + i);
    const vec<T> log_sum = math::log1p<T>(math::exp_flushed<T>(-math::abs<T>(logit)));
    at.store(static_cast<T*>(y) + i, larger<T>(logit, vec<T>{}) - logit * target + log_sum);
  });
}

template <class T>
void sigmoid_cross_entropy_gradient(std::int64_t count, const void* x, const void* z, const void* dy, void* dx) {
  for_each_vector<T>(count, [&](auto at, std::int64_t i) {
    const vec<T> p = math::sigmoid<T>(at.load(static_cast<const T*>(x) + i));
    const vec<T> target = at.load(static_cast<const T*>(z) + i), d = at.load(static_cast<const T*>(dy) + i);
    at.store(static_cast<T*>(dx) + i, (p - target) * d);
  });
}

NNFIT_MAKE_FLOATING(dense_cross_entropy)
NNFIT_MAKE_FLOATING(dense_cross_entropy_gradient)
NNFIT_MAKE_FLOATING(sigmoid_cross_entropy)
NNFIT_MAKE_FLOATING(sigmoid_cross_entropy_gradient)

}  // namespace nnfit::NNFIT_ISA
