// Cross-entropies against class numbers, of logits and of probabilities.
#include "kernels/rows.h"
#include "kernels/softmax/exponentials.h"
#include "kernels/softmax/losses.h"
#include "kernels/softmax/softmax.h"

namespace nnfit::NNFIT_ISA {
namespace {

// True in the lane of class number `chosen` among the classes from i on.
template <class T>
NNFIT_INLINE math::ivec<T> lane_of(std::int64_t i, std::int32_t chosen) {
  using I = typename math::Bits<T>::type;
  math::ivec<T> lane{};
  for (int l = 0; l < Vec<T>::width; ++l) lane[l] = I(l);
  return lane == splat(I(chosen - i));
}

// A row of probabilities in two parts: that of its class, and the sum of the others by itself. The sum of all has
// rounded the latter away where the class has nearly all.
template <class T>
struct RowParts {
  T chosen, rest;
  NNFIT_INLINE RowParts(std::int64_t n, const T* p, std::int32_t of) : chosen(p[of]) {
    vec<T> others{};
    for_each_vector<T>(n, [&](auto at, std::int64_t i) {
      const vec<T> v = at.load(p + i);
      others += lane_of<T>(i, of) ? vec<T>{} : v;
    });
    rest = sum_lanes<T>(others)[0];
  }
  NNFIT_INLINE T sum() const { return rest + chosen; }
  NNFIT_INLINE T share() const { return chosen / sum(); }
};

// What shares are clipped to. NaN is neither outside nor clipped.
template <class T>
struct ClipRange {
  T low, high;
  NNFIT_INLINE explicit ClipRange(double epsilon) : low(T(epsilon)), high(T(1 - epsilon)) {}
  NNFIT_INLINE bool outside(T share) const { return share < low || share > high; }
  NNFIT_INLINE T clip(T share) const {
    const T raised = share < low ? low : share;
    return raised > high ? high : raised;
  }
};

NNFIT_INLINE bool is_class(double x, std::int64_t n) {
  return x >= 0 && x < double(n) && x == double(std::int32_t(x));  // the cast is in range once it is reached
}
NNFIT_INLINE bool is_class(std::int64_t x, std::int64_t n) { return x >= 0 && x < n; }

template <class T>
NNFIT_INLINE std::int64_t number(T x) {
  return x;
}
NNFIT_INLINE double number(float x) { return x; }
NNFIT_INLINE double number(double x) { return x; }

}  // namespace

template <class T>
std::int64_t classes_from_labels(std::int64_t count, std::int64_t n, const void* labels,
                                 const std::int64_t* ignore_class, std::int32_t* classes) {
  const T* const from = static_cast<const T*>(labels);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto x = number(from[i]);
    if (ignore_class && x == decltype(x)(*ignore_class)) {
      classes[i] = -1;
    } else if (is_class(x, n)) {
      classes[i] = std::int32_t(x);
    } else {
      return i;
    }
  }
  return -1;
}

template <class T>
void sparse_cross_entropy(std::int64_t rows, std::int64_t n, const void* x, const std::int32_t* classes, void* loss) {
  losses_by_rows(rows, static_cast<T*>(loss), [&](std::int64_t r) -> RowLoss<T> {
    if (classes[r] < 0) return {1, 0, 0};
    const T* const logits = static_cast<const T*>(x) + r * n;
    const Normalizer<T> of = normalizer(n, logits);
    return {of.sum[0], 1, of.maximum[0] - logits[classes[r]]};
  });
}

template <class T>
void sparse_cross_entropy_gradient(std::int64_t rows, std::int64_t n, const void* x, const std::int32_t* classes,
                                   const void* dloss, void* dx) {
  with_held<T>(n, [&](auto held) {
    for (std::int64_t r = 0; r < rows; ++r) {
      T* const to = static_cast<T*>(dx) + r * n;
      if (classes[r] < 0) {
        for_each_vector<T>(n, [&](auto at, std::int64_t i) { at.store(to + i, vec<T>{}); });
        continue;
      }
      Exponentials<T, held.value> e(n, static_cast<const T*>(x) + r * n, to);
      const vec<T> scale = T(1) / e.of.sum, d = splat(static_cast<const T*>(dloss)[r]);
      e.map(n, to, [&](vec<T> v, std::int64_t i) {
        return (v * scale - (lane_of<T>(i, classes[r]) ? splat(T(1)) : vec<T>{})) * d;
      });
    }
  });
}

template <class T>
void sparse_cross_entropy_of_probabilities(std::int64_t rows, std::int64_t n, double epsilon, const void* p,
                                           const std::int32_t* classes, void* loss) {
  const ClipRange<T> range(epsilon);
  losses_by_rows(rows, static_cast<T*>(loss), [&](std::int64_t r) -> RowLoss<T> {
    if (classes[r] < 0) return {1, 0, 0};
    return {range.clip(RowParts<T>(n, static_cast<const T*>(p) + r * n, classes[r]).share()), -1, 0};
  });
}

template <class T>
void sparse_cross_entropy_of_probabilities_gradient(std::int64_t rows, std::int64_t n, double epsilon, const void* p,
                                                    const std::int32_t* classes, const void* dloss, void* dx) {
  const ClipRange<T> range(epsilon);
  for (std::int64_t r = 0; r < rows; ++r) {
    T* const to = static_cast<T*>(dx) + r * n;
    T of_class = 0, of_others = 0;
    if (classes[r] >= 0) {
      const RowParts<T> row(n, static_cast<const T*>(p) + r * n, classes[r]);
      const T share = row.share();
      if (!range.outside(share)) {
        const T d = share != share ? share : static_cast<const T*>(dloss)[r];
        of_others = d / row.sum();
        of_class = -d * (row.rest / row.sum() / row.chosen);  // a product of the divisors could leave T's range
      }
    }
    for_each_vector<T>(n, [&](auto at, std::int64_t i) {
      at.store(to + i, lane_of<T>(i, classes[r]) ? splat(of_class) : splat(of_others));
    });
  }
}

NNFIT_MAKE_NUMBER(classes_from_labels)
NNFIT_MAKE_FLOATING(sparse_cross_entropy)
NNFIT_MAKE_FLOATING(sparse_cross_entropy_gradient)
NNFIT_MAKE_FLOATING(sparse_cross_entropy_of_probabilities)
NNFIT_MAKE_FLOATING(sparse_cross_entropy_of_probabilities_gradient)

}  // namespace nnfit::NNFIT_ISA
