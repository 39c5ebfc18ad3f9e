// The loop over an array by vectors: whole ones, then the lanes that are left, by the same code.
#pragma once

#include "simd/vec.h"

namespace nnfit::NNFIT_ISA {

// How a vector's place in an array is read and written: all of it, or its first n lanes; the lanes beyond read as 0, or
// as the value given.
struct Whole {
  template <class T>
  NNFIT_INLINE vec<T> load(const T* p) const {
    return NNFIT_ISA::load(p);
  }
  template <class T>
  NNFIT_INLINE vec<T> load(const T* p, T) const {
    return NNFIT_ISA::load(p);
  }
  template <class T>
  NNFIT_INLINE void store(T* p, vec<T> v) const {
    NNFIT_ISA::store(p, v);
  }
};

struct Part {
  int n;
  template <class T>
  NNFIT_INLINE vec<T> load(const T* p) const {
    return load_partial(p, n);
  }
  template <class T>
  NNFIT_INLINE vec<T> load(const T* p, T beyond) const {
    return first_lanes<T>(n) ? load_partial(p, n) : splat(beyond);
  }
  template <class T>
  NNFIT_INLINE void store(T* p, vec<T> v) const {
    store_partial(p, v, n);
  }
};

// Calls f(at, i) for i = 0, width, 2 width, ... below count, where `at` is Whole or Part.
template <class T, class F>
NNFIT_INLINE void for_each_vector(std::int64_t count, F f) {
  constexpr int width = Vec<T>::width;
  std::int64_t i = 0;
  for (; i + width <= count; i += width) f(Whole{}, i);
  if (i < count) f(Part{int(count - i)}, i);
}

}  // namespace nnfit::NNFIT_ISA
