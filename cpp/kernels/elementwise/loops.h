// From a formula to the kernels of a row.
//
// A formula is a struct with, as the row's dtypes need them,
//   template <class T> static vec<T> apply(vec<T>...)   for float and double;
//   template <class T> static R scalar(T...)            for bool and integers, and for every dtype where R is bool,
// which the compiler vectorises itself. Tails run through `apply` too: an element's value does not depend on its place.
#pragma once

#include "kernels/elementwise/elementwise.h"
#include "kernels/make_row.h"
#include "kernels/wrapping.h"
#include "simd/vec.h"

namespace nnfit::NNFIT_ISA {

template <class T>
inline constexpr bool is_floating = false;
template <>
inline constexpr bool is_floating<float> = true;
template <>
inline constexpr bool is_floating<double> = true;

template <class F, class T, class R>
void unary_kernel(std::int64_t n, const void* x_data, void* y_data) {
  const T* x = static_cast<const T*>(x_data);
  R* y = static_cast<R*>(y_data);
  if constexpr (is_floating<T> && is_floating<R>) {
    constexpr int width = Vec<T>::width;
    std::int64_t i = 0;
    for (; i + width <= n; i += width) store<T>(y + i, F::template apply<T>(load<T>(x + i)));
    const int rest = int(n - i);
    if (rest > 0) store_partial<T>(y + i, F::template apply<T>(load_partial<T>(x + i, rest)), rest);
  } else {
    NNFIT_INDEPENDENT
    for (std::int64_t i = 0; i < n; ++i) y[i] = F::template scalar<T>(x[i]);
  }
}

// An input of a loop: a run, or one value for all.
template <class T, int step>
struct Run {
  const T* p;
  vec<T> value;
  NNFIT_INLINE explicit Run(const T* data) : p(data), value(step ? vec<T>{} : splat<T>(*data)) {}
  NNFIT_INLINE vec<T> at(std::int64_t i) const { return step ? load<T>(p + i) : value; }
  NNFIT_INLINE vec<T> at(std::int64_t i, int count) const { return step ? load_partial<T>(p + i, count) : value; }
};

template <class T, int step>
struct ScalarRun {
  const T* p;
  T value;
  NNFIT_INLINE explicit ScalarRun(const T* data) : p(data), value(*data) {}
  NNFIT_INLINE T at(std::int64_t i) const { return step ? p[i] : value; }
};

template <class F, class T, class R, int... steps>
NNFIT_INLINE void stepped_loop(std::int64_t n, R* y, const auto*... inputs) {
  if constexpr (is_floating<T> && is_floating<R>) {
    constexpr int width = Vec<T>::width;
    const auto loop = [n, y](const auto&... in) {
      std::int64_t i = 0;
      for (; i + width <= n; i += width) store<T>(y + i, F::template apply<T>(in.at(i)...));
      const int rest = int(n - i);
      if (rest > 0) store_partial<T>(y + i, F::template apply<T>(in.at(i, rest)...), rest);
    };
    loop(Run<T, steps>(inputs)...);
  } else {
    const auto loop = [n, y](const auto&... in) {
      NNFIT_INDEPENDENT
      for (std::int64_t i = 0; i < n; ++i) y[i] = F::template scalar<T>(in.at(i)...);
    };
    loop(ScalarRun<T, steps>(inputs)...);
  }
}

template <class F, class T, class R>
void binary_kernel(std::int64_t n, const void* a_data, std::int64_t a_step, const void* b_data, std::int64_t b_step,
                   void* y_data) {
  if (n <= 0) return;
  const T* a = static_cast<const T*>(a_data);
  const T* b = static_cast<const T*>(b_data);
  R* y = static_cast<R*>(y_data);
  if (a_step && b_step)
    stepped_loop<F, T, R, 1, 1>(n, y, a, b);
  else if (a_step)
    stepped_loop<F, T, R, 1, 0>(n, y, a, b);
  else if (b_step)
    stepped_loop<F, T, R, 0, 1>(n, y, a, b);
  else
    stepped_loop<F, T, R, 0, 0>(n, y, a, b);
}

template <class F, class T>
void ternary_kernel(std::int64_t n, const void* a_data, std::int64_t a_step, const void* b_data, std::int64_t b_step,
                    const void* c_data, std::int64_t c_step, void* y_data) {
  if (n <= 0) return;
  const T* a = static_cast<const T*>(a_data);
  const T* b = static_cast<const T*>(b_data);
  const T* c = static_cast<const T*>(c_data);
  T* y = static_cast<T*>(y_data);
  switch ((a_step ? 4 : 0) + (b_step ? 2 : 0) + (c_step ? 1 : 0)) {
    case 0:
      return stepped_loop<F, T, T, 0, 0, 0>(n, y, a, b, c);
    case 1:
      return stepped_loop<F, T, T, 0, 0, 1>(n, y, a, b, c);
    case 2:
      return stepped_loop<F, T, T, 0, 1, 0>(n, y, a, b, c);
    case 3:
      return stepped_loop<F, T, T, 0, 1, 1>(n, y, a, b, c);
    case 4:
      return stepped_loop<F, T, T, 1, 0, 0>(n, y, a, b, c);
    case 5:
      return stepped_loop<F, T, T, 1, 0, 1>(n, y, a, b, c);
    case 6:
      return stepped_loop<F, T, T, 1, 1, 0>(n, y, a, b, c);
    default:
      return stepped_loop<F, T, T, 1, 1, 1>(n, y, a, b, c);
  }
}

template <class T, RowResult result>
struct Output {
  using type = T;
};
template <class T>
struct Output<T, RowResult::bool_> {
  using type = bool;
};

template <class Formula, RowResult result>
struct MakeUnary {
  template <class T>
  static constexpr UnaryKernel of() {
    return unary_kernel<Formula, T, typename Output<T, result>::type>;
  }
};

template <class Formula, RowResult result>
struct MakeBinary {
  template <class T>
  static constexpr BinaryKernel of() {
    return binary_kernel<Formula, T, typename Output<T, result>::type>;
  }
};

template <class Formula>
struct MakeTernary {
  template <class T>
  static constexpr TernaryKernel of() {
    return ternary_kernel<Formula, T>;
  }
};

// Every row, defined by one of the macros below in one of the sources.
#define NNFIT_UNARY(name, dtypes, result) extern const UnaryRow unary_##name;
#define NNFIT_BINARY(name, dtypes, result) extern const BinaryRow binary_##name;
#define NNFIT_TERNARY(name, dtypes) extern const TernaryRow ternary_##name;
#include "kernels/elementwise/elementwise.inc"

#define NNFIT_DEFINE_UNARY(name, Formula)                                                            \
  constinit const UnaryRow unary_##name = make_row<UnaryKernel, kUnaryRows[int(Unary::name)].dtypes, \
                                                   MakeUnary<Formula, kUnaryRows[int(Unary::name)].result>>();
#define NNFIT_DEFINE_BINARY(name, Formula)                                                                \
  constinit const BinaryRow binary_##name = make_row<BinaryKernel, kBinaryRows[int(Binary::name)].dtypes, \
                                                     MakeBinary<Formula, kBinaryRows[int(Binary::name)].result>>();
#define NNFIT_DEFINE_TERNARY(name, Formula)   \
  constinit const TernaryRow ternary_##name = \
      make_row<TernaryKernel, kTernaryRows[int(Ternary::name)].dtypes, MakeTernary<Formula>>();

// A floating row whose formula is one expression in x, or in a and b, of type vec<T>.
#define NNFIT_UNARY_EXPRESSION(name, ...)        \
  namespace {                                    \
  struct Formula_##name {                        \
    template <class T>                           \
    static NNFIT_INLINE vec<T> apply(vec<T> x) { \
      return __VA_ARGS__;                        \
    }                                            \
  };                                             \
  }                                              \
  NNFIT_DEFINE_UNARY(name, Formula_##name)
#define NNFIT_BINARY_EXPRESSION(name, ...)                 \
  namespace {                                              \
  struct Formula_##name {                                  \
    template <class T>                                     \
    static NNFIT_INLINE vec<T> apply(vec<T> a, vec<T> b) { \
      return __VA_ARGS__;                                  \
    }                                                      \
  };                                                       \
  }                                                        \
  NNFIT_DEFINE_BINARY(name, Formula_##name)

// A bool row whose formula is one expression in x, or in a and b, of type T.
#define NNFIT_UNARY_PREDICATE(name, ...)   \
  namespace {                              \
  struct Formula_##name {                  \
    template <class T>                     \
    static NNFIT_INLINE bool scalar(T x) { \
      return __VA_ARGS__;                  \
    }                                      \
  };                                       \
  }                                        \
  NNFIT_DEFINE_UNARY(name, Formula_##name)
#define NNFIT_BINARY_PREDICATE(name, ...)       \
  namespace {                                   \
  struct Formula_##name {                       \
    template <class T>                          \
    static NNFIT_INLINE bool scalar(T a, T b) { \
      return __VA_ARGS__;                       \
    }                                           \
  };                                            \
  }                                             \
  NNFIT_DEFINE_BINARY(name, Formula_##name)

}  // namespace nnfit::NNFIT_ISA
