// Cutting a count into nearly equal parts: 64 rows for tiles of at most 6 are nine tiles of 6 and two of 5, never a
// small one at the end.
#pragma once

#include <cstdint>

#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

struct Split {
  int64_t count, parts;

  static constexpr Split at_most(int64_t count, int64_t limit) { return {count, ceil_div(count, limit)}; }
  constexpr int64_t begin(int64_t part) const {
    const int64_t base = count / parts, extra = count % parts;
    return part * base + (part < extra ? part : extra);
  }
};

}  // namespace nnfit::NNFIT_ISA
