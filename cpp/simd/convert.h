// Conversion of one element between any two types, defined for every value; written so that loops of it vectorise.
//
// As NumPy's astype: to bool x != 0; integers to narrower ones wrap; floats to integers truncate. Where that leaves the
// result open it saturates: a float beyond the integer's range gives the nearest end of it, NaN gives 0.
#pragma once

#include <limits>

#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

// The value is clamped before it is converted, so that the conversion is defined, and selected after.
template <class To, class From>
NNFIT_INLINE To saturate(From x) {
  constexpr To lowest = std::numeric_limits<To>::min(), highest = std::numeric_limits<To>::max();
  constexpr From low = From(lowest), end = From(highest / 2 + 1) * 2;  // low <= x < end converts
  constexpr From last = end - end * (std::numeric_limits<From>::epsilon() / 2);
  From inside = x > low ? x : low;
  inside = inside < last ? inside : last;
  const To converted = To(inside);
  return x != x ? To(0) : x >= end ? highest : converted;
}

template <class To, class From>
NNFIT_INLINE To convert(From x) {
  if constexpr (__is_same(To, bool))
    return x != From(0);
  else if constexpr (!std::numeric_limits<From>::is_integer && std::numeric_limits<To>::is_integer)
    return saturate<To>(x);
  else
    return To(x);
}

}  // namespace nnfit::NNFIT_ISA
