// Integer arithmetic that wraps.
#pragma once

#include <cstdint>

#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

// The type to compute in for an integer or bool: unsigned, so that it wraps, and not narrower than int.
template <class T>
struct Wrapping {
  using type = std::uint32_t;
};
template <>
struct Wrapping<std::int64_t> {
  using type = std::uint64_t;
};
template <class T>
using wrapping = typename Wrapping<T>::type;

}  // namespace nnfit::NNFIT_ISA
