// log(sum(exp(x))): a pass for the largest element, a pass for the sum of exponentials below it.
#include "kernels/reduce/kernels.h"
#include "kernels/reduce/loops.h"
#include "kernels/reduce/reducers.h"
#include "simd/math.h"

namespace nnfit::NNFIT_ISA {
namespace {

template <class T>
struct SumOfExponentials : Sum<T> {
  vec<T> shift;
  NNFIT_INLINE vec<T> step(vec<T> block, vec<T> x) const { return block + math::exp<T>(x - shift); }
};

// What to subtract: the largest element, unless it is infinite, when inf - inf would be NaN.
template <class T>
NNFIT_INLINE vec<T> shift_of(vec<T> largest) {
  return math::abs<T>(largest) == math::infinity<T> ? vec<T>{} : largest;
}

template <class T>
NNFIT_INLINE void logsumexp_columns(const ReduceView& view, const T* x, int count, T* y) {
  const Maximum<T> maximum[1] = {};
  typename Maximum<T>::Total largest[1];
  reduce_columns<1, T, Maximum<T>>(view.reduced, view.x_reduced, x, count, maximum, largest);
  SumOfExponentials<T> exponentials[1];
  exponentials[0].shift = shift_of<T>(largest[0].lanes(1));
  SumTotal<T> sums[1];
  reduce_columns<1, T, SumOfExponentials<T>>(view.reduced, view.x_reduced, x, count, exponentials, sums);
  store_partial<T>(y, exponentials[0].shift + math::log<T>(sums[0].lanes(1)), count);
}

template <class T>
NNFIT_INLINE void logsumexp(const ReduceView& view, const void* x_data, void* y_data) {
  constexpr int width = Vec<T>::width;
  for (std::int64_t o = 0; o < view.outer; ++o) {
    const T* x = static_cast<const T*>(x_data) + o * view.x_outer;
    T* y = static_cast<T*>(y_data) + o * view.y_outer;
    if (view.x_reduced == 1 && view.inner == 1) {
      SumOfExponentials<T> exponentials;
      exponentials.shift = shift_of<T>(splat<T>(reduce_run<T>(view.reduced, x, Maximum<T>()).across(1)));
      const T sum = reduce_run<T>(view.reduced, x, exponentials).across(1);
      *y = (exponentials.shift + math::log<T>(splat<T>(sum)))[0];
      continue;
    }
    for (std::int64_t i = 0; i < view.inner; i += width)
      logsumexp_columns<T>(view, x + i, view.inner - i < width ? int(view.inner - i) : width, y + i);
  }
}

}  // namespace

template <>
void reduce_logsumexp<float>(const ReduceView& view, const void* x, void* y) {
  logsumexp<float>(view, x, y);
}
template <>
void reduce_logsumexp<double>(const ReduceView& view, const void* x, void* y) {
  logsumexp<double>(view, x, y);
}

}  // namespace nnfit::NNFIT_ISA
