// The loops that the reductions of floats share.
//
// A reducer is an object with
//   vec<T> identity() const;
//   vec<T> step(vec<T> block, vec<T> x) const;      takes one more vector into a block
//   vec<T> merge(vec<T> a, vec<T> b) const;         of two blocks
//   struct Total { void take(vec<T> block); vec<T> lanes(double scale); T across(double scale); };
//   Total start() const;
// Lanes stay apart, as columns, until `across`.
#pragma once

#include <cstdint>

#include "kernels/reduce/reduce.h"
#include "simd/vec.h"

namespace nnfit::NNFIT_ISA {

inline constexpr int kBlockSteps = 16;  // short enough that a block of floats loses no more than its last bit or two

// Over n adjacent elements.
template <class T, class Reducer>
NNFIT_INLINE typename Reducer::Total reduce_run(std::int64_t n, const T* x, const Reducer& reducer) {
  constexpr int width = Vec<T>::width, stride = 4 * width;
  typename Reducer::Total total = reducer.start();
  std::int64_t i = 0;
  while (n - i >= stride) {
    vec<T> a = reducer.identity(), b = a, c = a, d = a;
    for (int step = 0; step < kBlockSteps && n - i >= stride; ++step, i += stride) {
      a = reducer.step(a, load<T>(x + i));
      b = reducer.step(b, load<T>(x + i + width));
      c = reducer.step(c, load<T>(x + i + 2 * width));
      d = reducer.step(d, load<T>(x + i + 3 * width));
    }
    total.take(reducer.merge(reducer.merge(a, b), reducer.merge(c, d)));
  }
  vec<T> a = reducer.identity();
  for (; n - i >= width; i += width) a = reducer.step(a, load<T>(x + i));
  if (const int rest = int(n - i); rest > 0) {
    const vec<T> stepped = reducer.step(a, load_partial<T>(x + i, rest));
    a = first_lanes<T>(rest) ? stepped : a;
  }
  total.take(a);
  return total;
}

// Over the rows of `vectors` vectors of columns; of the last vector only `count` columns are there.
template <int vectors, class T, class Reducer>
NNFIT_INLINE void reduce_columns(std::int64_t rows, std::int64_t stride, const T* x, int count,
                                 const Reducer (&reducers)[vectors], typename Reducer::Total (&totals)[vectors]) {
  constexpr int width = Vec<T>::width;
  const auto at = [count](const T* p, int v) {
    return v == vectors - 1 && count < width ? load_partial<T>(p + v * width, count) : load<T>(p + v * width);
  };
  for (int v = 0; v < vectors; ++v) totals[v] = reducers[v].start();
  for (std::int64_t r = 0; r < rows;) {
    vec<T> block[vectors];
    for (int v = 0; v < vectors; ++v) block[v] = reducers[v].identity();
    for (int step = 0; step < kBlockSteps && r < rows; ++step, ++r)
      for (int v = 0; v < vectors; ++v) block[v] = reducers[v].step(block[v], at(x + r * stride, v));
    for (int v = 0; v < vectors; ++v) totals[v].take(block[v]);
  }
}

template <int vectors, class T, class Reducer>
NNFIT_INLINE void store_columns(const ReduceView& view, const T* x, int count, T* y, const Reducer& reducer) {
  constexpr int width = Vec<T>::width;
  Reducer reducers[vectors];
  typename Reducer::Total totals[vectors];
  for (int v = 0; v < vectors; ++v) reducers[v] = reducer;
  reduce_columns<vectors, T, Reducer>(view.reduced, view.x_reduced, x, count, reducers, totals);
  for (int v = 0; v < vectors; ++v)
    store_partial<T>(y + v * width, totals[v].lanes(view.scale), v < vectors - 1 ? width : count);
}

// A whole view by one reducer.
template <class T, class Reducer>
NNFIT_INLINE void reduce_view(const ReduceView& view, const void* x_data, void* y_data, const Reducer& reducer) {
  constexpr int width = Vec<T>::width, wide = 8;
  for (std::int64_t o = 0; o < view.outer; ++o) {
    const T* x = static_cast<const T*>(x_data) + o * view.x_outer;
    T* y = static_cast<T*>(y_data) + o * view.y_outer;
    if (view.x_reduced == 1 && view.inner == 1) {
      *y = reduce_run<T>(view.reduced, x, reducer).across(view.scale);
      continue;
    }
    std::int64_t i = 0;
    for (; view.inner - i >= wide * width; i += wide * width) store_columns<wide>(view, x + i, width, y + i, reducer);
    for (; i < view.inner; i += width) {
      const int count = view.inner - i < width ? int(view.inner - i) : width;
      store_columns<1>(view, x + i, count, y + i, reducer);
    }
  }
}

}  // namespace nnfit::NNFIT_ISA
