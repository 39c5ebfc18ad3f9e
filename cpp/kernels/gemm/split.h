// Cutting a count into nearly equal parts: 64 rows for tiles of at most 6 are nine tiles of 6 and two of 5, never a
// small one at the end.
#pragma once

#include <cstdint>

#include "simd/isa.h"

namespace nnfit::NNFIT_ISA {

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
constexpr int64_t round_up(int64_t a, int64_t unit) { return ceil_div(a, unit) * unit; }

struct Split {
  int64_t parts, base, extra;  // the first `extra` parts have one more than base

  constexpr Split(int64_t count, int64_t parts_) : parts(parts_), base(count / parts_), extra(count % parts_) {}
  static constexpr Split at_most(int64_t count, int64_t limit) { return {count, ceil_div(count, limit)}; }

  constexpr int64_t begin(int64_t part) const { return part * base + (part < extra ? part : extra); }
  constexpr int64_t size(int64_t part) const { return base + (part < extra); }
};

}  // namespace nnfit::NNFIT_ISA
